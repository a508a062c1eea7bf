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
use bitcoin::BlockHash;
use bitcoin::block::Header;
use bitcoin::hashes::Hash;
use moneta_chain::{ChainWork, Height};

use crate::tags::Tag;

/// Length of an encoded node in bytes.
pub(super) const SPAN_LEN: usize = 80;

/// What the range says of one block.
///
/// The seal is no part of it: one id may have several valid seals, and nodes that saw different ones must
/// agree on the history. Work, time and height are in the node itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryLeaf {
    /// The block's header.
    pub header: Header,
    /// The block's height.
    pub height: Height,
}

impl HistoryLeaf {
    /// Returns the block's id.
    pub fn id(&self) -> BlockHash {
        self.header.block_hash()
    }

    /// Returns the node of this one block.
    pub fn span(&self) -> Span {
        let height = self.height.to_u32().to_le_bytes();
        let hash = Tag::HISTORY_LEAF.hash(&[self.id().as_byte_array(), &height]);
        let time = self.header.time;
        let work = ChainWork::of(&self.header);
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
    pub(super) work: ChainWork,
    pub(super) first: Height,
    pub(super) last: Height,
    pub(super) first_time: u32,
    pub(super) last_time: u32,
}

impl Span {
    /// Returns the work of all its blocks.
    pub const fn work(&self) -> ChainWork {
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

    /// Reads a node from its 80 bytes; every byte string of that length is one.
    pub fn decode(bytes: &[u8; SPAN_LEN]) -> Self {
        let number = |at: usize| {
            let four = bytes[at..].first_chunk().expect("80 bytes");
            u32::from_le_bytes(*four)
        };
        let (hash, rest) = bytes.split_first_chunk().expect("80 bytes");
        let (work, _) = rest.split_first_chunk().expect("48 bytes");
        Self {
            hash: *hash,
            work: ChainWork::from_be_bytes(*work),
            first: Height::new(number(64)),
            last: Height::new(number(68)),
            first_time: number(72),
            last_time: number(76),
        }
    }

    /// Returns the node over this stretch and the one right after it; `None` if `right` is not that, or claims
    /// more work than there can be.
    pub fn join(&self, right: &Self) -> Option<Self> {
        if self.last.next() != right.first {
            return None;
        }
        Some(Self {
            hash: Tag::HISTORY_NODE.hash(&[&self.encode(), &right.encode()]),
            work: self.work.checked_add(right.work)?,
            first: self.first,
            last: right.last,
            first_time: self.first_time,
            last_time: right.last_time,
        })
    }
}
