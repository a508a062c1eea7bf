//! The range itself: nodes in the order they come to be.
use super::{HistoryLeaf, HistoryProof, Span};
use crate::tags::Tag;

/// The mountain range over blocks 0 to n - 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryRange {
    nodes: Vec<Span>,
    blocks: u32,
}

impl HistoryRange {
    /// Returns how many blocks it covers.
    pub const fn blocks(&self) -> u32 {
        self.blocks
    }

    /// Takes in the next block; `None` (and nothing changes) if its height is not the next.
    pub fn append(&mut self, leaf: &HistoryLeaf) -> Option<()> {
        if leaf.height.to_u32() != self.blocks {
            return None;
        }
        let mut span = leaf.span();
        let mut joins = Vec::new();
        // As many trees end here as the count so far has trailing ones.
        let mut peaks = self.peaks();
        for _ in 0..self.blocks.trailing_ones() {
            let joined = peaks.pop()?.join(&span)?;
            joins.push(joined);
            span = joined;
        }
        self.nodes.push(leaf.span());
        self.nodes.extend(joins);
        self.blocks += 1;
        Some(())
    }

    /// Cuts back to the first `blocks` blocks: the undo of every append after them.
    pub fn truncate(&mut self, blocks: u32) {
        if blocks < self.blocks {
            self.nodes.truncate(nodes_of(blocks));
            self.blocks = blocks;
        }
    }

    /// Returns the peaks, highest tree first.
    pub(super) fn peaks(&self) -> Vec<Span> {
        self.peaks_of_first(self.blocks)
    }

    /// Returns the peaks of the first `blocks` blocks: their nodes come first, whatever came after.
    fn peaks_of_first(&self, blocks: u32) -> Vec<Span> {
        trees(blocks)
            .filter_map(|(start, height)| {
                self.nodes
                    .get(nodes_of(start) + size_of_tree(height) - 1)
                    .copied()
            })
            .collect()
    }

    /// Returns the root that the next block commits to.
    pub fn root(&self) -> [u8; 32] {
        root_of(self.blocks, &self.peaks())
    }

    /// Returns the root that the block at height `blocks` commits to; `None` if the range is shorter.
    pub fn root_of_first(&self, blocks: u32) -> Option<[u8; 32]> {
        (blocks <= self.blocks).then(|| root_of(blocks, &self.peaks_of_first(blocks)))
    }

    /// Returns the proof that block `height` is in the range, or `None` if the range does not reach it.
    pub fn prove(&self, height: u32) -> Option<HistoryProof> {
        self.prove_among_first(height, self.blocks)
    }

    /// Returns the proof that block `height` is among the first `blocks` blocks: what the block at height
    /// `blocks` commits to. `None` if it is not, or if the range is shorter.
    pub fn prove_among_first(&self, height: u32, blocks: u32) -> Option<HistoryProof> {
        if blocks > self.blocks {
            return None;
        }
        let (position, (start, tree)) = trees(blocks)
            .enumerate()
            .find(|(_, (start, tree))| (*start..*start + (1 << tree)).contains(&height))?;
        let mut siblings = Vec::with_capacity(usize::try_from(tree).ok()?);
        let (mut from, mut base) = (start, nodes_of(start));
        // Walk down from the peak; each step leaves one subtree aside, whose top node is a sibling.
        for below in (0..tree).rev() {
            let size = size_of_tree(below);
            let (left_top, right_top) = (base + size - 1, base + 2 * size - 1);
            if height < from + (1 << below) {
                siblings.push(*self.nodes.get(right_top)?);
            } else {
                siblings.push(*self.nodes.get(left_top)?);
                from += 1 << below;
                base += size;
            }
        }
        siblings.reverse();
        let mut other_peaks = self.peaks_of_first(blocks);
        other_peaks.remove(position);
        Some(HistoryProof {
            blocks,
            siblings,
            other_peaks,
        })
    }
}

/// Returns the root of a range with these peaks.
pub(super) fn root_of(blocks: u32, peaks: &[Span]) -> [u8; 32] {
    let encoded: Vec<[u8; 80]> = peaks.iter().map(Span::encode).collect();
    let count = blocks.to_le_bytes();
    let mut parts: Vec<&[u8]> = vec![&count];
    parts.extend(encoded.iter().map(<[u8; 80]>::as_slice));
    Tag::HISTORY_ROOT.hash(&parts)
}

/// Returns first block and height of each perfect tree of a range over `blocks` blocks, highest first.
pub(super) fn trees(blocks: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..u32::BITS)
        .rev()
        .filter(move |bit| blocks >> bit & 1 == 1)
        .map(move |bit| {
            // The trees before it cover what the higher bits count.
            let start = blocks
                .checked_shr(bit + 1)
                .unwrap_or(0)
                .checked_shl(bit + 1)
                .unwrap_or(0);
            (start, bit)
        })
}

/// Returns how many nodes a range over `blocks` blocks has: two a block, less one a tree.
fn nodes_of(blocks: u32) -> usize {
    blocks as usize * 2 - blocks.count_ones() as usize
}

fn size_of_tree(height: u32) -> usize {
    (2 << height) - 1
}
