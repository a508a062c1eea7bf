//! What seals are checked with, shared with whoever checks them without the chain.
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moneta_chain::{Height, Params};
use moneta_consensus::{SealBudget, light_cache};
use moneta_ethash::{Caches, LightCache};

/// The light caches of a network, and how many seals were checked with them.
pub(crate) struct SealChecks {
    caches: Caches,
    checked: AtomicU64,
}

impl SealChecks {
    /// Makes a place for the light caches of a network.
    pub(crate) fn of(params: &Params) -> Self {
        let epoch_length =
            NonZero::new(params.epoch_length).expect("epochs of every network have blocks");
        let params = params.clone();
        Self {
            caches: Caches::new(epoch_length, move |epoch| light_cache(&params, epoch)),
            checked: AtomicU64::new(0),
        }
    }

    /// Returns how many memory-hard checks were made.
    #[cfg(test)]
    pub(crate) fn checked(&self) -> u64 {
        self.checked.load(Ordering::Relaxed)
    }

    /// Returns the epochs whose light caches are held.
    #[cfg(test)]
    pub(crate) fn epochs(&self) -> Vec<u32> {
        self.caches.epochs()
    }
}

/// Without end of leave: whoever takes headers from peers lays a budget for each over this.
impl SealBudget for SealChecks {
    fn spend(&self, checks: usize) -> bool {
        self.checked.fetch_add(checks as u64, Ordering::Relaxed);
        true
    }

    fn light_cache(&self, verified: Height) -> Arc<LightCache> {
        self.caches.for_child_of(verified.to_u32())
    }
}
