//! Transactions, and who spent what.
use bitcoin::{OutPoint, Txid};

use super::View;
use crate::{HistoryEntry, IndexError, IndexedTransaction, Place, Spend, UnspentCoin};

impl View {
    /// Returns where a transaction stands.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn place_of(&self, _txid: &Txid) -> Result<Option<Place>, IndexError> {
        unimplemented!("view")
    }

    /// Returns a confirmed transaction with all that a page about it needs.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn transaction(&self, _txid: &Txid) -> Result<Option<IndexedTransaction>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the newest transactions of the chain, newest first, those before `before` if it is given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn latest_transactions(
        &self,
        _before: Option<Place>,
        _limit: usize,
    ) -> Result<Vec<HistoryEntry>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the confirmed spend of a coin, if there is one.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn spend_of(&self, _coin: &OutPoint) -> Result<Option<Spend>, IndexError> {
        unimplemented!("view")
    }

    /// Returns an unspent coin of the best chain.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn coin(&self, _outpoint: &OutPoint) -> Result<Option<UnspentCoin>, IndexError> {
        unimplemented!("view")
    }
}
