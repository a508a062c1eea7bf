//! How much memory a waiting transaction takes, its share of every index included.
use std::mem::size_of;

use bitcoin::{OutPoint, Transaction, TxIn, TxOut, Txid, Wtxid};
use moneta_mips::{Change, Coin, Target};
use moneta_node_api::MempoolEntry;

/// What an allocation takes beyond what was asked for, on average: header and rounding.
const ALLOCATION: usize = 16;
/// What an entry of a B-tree takes beyond key and value: nodes are two thirds full on average.
const TREE_SLACK_PERCENT: usize = 160;
/// What an entry of a hash map takes beyond key and value: tables are at least 7/16 full after growing.
const HASH_SLACK_PERCENT: usize = 180;
/// Order, links and sums of one transaction, and its places in the two orders by rate.
const PLACE: usize = 416;

/// Returns the bytes that a transaction takes in the pool.
pub(super) fn of_entry(entry: &MempoolEntry, freezes: usize, changes: &[Change]) -> u64 {
    let spent =
        entry.spent.capacity() * size_of::<Coin>() + entry.spent.iter().map(of_coin).sum::<usize>();
    let attachments = entry.attachments.len() * tree(size_of::<(u32, moneta_mips::Attachment)>());
    let indexes = tree(PLACE)
        + 2 * tree(size_of::<(u64, u64, u64)>())
        + hash(size_of::<(Txid, u64)>())
        + hash(size_of::<(Wtxid, u64)>())
        + entry.transaction.input.len() * tree(size_of::<(OutPoint, Txid)>())
        + freezes * tree(2 * size_of::<Target>());
    // Records are boxed and hold short texts.
    let changes = changes.len() * (size_of::<Change>() + 512);
    let total = size_of::<MempoolEntry>()
        + 2 * ALLOCATION
        + of_transaction(&entry.transaction)
        + spent
        + attachments
        + indexes
        + changes;
    total as u64
}

/// Returns the bytes that a transaction takes by itself.
fn of_transaction(tx: &Transaction) -> usize {
    let inputs: usize = tx
        .input
        .iter()
        .map(|input| {
            let witness = if input.witness.is_empty() {
                0
            } else {
                // The elements lie in one piece, with four bytes for the place of each.
                ALLOCATION + input.witness.size() + 4 * input.witness.len()
            };
            heap(input.script_sig.len()) + witness
        })
        .sum();
    let outputs: usize = tx
        .output
        .iter()
        .map(|output| heap(output.script_pubkey.len()))
        .sum();
    size_of::<Transaction>()
        + 3 * ALLOCATION
        + tx.input.capacity() * size_of::<TxIn>()
        + tx.output.capacity() * size_of::<TxOut>()
        + inputs
        + outputs
}

fn of_coin(coin: &Coin) -> usize {
    heap(coin.output.script_pubkey.len())
}

const fn heap(len: usize) -> usize {
    if len == 0 { 0 } else { ALLOCATION + len }
}

const fn tree(entry: usize) -> usize {
    entry * TREE_SLACK_PERCENT / 100
}

const fn hash(entry: usize) -> usize {
    entry * HASH_SLACK_PERCENT / 100
}
