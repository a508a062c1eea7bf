//! A batch goes in as one transaction, the tip with it.
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use bitcoin::hashes::Hash;
use bitcoin::{BlockHash, OutPoint, ScriptBuf};
use moneta_chain::{Height, ScriptId};
use moneta_mips::{AssetId, Attachment};
use redb::{Durability, ReadableTable, WriteTransaction};

use super::{META, Store, TIP, damaged, decode_tip, definition, encode_tip, storage};
use crate::codec::{TransactionRow, decode_owner, encode_owner};
use crate::rows::{Batch, RowChange, Table};
use crate::{IndexError, ScriptTotals};

type Rows<'txn> = redb::Table<'txn, &'static [u8], &'static [u8]>;

impl Store {
    /// Applies a batch: all of it, or nothing. What is not `durable` may be lost with the machine, whole
    /// batches from the end, and is pulled again.
    pub(crate) fn commit(&self, batch: &Batch, durable: bool) -> Result<(), IndexError> {
        let mut write = self.db.begin_write().map_err(storage)?;
        if durable {
            // Saves the allocator's state: opening after a crash need not walk the whole file.
            write.set_quick_repair(true);
        } else {
            write
                .set_durability(Durability::None)
                .map_err(|error| storage(redb::Error::from(error)))?;
        }
        apply(&write, batch)?;
        write.commit().map_err(storage)
    }

    /// Makes everything committed so far safe on disk.
    pub(crate) fn sync(&self) -> Result<(), IndexError> {
        let mut write = self.db.begin_write().map_err(storage)?;
        write.set_quick_repair(true);
        write.commit().map_err(storage)
    }
}

/// Runs a batch inside a transaction that somebody else commits.
pub(super) fn apply(write: &WriteTransaction, batch: &Batch) -> Result<(), IndexError> {
    move_tip(write, batch)?;
    let mut tables = Tables {
        write,
        open: BTreeMap::new(),
    };
    batch
        .changes
        .iter()
        .try_for_each(|change| tables.apply(change))
}

fn move_tip(write: &WriteTransaction, batch: &Batch) -> Result<(), IndexError> {
    let mut meta = write.open_table(META).map_err(storage)?;
    let tip: Option<(Height, BlockHash)> = match meta.get(TIP).map_err(storage)? {
        None => None,
        Some(row) => Some(decode_tip(row.value()).ok_or(IndexError::Damaged { table: "meta" })?),
    };
    if tip.map(|(_, id)| id) != batch.from {
        return Err(IndexError::Inconsistent { table: "meta" });
    }
    match batch.to {
        Some(to) => meta.insert(TIP, encode_tip(to).as_slice()),
        None => meta.remove(TIP),
    }
    .map_err(storage)?;
    Ok(())
}

/// The tables of one write transaction, each opened once.
struct Tables<'txn> {
    write: &'txn WriteTransaction,
    open: BTreeMap<Table, Rows<'txn>>,
}

impl<'txn> Tables<'txn> {
    fn table(&mut self, table: Table) -> Result<&mut Rows<'txn>, IndexError> {
        match self.open.entry(table) {
            Entry::Occupied(open) => Ok(open.into_mut()),
            Entry::Vacant(slot) => {
                let rows = self.write.open_table(definition(table)).map_err(storage)?;
                Ok(slot.insert(rows))
            }
        }
    }

    fn apply(&mut self, change: &RowChange) -> Result<(), IndexError> {
        match change {
            RowChange::Put { table, key, value } => self.put(*table, key, value),
            RowChange::Take { table, key, value } => self.take(*table, key, value),
            RowChange::Owner { script, by, grow } => self.owner(script, by, *grow),
            RowChange::Holding { asset, script, by } => self.holding(asset, script, *by),
            RowChange::Taken { asset, coin, back } => self.taken(asset, coin, *back),
            RowChange::AssetMoves {
                asset,
                transactions,
                grow,
            } => self.count(asset, 0, signed(*transactions, *grow)),
        }
    }

    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), IndexError> {
        let rows = self.table(table)?;
        let before = rows.insert(key, value).map_err(storage)?;
        match before {
            None => Ok(()),
            Some(_) => Err(inconsistent(table)),
        }
    }

    fn take(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), IndexError> {
        let rows = self.table(table)?;
        let before = rows.remove(key).map_err(storage)?;
        match before {
            Some(before) if before.value() == value => Ok(()),
            _ => Err(inconsistent(table)),
        }
    }

    fn get(&mut self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        let row = self.table(table)?.get(key).map_err(storage)?;
        Ok(row.map(|row| row.value().to_vec()))
    }

    /// Writes a row over what is there; `None` removes it. For running totals.
    fn set(&mut self, table: Table, key: &[u8], value: Option<&[u8]>) -> Result<(), IndexError> {
        let rows = self.table(table)?;
        match value {
            Some(value) => rows.insert(key, value),
            None => rows.remove(key),
        }
        .map_err(storage)?;
        Ok(())
    }

    fn owner(
        &mut self,
        script: &ScriptBuf,
        by: &ScriptTotals,
        grow: bool,
    ) -> Result<(), IndexError> {
        let key = ScriptId::of(script).0;
        let before = match self.get(Table::Owners, &key)? {
            None => ScriptTotals::default(),
            Some(row) => decode_owner(&row).ok_or(damaged(Table::Owners))?.1,
        };
        let after = if grow {
            plus(&before, by)
        } else {
            minus(&before, by)
        }
        .ok_or(inconsistent(Table::Owners))?;
        let row = (after != ScriptTotals::default()).then(|| encode_owner(script, &after));
        self.set(Table::Owners, &key, row.as_deref())
    }

    fn holding(&mut self, asset: &AssetId, script: &ScriptId, by: i128) -> Result<(), IndexError> {
        let key = [asset.0, script.0].concat();
        let by_script = [script.0, asset.0].concat();
        let before = match self.get(Table::Holders, &key)? {
            None => 0,
            Some(row) => amount_of(&row).ok_or(damaged(Table::Holders))?,
        };
        let after = i128::from(before)
            .checked_add(by)
            .and_then(|after| u64::try_from(after).ok())
            .ok_or(inconsistent(Table::Holders))?;
        let row = (after > 0).then(|| after.to_be_bytes());
        let row = row.as_ref().map(|row| &row[..]);
        self.set(Table::Holders, &key, row)?;
        self.set(Table::Holdings, &by_script, row)?;
        if before > 0 {
            self.take(Table::HolderRanks, &rank_key(asset, before, script), &[])?;
        }
        if after > 0 {
            self.put(Table::HolderRanks, &rank_key(asset, after, script), &[])?;
        }
        self.count(asset, i64::from(after > 0) - i64::from(before > 0), 0)
    }

    /// Units leave the holding of whoever owned the coin, though nobody spent it.
    fn taken(&mut self, asset: &AssetId, coin: &OutPoint, back: bool) -> Result<(), IndexError> {
        let row = self.get(Table::Transactions, coin.txid.as_byte_array())?;
        let row = row.ok_or(inconsistent(Table::Transactions))?;
        let row = TransactionRow::decode(&row).ok_or(damaged(Table::Transactions))?;
        let vout = usize::try_from(coin.vout).unwrap_or(usize::MAX);
        let output = row.transaction.output.get(vout);
        let held = match row.attachments.get(&coin.vout) {
            Some(Attachment::Asset { id, amount }) if id == asset => Some(i128::from(*amount)),
            _ => None,
        };
        let (output, held) = output.zip(held).ok_or(inconsistent(Table::Transactions))?;
        let script = ScriptId::of(&output.script_pubkey);
        self.holding(asset, &script, if back { held } else { -held })
    }

    fn count(
        &mut self,
        asset: &AssetId,
        holders: i64,
        transactions: i64,
    ) -> Result<(), IndexError> {
        let (old_holders, old_transactions) = match self.get(Table::AssetTotals, &asset.0)? {
            None => (0, 0),
            Some(row) => counts_of(&row).ok_or(damaged(Table::AssetTotals))?,
        };
        let counts = old_holders
            .checked_add_signed(holders)
            .zip(old_transactions.checked_add_signed(transactions))
            .ok_or(inconsistent(Table::AssetTotals))?;
        let row = [counts.0.to_be_bytes(), counts.1.to_be_bytes()].concat();
        let row = (counts != (0, 0)).then_some(row);
        self.set(Table::AssetTotals, &asset.0, row.as_deref())
    }
}

const fn inconsistent(table: Table) -> IndexError {
    IndexError::Inconsistent {
        table: table.name(),
    }
}

fn signed(count: u64, grow: bool) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if grow { count } else { -count }
}

pub(crate) fn amount_of(row: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(row.try_into().ok()?))
}

pub(crate) fn counts_of(row: &[u8]) -> Option<(u64, u64)> {
    let (holders, transactions) = row.split_first_chunk::<8>()?;
    let transactions = transactions.try_into().ok()?;
    Some((
        u64::from_be_bytes(*holders),
        u64::from_be_bytes(transactions),
    ))
}

/// Most first: the complement of the amount stands before the script.
pub(crate) fn rank_key(asset: &AssetId, amount: u64, script: &ScriptId) -> Vec<u8> {
    [&asset.0[..], &(!amount).to_be_bytes(), &script.0].concat()
}

fn plus(a: &ScriptTotals, b: &ScriptTotals) -> Option<ScriptTotals> {
    Some(ScriptTotals {
        funded_count: a.funded_count.checked_add(b.funded_count)?,
        // The whole supply through one script 8,000 times would not fit: it wraps, and so does undo.
        funded_grains: a.funded_grains.wrapping_add(b.funded_grains),
        spent_count: a.spent_count.checked_add(b.spent_count)?,
        spent_grains: a.spent_grains.wrapping_add(b.spent_grains),
        transactions: a.transactions.checked_add(b.transactions)?,
    })
}

fn minus(a: &ScriptTotals, b: &ScriptTotals) -> Option<ScriptTotals> {
    Some(ScriptTotals {
        funded_count: a.funded_count.checked_sub(b.funded_count)?,
        funded_grains: a.funded_grains.wrapping_sub(b.funded_grains),
        spent_count: a.spent_count.checked_sub(b.spent_count)?,
        spent_grains: a.spent_grains.wrapping_sub(b.spent_grains),
        transactions: a.transactions.checked_sub(b.transactions)?,
    })
}
