//! What a block's commitments cost beside the rest: registry map, filter, history, for 1,500 transactions.
use std::cell::RefCell;

use anyhow::{Context, ensure};
use bitcoin::absolute::LockTime;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use bitcoin::{
    Amount, Block, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
    transaction,
};
use moneta_chain::{Height, Params};
use moneta_commitments::{AuthMap, HistoryLeaf, HistoryRange, MapChanges, basic_filter};

use super::rounds;

/// Records of the registry before the block.
const RECORDS: u64 = 1_000_000;
/// Records that the block changes: one a transaction.
const CHANGES: u64 = 1_500;
/// Calls in one measurement.
const REPEATS: u32 = 25;
/// Milliseconds that a block's registry may take.
const GOAL_MS: f64 = 20.0;

/// Measures all three; the registry has a goal.
pub(super) fn run(_args: &[String]) -> anyhow::Result<()> {
    let entry = |number: u64| (hash(number), Some(hash(number + 1)));
    let map = AuthMap::default().with(&(0..RECORDS).map(entry).collect());
    // Half of them new records, half of them changed ones.
    let changed: MapChanges = (0..CHANGES)
        .map(|number| {
            let at = if number % 2 == 0 {
                number * 600
            } else {
                RECORDS + number
            };
            (hash(at), Some(hash(number + 7)))
        })
        .collect();
    let block = block();
    let scripts: Vec<ScriptBuf> = (0..2 * CHANGES).map(|number| script(number + 9)).collect();
    let (registry, filter) = rounds::alternate_on_cpu(
        || repeated(|_| map.with(&changed).root()),
        || repeated(|_| basic_filter(&block, scripts.iter().map(ScriptBuf::as_script))),
    );
    let range = RefCell::new(HistoryRange::default());
    let (history, root) = rounds::alternate_on_cpu(
        || repeated(|_| append(&range, 1_000)),
        || repeated(|_| (0..1_000).fold(0, |sum, _| sum ^ range.borrow().root()[0])),
    );
    let ms = |seconds: f64| seconds * 1_000.0 / f64::from(REPEATS);
    let history = (ms(history) + ms(root)) / 1_000.0;
    println!("ms commitments_registry {:.2} goal {GOAL_MS}", ms(registry));
    println!("ms commitments_filter {:.2}", ms(filter));
    println!("ms commitments_history {history:.4}");
    ensure!(ms(registry) <= GOAL_MS, "the registry's map takes too long");
    range.borrow().prove(0).context("genesis is proven")?;
    Ok(())
}

/// The system counts in ticks of milliseconds: one call alone would be none or one of them.
fn repeated<T>(work: impl FnMut(u32) -> T) -> Vec<T> {
    (0..REPEATS).map(work).collect()
}

fn append(range: &RefCell<HistoryRange>, blocks: u32) {
    let mut range = range.borrow_mut();
    let header = Params::dev().genesis.header;
    for _ in 0..blocks {
        let height = Height::new(range.blocks());
        range.append(&HistoryLeaf { header, height });
    }
}

/// A block of payments, two inputs and two outputs each.
fn block() -> Block {
    let transaction = |number: u64| Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: [0, 1].map(|vout| input(number, vout)).to_vec(),
        output: [2, 3].map(|salt| output(number * 4 + salt)).to_vec(),
    };
    let coinbase = Params::dev().genesis.txdata[0].clone();
    let payments = (0..CHANGES).map(transaction);
    Block {
        header: Params::dev().genesis.header,
        txdata: std::iter::once(coinbase).chain(payments).collect(),
    }
}

fn input(number: u64, vout: u32) -> TxIn {
    TxIn {
        previous_output: OutPoint::new(Txid::from_byte_array(hash(number)), vout),
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::new(),
    }
}

fn output(number: u64) -> TxOut {
    TxOut {
        value: Amount::from_sat(1_000),
        script_pubkey: script(number),
    }
}

fn script(number: u64) -> ScriptBuf {
    let hash: [u8; 32] = hash(number);
    let mut bytes = vec![0, 20];
    bytes.extend_from_slice(&hash[..20]);
    ScriptBuf::from_bytes(bytes)
}

fn hash(number: u64) -> [u8; 32] {
    let mut engine = sha256::Hash::engine();
    engine.input(&number.to_le_bytes());
    sha256::Hash::from_engine(engine).to_byte_array()
}
