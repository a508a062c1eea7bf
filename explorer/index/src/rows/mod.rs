//! A block to row changes: pure, and exactly reversible.
//!
//! Every change says what must have been there before. So taking a block back needs no diary of what
//! was overwritten: the same rows are computed again and run backwards, and a row that is not what it
//! should be is noticed at once.

mod coins;
mod documents;
mod owners;
mod registry;
mod table;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::hashes::Hash;
use bitcoin::{Amount, BlockHash, OutPoint, ScriptBuf, Transaction};
use moneta_chain::{Height, Params, ScriptId, Seal, SealedBlock};
use moneta_mips::{AssetId, Change, Coin, Key};
use moneta_node_api::{ConnectedBlock, ConnectedTransaction};

use owners::is_spendable;
pub use table::Table;

use crate::codec::{TransactionRow, encode_block, place_key};
use crate::{BlockSummary, Place, ScriptTotals};

/// One change of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// A row that was not there.
    Put {
        /// Its table.
        table: Table,
        /// Its key.
        key: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// A row that was there, with this value.
    Take {
        /// Its table.
        table: Table,
        /// Its key.
        key: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// Running totals of a script grow, or shrink where a block is taken back.
    Owner {
        /// The script; its row keeps it, so that an id can be shown as an address.
        script: ScriptBuf,
        /// By how much.
        by: ScriptTotals,
        /// Whether they grow.
        grow: bool,
    },
    /// What a script holds of an asset changes; ranks and number of holders follow.
    Holding {
        /// Which asset.
        asset: AssetId,
        /// Which script.
        script: ScriptId,
        /// By how many base units.
        by: i128,
    },
    /// The units of a coin are taken from its script's holding, or come back where a block is taken back.
    Taken {
        /// Which asset.
        asset: AssetId,
        /// Which coin held them; the row of its transaction tells how many, and whose they were.
        coin: OutPoint,
        /// Whether they come back.
        back: bool,
    },
    /// Running totals of an asset grow or shrink.
    AssetMoves {
        /// Which asset.
        asset: AssetId,
        /// By how many transactions.
        transactions: u64,
        /// Whether they grow.
        grow: bool,
    },
}

/// Everything that one block does to the index, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Where the index must stand before; `None`: nowhere yet.
    pub from: Option<BlockHash>,
    /// Where it stands after, with the height; `None`: nowhere.
    pub to: Option<(Height, BlockHash)>,
    /// The changes.
    pub changes: Vec<RowChange>,
}

impl Batch {
    /// Returns the batch that takes this one back. `height` is that of the block this batch connects.
    fn reversed(self, block: BlockHash, height: Height) -> Self {
        let to = height.previous().zip(self.from);
        let changes = self.changes.into_iter().rev().map(RowChange::reversed);
        Self {
            from: Some(block),
            to,
            changes: changes.collect(),
        }
    }

    fn put(&mut self, table: Table, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        let (key, value) = (key.into(), value.into());
        self.changes.push(RowChange::Put { table, key, value });
    }

    fn take(&mut self, table: Table, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        let (key, value) = (key.into(), value.into());
        self.changes.push(RowChange::Take { table, key, value });
    }
}

impl RowChange {
    fn reversed(self) -> Self {
        match self {
            Self::Put { table, key, value } => Self::Take { table, key, value },
            Self::Take { table, key, value } => Self::Put { table, key, value },
            Self::Owner { script, by, grow } => Self::Owner {
                script,
                by,
                grow: !grow,
            },
            // A block moves at most the whole supply, far below 2^127: the negation exists.
            Self::Holding { asset, script, by } => Self::Holding {
                asset,
                script,
                by: by.saturating_neg(),
            },
            Self::Taken { asset, coin, back } => Self::Taken {
                asset,
                coin,
                back: !back,
            },
            Self::AssetMoves {
                asset,
                transactions,
                grow,
            } => Self::AssetMoves {
                asset,
                transactions,
                grow: !grow,
            },
        }
    }
}

/// Returns what connecting `block` does to the index.
pub fn rows(block: &ConnectedBlock) -> Batch {
    let previous = block.block.block.header.prev_blockhash;
    let mut batch = Batch {
        from: block.height.previous().map(|_| previous),
        to: Some((block.height, block.id)),
        changes: Vec::new(),
    };
    chain_rows(block, &mut batch);
    coins::coin_rows(block, &mut batch);
    owners::owner_rows(block, &mut batch);
    registry::registry_rows(block, &mut batch);
    documents::document_rows(block, &mut batch);
    batch
}

/// Returns what taking `block` back does to the index: the same rows, backwards.
pub fn rows_undone(block: &ConnectedBlock) -> Batch {
    rows(block).reversed(block.id, block.height)
}

/// Returns block 0 as an event would carry it: it carries no seal, and its coins belong to nobody.
pub(crate) fn genesis_block(params: &Params) -> ConnectedBlock {
    let block = params.genesis.clone();
    let transactions = block.txdata.iter().map(|transaction| ConnectedTransaction {
        txid: transaction.compute_txid(),
        spent: Vec::new(),
        attachments: BTreeMap::new(),
        changes: Vec::new(),
        fee: Amount::ZERO,
    });
    ConnectedBlock {
        id: block.block_hash(),
        height: Height::GENESIS,
        transactions: transactions.collect(),
        block: SealedBlock {
            block,
            seal: Seal::default(),
        },
    }
}

/// Blocks by height and id, transactions by id and place.
fn chain_rows(block: &ConnectedBlock, batch: &mut Batch) {
    let summary = summary(block);
    let height = block.height.to_u32().to_be_bytes();
    batch.put(Table::Blocks, height, encode_block(&summary));
    batch.put(Table::Heights, block.id.to_byte_array(), height);
    for (place, (transaction, did)) in places(block).zip(block.each()) {
        let row = TransactionRow::encode(
            place,
            did.fee,
            transaction,
            &spent_as_it_counts(transaction, did),
            &did.attachments,
        );
        batch.put(Table::Transactions, did.txid.to_byte_array(), row);
        batch.put(Table::Places, place_key(place), did.txid.to_byte_array());
    }
}

fn summary(block: &ConnectedBlock) -> BlockSummary {
    let body = &block.block.block;
    let reward = body.txdata.first().map_or(Amount::ZERO, |coinbase| {
        coinbase.output.iter().map(|output| output.value).sum()
    });
    BlockSummary {
        id: block.id,
        height: block.height,
        header: body.header,
        seal: block.block.seal,
        transactions: u32::try_from(body.txdata.len()).unwrap_or(u32::MAX),
        size: body.total_size() as u64,
        weight: body.weight().to_wu(),
        fees: block.transactions.iter().map(|did| did.fee).sum(),
        reward,
        median_time: 0,
    }
}

/// The coins that a transaction spends, those without their units of which the units were taken by force before. That a
/// record of such a coin goes says so.
fn spent_as_it_counts<'a>(
    transaction: &Transaction,
    did: &'a ConnectedTransaction,
) -> Cow<'a, [Coin]> {
    let empty: BTreeSet<&OutPoint> = did
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Record(entry) if entry.after.is_none() => match &entry.key {
                Key::Seizure { coin, .. } => Some(coin),
                _ => None,
            },
            _ => None,
        })
        .collect();
    if empty.is_empty() {
        return Cow::Borrowed(&did.spent);
    }
    let coins = transaction.input.iter().zip(&did.spent);
    let coins = coins.map(|(input, coin)| Coin {
        attachment: coin
            .attachment
            .clone()
            .filter(|_| !empty.contains(&input.previous_output)),
        ..coin.clone()
    });
    Cow::Owned(coins.collect())
}

/// The places of a block's transactions, in order.
fn places(block: &ConnectedBlock) -> impl Iterator<Item = Place> {
    let height = block.height;
    (0u32..).map(move |position| Place { height, position })
}
