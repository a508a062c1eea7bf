//! A seal budget that counts what is asked of it.
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use moneta_consensus::SealBudget;
use moneta_ethash::LightCache;
use moneta_testkit::chain::TestChain;

/// Gives leave for so many memory-hard checks and notes every one, and every cache.
pub(crate) struct Meter {
    cache: Arc<LightCache>,
    left: Cell<usize>,
    /// Memory-hard checks made.
    pub(crate) spent: Cell<usize>,
    /// Epochs whose cache was asked for.
    pub(crate) epochs: RefCell<Vec<u32>>,
}

impl Meter {
    pub(crate) fn of(chain: &TestChain, checks: usize) -> Self {
        Self {
            cache: Arc::clone(chain.light()),
            left: Cell::new(checks),
            spent: Cell::new(0),
            epochs: RefCell::default(),
        }
    }
}

impl SealBudget for Meter {
    fn spend(&self, checks: usize) -> bool {
        let Some(left) = self.left.get().checked_sub(checks) else {
            return false;
        };
        self.left.set(left);
        self.spent.set(self.spent.get() + checks);
        true
    }

    fn light_cache(&self, epoch: u32) -> Arc<LightCache> {
        self.epochs.borrow_mut().push(epoch);
        Arc::clone(&self.cache)
    }
}
