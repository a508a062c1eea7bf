//! Transactions, and who spent what.
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_chain::ScriptId;

use super::View;
use crate::codec::{Reader, TransactionRow, decode_spend, outpoint_key};
use crate::rows::Table;
use crate::store::damaged;
use crate::{HistoryEntry, IndexError, IndexedTransaction, Place, Spend, UnspentCoin};

impl View {
    /// Returns where a transaction stands.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn place_of(&self, txid: &Txid) -> Result<Option<Place>, IndexError> {
        let key = txid.as_byte_array();
        self.moment
            .read(Table::Transactions, key, |row| Reader::new(row).place())
    }

    /// Returns a confirmed transaction with all that a page about it needs.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn transaction(&self, txid: &Txid) -> Result<Option<IndexedTransaction>, IndexError> {
        let key = txid.as_byte_array();
        let row = self
            .moment
            .read(Table::Transactions, key, TransactionRow::decode)?;
        let Some(row) = row else {
            return Ok(None);
        };
        let block = self
            .block(row.place.height)?
            .ok_or(damaged(Table::Blocks))?;
        Ok(Some(IndexedTransaction {
            txid: *txid,
            place: row.place,
            block: block.id,
            time: block.header.time,
            transaction: row.transaction,
            spent: row.spent,
            attachments: row.attachments,
            fee: row.fee,
        }))
    }

    /// Returns the newest transactions of the chain, newest first, those before `before` if it is given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn latest_transactions(
        &self,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, IndexError> {
        self.history(Table::Places, &[], before, limit)
    }

    /// Returns the confirmed spend of a coin, if there is one.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn spend_of(&self, coin: &OutPoint) -> Result<Option<Spend>, IndexError> {
        self.moment
            .read(Table::Spends, &outpoint_key(coin), decode_spend)
    }

    /// Returns an unspent coin of the best chain.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn coin(&self, outpoint: &OutPoint) -> Result<Option<UnspentCoin>, IndexError> {
        if self.spend_of(outpoint)?.is_some() {
            return Ok(None);
        }
        let key = outpoint.txid.as_byte_array();
        let row = self
            .moment
            .read(Table::Transactions, key, TransactionRow::decode)?;
        let vout = usize::try_from(outpoint.vout).unwrap_or(usize::MAX);
        let Some(output) = row.and_then(|row| row.transaction.output.into_iter().nth(vout)) else {
            return Ok(None);
        };
        let script = ScriptId::of(&output.script_pubkey);
        let key = [&script.0[..], &outpoint_key(outpoint)].concat();
        let coin = self.moment.read(Table::Coins, &key, |row| {
            let mut row = Reader::new(row);
            let coin = row.coin()?;
            row.done(coin)
        })?;
        coin.map(|coin| self.as_it_counts(*outpoint, coin))
            .transpose()
    }
}
