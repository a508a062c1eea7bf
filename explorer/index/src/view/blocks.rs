//! Blocks by height and id.
use std::collections::VecDeque;

use bitcoin::hashes::Hash;
use bitcoin::{BlockHash, Txid};
use moneta_chain::Height;

use super::View;
use crate::codec::decode_block;
use crate::rows::Table;
use crate::store::damaged;
use crate::{BlockSummary, IndexError};

/// A median time is that of a block and the ten before it.
const MEDIAN_BLOCKS: usize = 11;

impl View {
    /// Returns the block at `height`.
    ///
    /// # Errors
    /// The disk fails or a row is damaged (so for every look-up of a view).
    pub fn block(&self, height: Height) -> Result<Option<BlockSummary>, IndexError> {
        Ok(self.blocks_down_from(height, 1)?.pop())
    }

    /// Returns the height of a block of the best chain.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn height_of(&self, id: &BlockHash) -> Result<Option<Height>, IndexError> {
        self.moment.read(Table::Heights, id.as_byte_array(), |row| {
            Some(Height::new(u32::from_be_bytes(row.try_into().ok()?)))
        })
    }

    /// Returns at most `limit` blocks from `highest` downwards; none if there is no block at `highest`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn blocks_down_from(
        &self,
        highest: Height,
        limit: usize,
    ) -> Result<Vec<BlockSummary>, IndexError> {
        if highest > self.tip.height || limit == 0 {
            return Ok(Vec::new());
        }
        let above = highest.next().to_u32().to_be_bytes();
        // Ten more than asked: the median time of the lowest looks back that far.
        let wanted = limit.saturating_add(MEDIAN_BLOCKS).saturating_sub(1);
        let rows = self.moment.rows_back(Table::Blocks, &[], Some(&above))?;
        let mut times = VecDeque::<u32>::new();
        let mut blocks = Vec::<BlockSummary>::new();
        let mut heights = std::iter::successors(Some(highest), |height| height.previous());
        for row in rows.take(wanted) {
            let height = heights.next().ok_or(damaged(Table::Blocks))?;
            let block = decode_block(height, &row?.1).ok_or(damaged(Table::Blocks))?;
            times.push_back(block.header.time);
            if blocks.len() < limit {
                blocks.push(block);
            }
        }
        for block in &mut blocks {
            block.median_time = median(times.iter().take(MEDIAN_BLOCKS).copied().collect());
            times.pop_front();
        }
        Ok(blocks)
    }

    /// Returns at most `limit` transaction ids of the block at `height`, from position `first` on.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn txids_of_block(
        &self,
        height: Height,
        first: u32,
        limit: usize,
    ) -> Result<Vec<Txid>, IndexError> {
        let prefix = height.to_u32().to_be_bytes();
        let after = first.checked_sub(1).map(u32::to_be_bytes);
        let after = after.as_ref().map(|key| &key[..]);
        let rows = self.moment.rows(Table::Places, &prefix, after)?;
        rows.take(limit)
            .map(|row| Txid::from_slice(&row?.1).map_err(|_| damaged(Table::Places)))
            .collect()
    }
}

/// Of an even number of times (near genesis) the later of the two in the middle, as Bitcoin has it.
fn median(mut times: Vec<u32>) -> u32 {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
