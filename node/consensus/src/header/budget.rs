//! What proving seals costs, and who has a say in it.
use std::sync::Arc;

use moneta_chain::Height;
use moneta_ethash::LightCache;

/// What a node spends on proving seals. The check asks it last, when all that is cheap has held, so that a
/// peer who sends rubbish costs a few Keccaks and no more.
///
/// # Consensus
/// > 8.9 [...] The memory-hard check is made under a budget for each peer, and a cache is computed for epochs
/// > of heights that stand on verified headers only.
pub trait SealBudget {
    /// Asks for leave to make this many memory-hard checks now.
    fn spend(&self, checks: usize) -> bool;

    /// Returns the light cache for the child of a verified header at this height. There is no way to ask for
    /// an epoch by a mere claim.
    fn light_cache(&self, verified: Height) -> Arc<LightCache>;
}

/// One cache for every epoch, and no end of leave: for tests, and where all blocks are one's own.
impl SealBudget for Arc<LightCache> {
    fn spend(&self, _checks: usize) -> bool {
        true
    }

    fn light_cache(&self, _verified: Height) -> Arc<LightCache> {
        Self::clone(self)
    }
}
