//! Freezes that no block takes: each stops others here for so many blocks and then leaves, so that what it stopped moves.
use std::collections::VecDeque;

use bitcoin::{Transaction, Txid};
use moneta_consensus::TransactionError;
use moneta_mips::{FreezeError, MipError, Target};
use moneta_node_api::RemovalReason;

use super::admit::{Fees, Terms};
use super::policy::{MAX_FREEZE_BLOCKS, MAX_LAPSED};
use super::pool::Order;
use super::{Mempool, PoolError};

/// The last freezes that left because no block took them.
#[derive(Debug, Default)]
pub(super) struct Lapsed {
    /// Oldest first.
    last: VecDeque<Txid>,
}

impl Lapsed {
    fn note(&mut self, txid: Txid) {
        if self.last.len() == MAX_LAPSED {
            self.last.pop_front();
        }
        self.last.push_back(txid);
    }
}

impl Mempool {
    /// Lets go each freeze that has waited as long as one may, with what stands on it.
    pub(super) fn lapse(&mut self) {
        let old = self.entries.iter().filter(|(_, place)| {
            let pooled = &place.pooled;
            !pooled.freezes.is_empty() && pooled.waited >= MAX_FREEZE_BLOCKS
        });
        let old: Vec<Order> = old.map(|(order, _)| *order).collect();
        for removed in self.remove_with_descendants(old, &RemovalReason::FreezeLapsed) {
            if !removed.freezes.is_empty() {
                self.lapsed.note(removed.entry.txid);
            }
        }
    }

    /// Checks that a freeze is not one that has lapsed here: a peer who still has it would bring it back for ever. One
    /// that a block held is welcome all the same.
    pub(super) fn check_not_lapsed(
        &self,
        tx: &Transaction,
        freezes: &[Target],
        terms: &Terms,
    ) -> Result<(), PoolError> {
        let asked = terms.fees != Fees::PaidBefore && !freezes.is_empty();
        if asked && self.lapsed.last.contains(&tx.compute_txid()) {
            let blocks = MAX_FREEZE_BLOCKS;
            return Err(PoolError::FreezeLapsed { blocks });
        }
        Ok(())
    }

    /// Returns for how many moves of the tip a freeze counts as having waited: one that takes the place of another goes
    /// on from there, or whoever adds a little fee each day would stop others for ever.
    pub(super) fn waited<'a>(
        &self,
        own: u32,
        replaces: impl IntoIterator<Item = &'a Order>,
    ) -> u32 {
        let places = replaces.into_iter().filter_map(|one| self.entries.get(one));
        let freezes = places.filter(|place| !place.pooled.freezes.is_empty());
        let waited = freezes.map(|place| place.pooled.waited);
        waited.fold(own, u32::max)
    }
}

/// Tells whether nothing but a waiting freeze refuses a transaction: no record of the registry does.
pub(super) const fn is_stopped_by_waiting(error: &PoolError) -> bool {
    matches!(
        error,
        PoolError::Rule(TransactionError::Mip(MipError::Freezing(
            FreezeError::CoinFrozen { stop: None, .. }
        )))
    )
}
