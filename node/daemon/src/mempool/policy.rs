//! What this node relays beyond what the rules allow in a block: the figures, all in one place. Where Bitcoin
//! Core has one, it is that.
use super::rate::RelayRate;

/// Least fee of any transaction, or of a package, that is relayed.
pub(super) const MIN_RELAY_RATE: RelayRate = RelayRate::from_grains_per_kvb(1_000);
/// What a replacement pays for its own bytes beyond all that it replaces, and by how much the asked minimum is
/// above what was pushed out of a full pool.
pub(super) const INCREMENTAL_RATE: RelayRate = RelayRate::from_grains_per_kvb(1_000);
/// Most weight of one transaction, in weight units: a tenth of a block.
pub(super) const MAX_TRANSACTION_WEIGHT: u64 = 400_000;
/// Most that the signature operations of one transaction cost: a fifth of a block. One that no block has
/// room for would wait for ever, and keep others from its coins and its handle.
pub(super) const MAX_TRANSACTION_SIGOP_COST: u64 = 16_000;
/// Weight that a unit of signature-operation cost counts for, so that a small transaction can't use up a
/// block's budget of them for a small fee.
pub(super) const WEIGHT_PER_SIGOP_COST: u64 = 20;
/// Most transactions of the pool that one may stand on, itself included.
pub(super) const MAX_ANCESTORS: u64 = 25;
/// Most virtual bytes of these together.
pub(super) const MAX_ANCESTOR_VSIZE: u64 = 101_000;
/// Most transactions of the pool that may stand on one, itself included.
pub(super) const MAX_DESCENDANTS: u64 = 25;
/// Most virtual bytes of these together.
pub(super) const MAX_DESCENDANT_VSIZE: u64 = 101_000;
/// Most transactions that a replacement may push out.
pub(super) const MAX_REPLACED: usize = 100;
/// Most transactions of a package.
pub(super) const MAX_PACKAGE_COUNT: usize = 25;
/// Most weight of a package, in weight units.
pub(super) const MAX_PACKAGE_WEIGHT: u64 = 404_000;
/// Most memory that the transactions of the pool take, in bytes.
pub(super) const MAX_POOL_MEMORY: u64 = 300_000_000;
/// Seconds that a transaction waits at most: two weeks.
pub(super) const MAX_WAIT_SECONDS: u64 = 336 * 3_600;
/// Blocks for which a freeze that no block takes stops others, counted in moves of the tip: it is on its way to a miner
/// or it is no freeze.
pub(super) const MAX_FREEZE_BLOCKS: u32 = 144;
/// Freezes that are remembered for having waited so long.
pub(super) const MAX_LAPSED: usize = 1_000;
/// Seconds after which the minimum that a full pool asks for has halved.
pub(super) const FLOOR_HALF_LIFE_SECONDS: u64 = 12 * 3_600;
/// Most orphans that are kept.
pub(super) const MAX_ORPHANS: usize = 100;
/// Most weight of all orphans together, in weight units.
pub(super) const MAX_ORPHANS_WEIGHT: u64 = 8_000_000;
/// Seconds that an orphan is kept.
pub(super) const MAX_ORPHAN_SECONDS: u64 = 20 * 60;
/// Removals that are remembered for readers.
pub(super) const MAX_REMOVALS: usize = 4_096;
