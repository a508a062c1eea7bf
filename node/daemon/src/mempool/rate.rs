//! What a transaction, or several together, pay for their size; and what they are asked to pay.
use std::cmp::Ordering;

/// A fee and the virtual bytes it is paid for. Ordered by fee per byte, exactly.
#[derive(Debug, Clone, Copy)]
pub(super) struct FeeRate {
    /// In grains.
    pub(super) fee: u64,
    /// In virtual bytes.
    pub(super) vsize: u64,
}

impl FeeRate {
    /// Returns grains per 1,000 virtual bytes, rounded up.
    pub(super) fn per_kvb_ceil(self) -> RelayRate {
        let rate = (u128::from(self.fee) * 1_000).div_ceil(u128::from(self.vsize.max(1)));
        RelayRate(u64::try_from(rate).unwrap_or(u64::MAX))
    }

    /// Returns grains per 1,000 virtual bytes, rounded down.
    pub(super) fn per_kvb_floor(self) -> RelayRate {
        let rate = u128::from(self.fee) * 1_000 / u128::from(self.vsize.max(1));
        RelayRate(u64::try_from(rate).unwrap_or(u64::MAX))
    }
}

impl Ord for FeeRate {
    fn cmp(&self, other: &Self) -> Ordering {
        let product = |fee: u64, vsize: u64| u128::from(fee) * u128::from(vsize);
        product(self.fee, other.vsize).cmp(&product(other.fee, self.vsize))
    }
}

impl PartialOrd for FeeRate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for FeeRate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for FeeRate {}

/// A fee that is asked for, in grains per 1,000 virtual bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RelayRate(u64);

impl RelayRate {
    pub(super) const ZERO: Self = Self(0);

    /// Takes grains per 1,000 virtual bytes.
    pub(crate) const fn from_grains_per_kvb(grains: u64) -> Self {
        Self(grains)
    }

    /// Returns grains per 1,000 virtual bytes.
    pub(crate) const fn to_grains_per_kvb(self) -> u64 {
        self.0
    }

    /// Returns the least fee in grains that pays this rate for so many virtual bytes.
    pub(super) fn fee_for(self, vsize: u64) -> u64 {
        let fee = (u128::from(self.0) * u128::from(vsize)).div_ceil(1_000);
        u64::try_from(fee).unwrap_or(u64::MAX)
    }

    /// Returns the sum of two rates.
    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
