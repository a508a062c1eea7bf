//! Digests that stand in the chain: notarised, as an asset's terms, or behind a freeze.
use bitcoin::Transaction;
use moneta_mips::{Change, Entry, Key, Operation, Record, find_envelope};
use moneta_node_api::{ConnectedBlock, ConnectedTransaction};

use super::{Batch, Table, places};
use crate::codec::{json, place_key};
use crate::{DocumentSubject, DocumentUse};

/// A field without a document is all zero.
const NO_DOCUMENT: [u8; 32] = [0; 32];

pub(super) fn document_rows(block: &ConnectedBlock, batch: &mut Batch) {
    for (place, (transaction, did)) in places(block).zip(block.each()) {
        for (sequence, (digest, subject)) in (0u32..).zip(documents(transaction, did)) {
            let key = [&digest[..], &place_key(place), &sequence.to_be_bytes()].concat();
            let txid = did.txid;
            let row = json(&DocumentUse {
                txid,
                place,
                subject,
            });
            batch.put(Table::Documents, key, row);
        }
    }
}

fn documents(
    transaction: &Transaction,
    did: &ConnectedTransaction,
) -> Vec<([u8; 32], DocumentSubject)> {
    let mut found = anchors(transaction);
    for change in &did.changes {
        match change {
            Change::Asset {
                before: None,
                after,
            } => found.push((
                after.contract_hash,
                DocumentSubject::AssetTerms { asset: after.id },
            )),
            Change::Freeze {
                asset,
                coin,
                after: Some(freeze),
                ..
                // Lifting a freeze keeps its record: the document stands where it was first named.
            } if freeze.frozen_in == did.txid => found.push((
                freeze.document,
                DocumentSubject::Freeze {
                    asset: *asset,
                    coin: *coin,
                },
            )),
            Change::Record(entry) => found.extend(document_of_record(entry)),
            Change::Asset { .. } | Change::Freeze { .. } | Change::Identity { .. } => {}
        }
    }
    found.retain(|(digest, _)| *digest != NO_DOCUMENT);
    found
}

/// A document of an asset, the content of a piece.
fn document_of_record(entry: &Entry) -> Option<([u8; 32], DocumentSubject)> {
    match (&entry.key, &entry.after) {
        (Key::Document { asset, kind }, Some(Record::Document(document))) => Some((
            document.digest,
            DocumentSubject::AssetDocument {
                asset: *asset,
                document: *kind,
            },
        )),
        (Key::Piece(asset), Some(Record::Piece(piece))) => {
            Some((piece.content, DocumentSubject::Content { asset: *asset }))
        }
        _ => None,
    }
}

/// A coinbase can't carry an envelope. An envelope that can't be read does not get into a block; should
/// one be there all the same, it anchors nothing.
fn anchors(transaction: &Transaction) -> Vec<([u8; 32], DocumentSubject)> {
    if transaction.is_coinbase() {
        return Vec::new();
    }
    let Ok(Some(found)) = find_envelope(transaction) else {
        return Vec::new();
    };
    let operations = found.envelope.operations.into_iter();
    operations
        .filter_map(|operation| match operation {
            Operation::Anchor { digest } => Some((digest, DocumentSubject::Anchor)),
            _ => None,
        })
        .collect()
}
