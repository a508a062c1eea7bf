//! A node of the range: a stretch of blocks, what they add up to, and a hash that stands for all of it.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 32 | hash: of the leaf, or of both children's encodings |
//! | 32 | 32 | work of all its blocks together, big endian |
//! | 64 | 4 | lowest height, u32 little endian |
//! | 68 | 4 | highest height |
//! | 72 | 4 | time of its first block |
//! | 76 | 4 | time of its last block |
use bitcoin::hashes::Hash;
use bitcoin::{BlockHash, Work};
use moneta_chain::{Height, SealedHeader, tagged_hash};

/// Length of an encoded node in bytes.
pub(super) const SPAN_LEN: usize = 80;

/// What the range says of one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryLeaf {
    /// The block and its seal: the range commits to seals, which ids do not.
    pub sealed: SealedHeader,
    /// The block's height.
    pub height: Height,
}

impl HistoryLeaf {
    /// Returns the block's id.
    pub fn id(&self) -> BlockHash {
        self.sealed.header.block_hash()
    }

    /// Returns the node of this one block.
    pub fn span(&self) -> Span {
        let hash = tagged_hash(
            "moneta/history-leaf",
            &[
                self.id().as_byte_array(),
                &self.sealed.seal.encode(),
                &self.height.to_u32().to_le_bytes(),
            ],
        );
        let time = self.sealed.header.time;
        let work = self.sealed.header.work();
        Span {
            hash,
            work,
            first: self.height,
            last: self.height,
            first_time: time,
            last_time: time,
        }
    }
}

/// A stretch of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub(super) hash: [u8; 32],
    pub(super) work: Work,
    pub(super) first: Height,
    pub(super) last: Height,
    pub(super) first_time: u32,
    pub(super) last_time: u32,
}

impl Span {
    /// Returns the work of all its blocks.
    pub const fn work(&self) -> Work {
        self.work
    }

    /// Returns its lowest and highest height.
    pub const fn heights(&self) -> (Height, Height) {
        (self.first, self.last)
    }

    /// Writes its 80 bytes.
    pub fn encode(&self) -> [u8; SPAN_LEN] {
        let mut bytes = [0; SPAN_LEN];
        let fields: [&[u8]; 6] = [
            &self.hash,
            &self.work.to_be_bytes(),
            &self.first.to_u32().to_le_bytes(),
            &self.last.to_u32().to_le_bytes(),
            &self.first_time.to_le_bytes(),
            &self.last_time.to_le_bytes(),
        ];
        let source = fields.into_iter().flatten();
        bytes
            .iter_mut()
            .zip(source)
            .for_each(|(to, from)| *to = *from);
        bytes
    }

    /// Returns the node over this stretch and the one right after it; `None` if `right` is not that.
    pub fn join(&self, right: &Self) -> Option<Self> {
        if self.last.next() != right.first {
            return None;
        }
        Some(Self {
            hash: tagged_hash("moneta/history-node", &[&self.encode(), &right.encode()]),
            work: self.work + right.work,
            first: self.first,
            last: right.last,
            first_time: self.first_time,
            last_time: right.last_time,
        })
    }
}
