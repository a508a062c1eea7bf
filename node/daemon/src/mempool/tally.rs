//! What several transactions come to together.
use super::rate::FeeRate;

/// Sums over a set of transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// How many there are.
    pub(super) count: u64,
    /// What they pay, in grains.
    pub(super) fee: u64,
    /// Their virtual bytes.
    pub(super) vsize: u64,
    /// Their weight, in weight units.
    pub(super) weight: u64,
    /// What their signature operations cost.
    pub(super) sigop_cost: u64,
}

impl Tally {
    /// Returns what they pay for their size.
    pub(super) const fn rate(&self) -> FeeRate {
        FeeRate {
            fee: self.fee,
            vsize: self.vsize,
        }
    }

    /// Counts more in.
    pub(super) const fn add(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.fee = self.fee.saturating_add(other.fee);
        self.vsize = self.vsize.saturating_add(other.vsize);
        self.weight = self.weight.saturating_add(other.weight);
        self.sigop_cost = self.sigop_cost.saturating_add(other.sigop_cost);
    }

    /// Counts a part of them out.
    pub(super) const fn subtract(&mut self, other: &Self) {
        self.count = self.count.saturating_sub(other.count);
        self.fee = self.fee.saturating_sub(other.fee);
        self.vsize = self.vsize.saturating_sub(other.vsize);
        self.weight = self.weight.saturating_sub(other.weight);
        self.sigop_cost = self.sigop_cost.saturating_sub(other.sigop_cost);
    }
}
