//! Owners: totals, history and coins of a script.
use bitcoin::{OutPoint, ScriptBuf};
use moneta_chain::ScriptId;

use super::View;
use crate::{HistoryEntry, IndexError, Place, ScriptTotals, UnspentCoin};

impl View {
    /// Returns the running totals of a script; all zero if the chain has not seen it.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script_totals(&self, _id: &ScriptId) -> Result<ScriptTotals, IndexError> {
        unimplemented!("view")
    }

    /// Returns the script with this name, if the chain has seen it.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script(&self, _id: &ScriptId) -> Result<Option<ScriptBuf>, IndexError> {
        unimplemented!("view")
    }

    /// Returns transactions that paid a script or spent from it, newest first, those before `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script_history(
        &self,
        _id: &ScriptId,
        _before: Option<Place>,
        _limit: usize,
    ) -> Result<Vec<HistoryEntry>, IndexError> {
        unimplemented!("view")
    }

    /// Returns unspent coins of a script in the order of their outpoints, those after `after` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn script_coins(
        &self,
        _id: &ScriptId,
        _after: Option<OutPoint>,
        _limit: usize,
    ) -> Result<Vec<UnspentCoin>, IndexError> {
        unimplemented!("view")
    }
}
