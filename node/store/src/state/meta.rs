//! Where the state stands: its tip, and how much of everything there is. Written with every block.
use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use moneta_chain::Height;
use moneta_kv::OpenError;

use crate::StoreError;

/// Key of the record.
pub(super) const META_KEY: &[u8] = b"m";
/// 2: filter hashes stand where 1 had filter headers.
const FORMAT: u32 = 2;
const LEN: usize = 4 + 36 + 8 + 8 + 4 + 4 + 8;

/// Where the state stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Meta {
    /// The block at whose end it stands; `None` at genesis.
    pub(super) tip: Option<(BlockHash, Height)>,
    /// Where the archive ends, as far as the state knows its blocks.
    pub(super) archive_end: u64,
    pub(super) coins: u64,
    /// Records of the registry: slots 0 and up.
    pub(super) records: u32,
    /// Blocks that are stored: numbers 0 and up.
    pub(super) blocks: u32,
    /// Bodies that lie before this byte of the archive are gone.
    pub(super) pruned_to: u64,
}

impl Meta {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LEN);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        // Genesis is never a tip here: its height stands for none.
        let (id, height) = self
            .tip
            .unwrap_or((BlockHash::all_zeros(), Height::GENESIS));
        bytes.extend_from_slice(id.as_byte_array());
        bytes.extend_from_slice(&height.to_u32().to_le_bytes());
        bytes.extend_from_slice(&self.archive_end.to_le_bytes());
        bytes.extend_from_slice(&self.coins.to_le_bytes());
        bytes.extend_from_slice(&self.records.to_le_bytes());
        bytes.extend_from_slice(&self.blocks.to_le_bytes());
        bytes.extend_from_slice(&self.pruned_to.to_le_bytes());
        bytes
    }

    /// Reads the format first: the rest of another one is none of ours to judge.
    ///
    /// # Errors
    /// It is of another format, or no record of this one.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, crate::OpenError> {
        let damaged = StoreError::BadRecord {
            what: "where it stands",
        };
        if let Some(format) = bytes.first_chunk() {
            OpenError::check_format("the state", u32::from_le_bytes(*format), FORMAT)?;
        }
        Self::read(bytes).ok_or_else(|| damaged.into())
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LEN] = bytes.try_into().ok()?;
        let short = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let long = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let id = BlockHash::from_byte_array(bytes[4..36].try_into().ok()?);
        let height = Height::new(short(36)?);
        Some(Self {
            tip: (height != Height::GENESIS).then_some((id, height)),
            archive_end: long(40)?,
            coins: long(48)?,
            records: short(56)?,
            blocks: short(60)?,
            pruned_to: long(64)?,
        })
    }
}
