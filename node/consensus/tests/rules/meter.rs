//! A seal budget that counts what is asked of it.
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use moneta_chain::Height;
use moneta_consensus::SealBudget;
use moneta_ethash::LightCache;
use moneta_testkit::chain::TestChain;

/// Gives leave for so many memory-hard checks and notes every one, and every cache.
pub(crate) struct Meter {
    cache: Arc<LightCache>,
    left: Cell<usize>,
    /// Memory-hard checks made.
    pub(crate) spent: Cell<usize>,
    /// Heights of the verified headers on whose strength a cache was asked for.
    pub(crate) verified: RefCell<Vec<Height>>,
}

impl Meter {
    pub(crate) fn of(chain: &TestChain, checks: usize) -> Self {
        Self {
            cache: Arc::clone(chain.light()),
            left: Cell::new(checks),
            spent: Cell::new(0),
            verified: RefCell::default(),
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

    fn light_cache(&self, verified: Height) -> Arc<LightCache> {
        self.verified.borrow_mut().push(verified);
        Arc::clone(&self.cache)
    }
}
