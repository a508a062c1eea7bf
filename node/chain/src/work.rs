//! Work of many blocks together: a sum that is never silently wrong.
use std::fmt;

use bitcoin::block::Header;
use ruint::aliases::U256;

/// How many hashes a stretch of blocks took on average, in 256 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ChainWork(U256);

impl ChainWork {
    /// Returns the work that a header's target asks for: 2^256 / (target + 1).
    pub fn of(header: &Header) -> Self {
        Self::from_be_bytes(header.work().to_be_bytes())
    }

    /// Returns the sum, or `None` if it has no room in 256 bits: no chain that was ever mined comes near.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Returns the sum, or the highest work there is.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns the difference, or nothing if the other is larger.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Reads 32 bytes, big endian.
    pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_be_bytes(bytes))
    }

    /// Writes 32 bytes, big endian.
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }
}

/// 64 hexadecimal digits, as Bitcoin's tools write chain work.
impl fmt::Display for ChainWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:064x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Params;

    #[test]
    fn the_work_of_a_dev_block_is_two_and_sums_do_not_wrap() {
        let work = ChainWork::of(&Params::dev().genesis.header);
        assert_eq!(work.to_string(), format!("{:064x}", 2));
        let most = ChainWork::from_be_bytes([0xff; 32]);
        assert_eq!(most.checked_add(work), None);
        assert_eq!(most.saturating_add(work), most);
        let four = work.checked_add(work).unwrap();
        assert!(four > work);
        assert_eq!(ChainWork::from_be_bytes(four.to_be_bytes()), four);
    }
}
