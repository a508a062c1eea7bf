//! What the transactions of a block did, where it stood: all that taking it back needs, and readers of the chain ask.
//!
//! | field | bytes |
//! |---|---|
//! | how many transactions, CompactSize | |
//! | each: id 32; spent coins, each a coin; attachments, each output CompactSize, kind and fields as in a coin; | |
//! | changes of the registry, each its length and itself; fee 8 LE. Before each list stands its length, CompactSize | |
use std::collections::BTreeMap;

use bitcoin::consensus::Decodable;
use bitcoin::consensus::encode::{Error, VarInt};
use bitcoin::{Amount, Txid};
use moneta_consensus::ValidTransaction;
use moneta_mips::Change;

use super::coin::{put, put_attachment, put_coin, take_attachment, take_coin};

/// Writes what transactions did.
pub(crate) fn encode_effects(transactions: &[ValidTransaction]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_count(&mut bytes, transactions.len());
    for transaction in transactions {
        let ValidTransaction {
            txid,
            spent,
            attachments,
            changes,
            fee,
        } = transaction;
        put(&mut bytes, txid);
        put_count(&mut bytes, spent.len());
        for coin in spent {
            put_coin(&mut bytes, coin);
        }
        put_count(&mut bytes, attachments.len());
        for (vout, attachment) in attachments {
            put(&mut bytes, &VarInt(u64::from(*vout)));
            put_attachment(&mut bytes, attachment);
        }
        put_count(&mut bytes, changes.len());
        for change in changes {
            let change = change.encode();
            put_count(&mut bytes, change.len());
            bytes.extend_from_slice(&change);
        }
        put(&mut bytes, &fee.to_sat());
    }
    bytes
}

/// Reads what transactions did; `None` if the bytes are not what [`encode_effects`] writes.
pub(crate) fn decode_effects(bytes: &[u8]) -> Option<Vec<ValidTransaction>> {
    let mut rest = bytes;
    let effects = list(&mut rest, transaction).ok()?;
    rest.is_empty().then_some(effects)
}

fn transaction(rest: &mut &[u8]) -> Result<ValidTransaction, Error> {
    Ok(ValidTransaction {
        txid: Txid::consensus_decode(rest)?,
        spent: list(rest, take_coin)?,
        attachments: list(rest, |rest| {
            let vout = VarInt::consensus_decode(rest)?.0;
            let vout = u32::try_from(vout).map_err(|_| Error::ParseFailed("an output"))?;
            let kind = u8::consensus_decode(rest)?;
            Ok((vout, take_attachment(kind, rest)?))
        })?
        .into_iter()
        .collect::<BTreeMap<_, _>>(),
        changes: list(rest, |rest| {
            let length = count(rest)?;
            let (change, after) = rest.split_at(length);
            *rest = after;
            Change::decode(change).map_err(|_| Error::ParseFailed("a change"))
        })?,
        fee: Amount::from_sat(u64::consensus_decode(rest)?),
    })
}

fn list<T>(
    rest: &mut &[u8],
    mut item: impl FnMut(&mut &[u8]) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    (0..count(rest)?).map(|_| item(rest)).collect()
}

/// Reads a length. What is counted takes a byte at least, so none is larger than what is left.
fn count(rest: &mut &[u8]) -> Result<usize, Error> {
    let count = VarInt::consensus_decode(rest)?.0;
    let count = usize::try_from(count)
        .ok()
        .filter(|count| *count <= rest.len());
    count.ok_or(Error::ParseFailed("a length"))
}

fn put_count(bytes: &mut Vec<u8>, count: usize) {
    put(bytes, &VarInt(count as u64));
}
