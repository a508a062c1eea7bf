//! Proof that a block is in a range, checked with nothing but the block and a root.
use super::range::{root_of, trees};
use super::{HistoryLeaf, Span};

/// A path from one block to the root of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryProof {
    /// How many blocks the range covers.
    pub blocks: u32,
    /// Siblings on the way up to the block's own peak, lowest first.
    pub siblings: Vec<Span>,
    /// The other peaks, highest tree first.
    pub other_peaks: Vec<Span>,
}

/// Why a history proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// The range does not reach the block.
    #[error("the block is at height {height}, but the range covers {blocks} blocks only")]
    BeyondRange {
        /// Height of the block.
        height: u32,
        /// Blocks in the range.
        blocks: u32,
    },
    /// The path has another length than the range's shape asks for.
    #[error("the path is {got} nodes long, but must be {expected}")]
    WrongLength {
        /// Nodes in the path.
        got: usize,
        /// Nodes the shape asks for.
        expected: usize,
    },
    /// Two neighbours on the path do not follow each other.
    #[error("two nodes of the path do not stand side by side")]
    NotNeighbours,
    /// The path leads to another root.
    #[error("the path leads to another root")]
    WrongRoot,
}

impl HistoryError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BeyondRange { .. } => "mip0007.history_beyond_range",
            Self::WrongLength { .. } => "mip0007.history_wrong_length",
            Self::NotNeighbours => "mip0007.history_not_neighbours",
            Self::WrongRoot => "mip0007.history_wrong_root",
        }
    }
}

impl HistoryProof {
    /// Checks that `leaf` is in the range whose root is `root`.
    ///
    /// # Errors
    /// The proof has the wrong shape, or leads elsewhere.
    pub fn check(&self, leaf: &HistoryLeaf, root: &[u8; 32]) -> Result<(), HistoryError> {
        let height = leaf.height.to_u32();
        let beyond = HistoryError::BeyondRange {
            height,
            blocks: self.blocks,
        };
        let (position, (start, tree)) = trees(self.blocks)
            .enumerate()
            .find(|(_, (start, tree))| height >= *start && height - start < 1 << tree)
            .ok_or(beyond)?;
        let length = |got: usize, expected: u32| {
            let expected = usize::try_from(expected).unwrap_or(usize::MAX);
            if got == expected {
                Ok(())
            } else {
                Err(HistoryError::WrongLength { got, expected })
            }
        };
        length(self.siblings.len(), tree)?;
        length(self.other_peaks.len(), self.blocks.count_ones() - 1)?;
        let mut span = leaf.span();
        for (level, sibling) in self.siblings.iter().enumerate() {
            let is_left = (height - start) >> level & 1 == 0;
            let joined = if is_left {
                span.join(sibling)
            } else {
                sibling.join(&span)
            };
            span = joined.ok_or(HistoryError::NotNeighbours)?;
        }
        let mut peaks: Vec<Span> = self.other_peaks.clone();
        peaks.insert(position, span);
        if root_of(self.blocks, &peaks) == *root {
            Ok(())
        } else {
            Err(HistoryError::WrongRoot)
        }
    }
}
