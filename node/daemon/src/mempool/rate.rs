//! What a transaction, or several together, pay for their size.
use std::cmp::Ordering;

use moneta_node_api::MempoolEntry;

/// A fee and the virtual bytes it is paid for. Ordered by fee per byte, exactly.
#[derive(Debug, Clone, Copy)]
pub(super) struct FeeRate {
    /// In grains.
    pub(super) fee: u64,
    /// In virtual bytes.
    pub(super) vsize: u64,
}

impl FeeRate {
    /// No fee for no bytes.
    pub(super) const NOTHING: Self = Self { fee: 0, vsize: 0 };

    /// Returns what both pay together.
    pub(super) const fn with(self, other: Self) -> Self {
        Self {
            fee: self.fee.saturating_add(other.fee),
            vsize: self.vsize.saturating_add(other.vsize),
        }
    }

    /// Returns what is left when `other`, a part of this, goes.
    pub(super) const fn without(self, other: Self) -> Self {
        Self {
            fee: self.fee.saturating_sub(other.fee),
            vsize: self.vsize.saturating_sub(other.vsize),
        }
    }

    /// Tells whether fee and size are the same, not just what is paid per byte.
    pub(super) const fn is(self, other: Self) -> bool {
        self.fee == other.fee && self.vsize == other.vsize
    }

    /// Returns what one transaction pays.
    pub(super) fn of(entry: &MempoolEntry) -> Self {
        Self {
            fee: entry.fee.to_sat(),
            vsize: entry.vsize,
        }
    }

    /// Returns grains per virtual byte, rounded up.
    pub(super) fn per_vbyte_ceil(self) -> u64 {
        self.fee.div_ceil(self.vsize.max(1))
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
