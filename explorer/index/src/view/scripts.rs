//! Owners: totals, history and coins of a script.
use bitcoin::{OutPoint, ScriptBuf};
use moneta_chain::ScriptId;
use moneta_mips::Coin;

use super::View;
use crate::codec::{Reader, decode_owner, outpoint_key};
use crate::rows::Table;
use crate::store::damaged;
use crate::{HistoryEntry, IndexError, Place, ScriptTotals, UnspentCoin};

impl View {
    /// Returns the running totals of a script; all zero if the chain has not seen it.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script_totals(&self, id: &ScriptId) -> Result<ScriptTotals, IndexError> {
        let row = self.moment.read(Table::Owners, &id.0, decode_owner)?;
        Ok(row.map(|(_, totals)| totals).unwrap_or_default())
    }

    /// Returns the script with this name, if the chain has seen it.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script(&self, id: &ScriptId) -> Result<Option<ScriptBuf>, IndexError> {
        let row = self.moment.read(Table::Owners, &id.0, decode_owner)?;
        Ok(row.map(|(script, _)| script))
    }

    /// Returns transactions that paid a script or spent from it, newest first, those before `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script_history(
        &self,
        id: &ScriptId,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, IndexError> {
        self.history(Table::History, &id.0, before, limit)
    }

    /// Returns unspent coins of a script in the order of their outpoints, those after `after` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script_coins(
        &self,
        id: &ScriptId,
        after: Option<OutPoint>,
        limit: usize,
    ) -> Result<Vec<UnspentCoin>, IndexError> {
        let after = after.as_ref().map(outpoint_key);
        let after = after.as_ref().map(|key| &key[..]);
        let rows = self.moment.rows(Table::Coins, &id.0, after)?;
        let coins = rows.take(limit).map(|row| {
            let (key, value) = row?;
            let (outpoint, coin) = decode_coin(&key, &value).ok_or(damaged(Table::Coins))?;
            self.as_it_counts(outpoint, coin)
        });
        coins.collect()
    }
}

fn decode_coin(key: &[u8], value: &[u8]) -> Option<(OutPoint, Coin)> {
    let mut rest = Reader::new(key.get(32..)?);
    let outpoint = rest.outpoint_key()?;
    let mut row = Reader::new(value);
    let coin = row.coin()?;
    row.done((outpoint, coin))
}
