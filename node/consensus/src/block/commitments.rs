//! What the coinbase commits to beyond the transactions (MIP-7): computed again, and held against it.
use std::collections::BTreeMap;

use bitcoin::{Block, Script};
use moneta_commitments::{
    Commitments, CommittedError, MapChanges, committed, registry_path, registry_value,
};
use moneta_mips::{Change, Key, Record};

use super::BlockError;
use crate::{Past, ValidTransaction};

/// # Consensus
/// > 7.1 The coinbase of every block above genesis MUST have exactly one output whose script is `OP_RETURN`
/// > and one push of 36 bytes that begin with `"MTA\x00"`.
/// > 7.2 The other 32 bytes MUST be the tagged hash "moneta/commitments" of filter header, registry root and
/// > history root, 96 bytes in this order.
pub(super) fn check_commitments(
    block: &Block,
    transactions: &[ValidTransaction],
    past: &Past<'_>,
) -> Result<Commitments, BlockError> {
    let coinbase = block.txdata.first().ok_or(BlockError::NoTransactions)?;
    let got = committed(coinbase).map_err(|error| match error {
        CommittedError::Missing => BlockError::MissingCommitments,
        CommittedError::Second => BlockError::SecondCommitments,
    })?;
    let commitments = commitments(transactions, past);
    let expected = commitments.hash();
    if got != expected {
        return Err(BlockError::BadCommitments { expected, got });
    }
    Ok(commitments)
}

/// Computes what a block commits to whose transactions do this.
///
/// # Consensus
/// > 7.3 The filter header MUST be the BIP157 header of the parent's BIP158 basic filter; before genesis it is
/// > all zero.
/// > 7.4 The registry root MUST be that of the map of all records after the block [...]
/// > 7.5 The history root MUST be that of the mountain range over all blocks from genesis to the parent, one
/// > leaf a block.
pub(super) fn commitments(transactions: &[ValidTransaction], past: &Past<'_>) -> Commitments {
    let changes = registry_changes(transactions);
    Commitments {
        filter_header: past.commitments.filter_header(),
        registry_root: past.commitments.registry_root(&changes),
        history_root: past.commitments.history_root(),
    }
}

/// Returns the scripts of the coins that a block spends, in the order of its inputs: what its basic filter
/// needs beside it (BIP158).
pub fn spent_scripts(transactions: &[ValidTransaction]) -> impl Iterator<Item = &Script> {
    let coins = transactions.iter().flat_map(|tx| &tx.spent);
    coins.map(|coin| coin.output.script_pubkey.as_script())
}

/// Returns what a block's transactions do to the registry's authenticated map.
pub fn registry_changes(transactions: &[ValidTransaction]) -> MapChanges {
    let changes = transactions.iter().flat_map(|tx| &tx.changes);
    let entries = changes.flat_map(Change::entries);
    // Of several changes of one record the last counts.
    let last: BTreeMap<Key, Option<Record>> =
        entries.map(|entry| (entry.key, entry.after)).collect();
    hashed(last)
}

/// Returns what takes a block's changes of the authenticated map back.
pub fn registry_reversal(transactions: &[ValidTransaction]) -> MapChanges {
    let changes = transactions.iter().flat_map(|tx| &tx.changes);
    let entries: Vec<_> = changes.flat_map(Change::entries).collect();
    // Of several changes of one record the first knows what was there before.
    let entries = entries.into_iter().rev();
    let first: BTreeMap<Key, Option<Record>> =
        entries.map(|entry| (entry.key, entry.before)).collect();
    hashed(first)
}

fn hashed(records: BTreeMap<Key, Option<Record>>) -> MapChanges {
    let hash = |(key, record): (Key, Option<Record>)| {
        let value = record.map(|record| registry_value(&record.encode()));
        (registry_path(&key.encode()), value)
    };
    records.into_iter().map(hash).collect()
}
