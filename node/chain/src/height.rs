//! The height of a block: its distance from genesis, never a field of the header.
use std::fmt;

use serde::{Deserialize, Serialize};

/// Distance of a block from genesis, in blocks. Genesis is 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Height(u32);

impl Height {
    /// The height of the genesis block.
    pub const GENESIS: Self = Self(0);

    /// Wraps a number of blocks.
    pub const fn new(blocks: u32) -> Self {
        Self(blocks)
    }

    /// Returns the number of blocks.
    pub const fn to_u32(self) -> u32 {
        self.0
    }

    /// Returns the height `blocks` further on; stays at the highest height there is.
    pub const fn saturating_add(self, blocks: u32) -> Self {
        Self(self.0.saturating_add(blocks))
    }

    /// Returns the height of the child.
    pub const fn next(self) -> Self {
        self.saturating_add(1)
    }

    /// Returns the height of the parent, or `None` for genesis.
    pub const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(height) => Some(Self(height)),
            None => None,
        }
    }

    /// Returns how many blocks lie between `earlier` and this height; 0 when `earlier` is not earlier.
    pub const fn blocks_since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
