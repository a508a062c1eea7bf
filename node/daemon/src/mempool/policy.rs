//! What this node relays beyond what the rules allow in a block.

/// Least fee of a transaction, in grains per virtual byte.
pub(super) const MIN_FEE_RATE: u64 = 1;
/// Most weight of one transaction, in weight units: a tenth of a block.
pub(super) const MAX_TRANSACTION_WEIGHT: u64 = 400_000;
/// Most that the signature operations of one transaction cost: a fifth of a block. One that no block has
/// room for would wait for ever, and keep others from its coins and its handle.
pub(super) const MAX_TRANSACTION_SIGOP_COST: u64 = 16_000;
/// Weight that a unit of signature-operation cost counts for, so that a small transaction can't use up a
/// block's budget of them for a small fee.
pub(super) const WEIGHT_PER_SIGOP_COST: u64 = 20;
/// Most transactions of the pool that one may stand on, itself included.
pub(super) const MAX_ANCESTORS: usize = 25;
/// Most transactions of the pool that may stand on one, itself included.
pub(super) const MAX_DESCENDANTS: usize = 25;
/// Most virtual bytes of all transactions together: some twenty full blocks.
pub(super) const MAX_POOL_VSIZE: u64 = 20_000_000;
