//! Blocks by height and id.
use bitcoin::{BlockHash, Txid};
use moneta_chain::Height;

use super::View;
use crate::{BlockSummary, IndexError};

impl View {
    /// Returns the block at `height`.
    ///
    /// # Errors
    /// The disk fails or a row is damaged (so for every look-up of a view).
    pub fn block(&self, _height: Height) -> Result<Option<BlockSummary>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the height of a block of the best chain.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn height_of(&self, _id: &BlockHash) -> Result<Option<Height>, IndexError> {
        unimplemented!("view")
    }

    /// Returns at most `limit` blocks from `highest` downwards.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn blocks_down_from(
        &self,
        _highest: Height,
        _limit: usize,
    ) -> Result<Vec<BlockSummary>, IndexError> {
        unimplemented!("view")
    }

    /// Returns at most `limit` transaction ids of the block at `height`, from position `first` on.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn txids_of_block(
        &self,
        _height: Height,
        _first: u32,
        _limit: usize,
    ) -> Result<Vec<Txid>, IndexError> {
        unimplemented!("view")
    }
}
