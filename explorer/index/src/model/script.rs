//! Owners: what the index knows of an output script.
use bitcoin::OutPoint;
use moneta_mips::Coin;
use serde::{Deserialize, Serialize};

use super::TakenUnits;

/// Running totals of a script: cheap, however long its history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScriptTotals {
    /// Outputs that paid it.
    pub funded_count: u64,
    /// Grains that these outputs carried.
    pub funded_grains: u64,
    /// How many of these outputs are spent.
    pub spent_count: u64,
    /// Grains that the spent ones carried.
    pub spent_grains: u64,
    /// Transactions that paid it or spent from it.
    pub transactions: u64,
}

impl ScriptTotals {
    /// Returns the grains it holds now.
    pub const fn balance_grains(&self) -> u64 {
        self.funded_grains.wrapping_sub(self.spent_grains)
    }
}

/// An unspent coin and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnspentCoin {
    /// Where it was made.
    pub outpoint: OutPoint,
    /// The coin: grains, script, attachment, height. A coin of which the units were taken holds grains only.
    pub coin: Coin,
    /// The units that were taken from it by force, if any were.
    pub taken: Option<TakenUnits>,
}
