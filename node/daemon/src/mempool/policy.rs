//! What this node relays beyond what the rules allow in a block.

/// Least fee of a transaction, in grains per virtual byte.
pub(super) const MIN_FEE_RATE: u64 = 1;
/// Most weight of one transaction, in weight units: a tenth of a block.
pub(super) const MAX_TRANSACTION_WEIGHT: u64 = 400_000;
/// Most transactions of the pool that one may stand on, itself included.
pub(super) const MAX_ANCESTORS: usize = 25;
/// Most transactions of the pool that may stand on one, itself included.
pub(super) const MAX_DESCENDANTS: usize = 25;
/// Most virtual bytes of all transactions together: some twenty full blocks.
pub(super) const MAX_POOL_VSIZE: u64 = 20_000_000;
