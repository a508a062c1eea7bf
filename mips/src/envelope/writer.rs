//! Writes the payload's fields, the mirror of `reader.rs`.
use std::collections::BTreeSet;

use bitcoin::OutPoint;
use bitcoin::consensus::Encodable;
use bitcoin::consensus::encode::VarInt;
use moneta_chain::Height;

use crate::AssetId;

/// A payload in the making, and its table of assets.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    table: Vec<AssetId>,
}

impl Writer {
    /// Starts with the table, which everything that follows refers to.
    pub(crate) fn with_table(assets: BTreeSet<AssetId>) -> Self {
        let mut writer = Self {
            bytes: Vec::new(),
            table: assets.into_iter().collect(),
        };
        writer.count(writer.table.len());
        for id in &writer.table {
            writer.bytes.extend_from_slice(&id.0);
        }
        writer
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes 0 for nothing, or 1 and the bytes.
    pub(crate) fn option(&mut self, value: Option<&[u8; 32]>) {
        match value {
            None => self.u8(0),
            Some(bytes) => {
                self.u8(1);
                self.bytes(bytes);
            }
        }
    }

    /// Writes 0 for no height, or 1 and the height.
    pub(crate) fn height(&mut self, height: Option<Height>) {
        match height {
            None => self.u8(0),
            Some(height) => {
                self.u8(1);
                self.u32(height.to_u32());
            }
        }
    }

    /// Writes a CompactSize.
    pub(crate) fn compact_size(&mut self, value: u64) {
        VarInt(value)
            .consensus_encode(&mut self.bytes)
            .expect("writing to a vector can't fail");
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.compact_size(u64::try_from(count).expect("a count in memory fits 64 bits"));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes(text.as_bytes());
    }

    pub(crate) fn targets(&mut self, targets: &[OutPoint]) {
        self.count(targets.len());
        for target in targets {
            self.outpoint(target);
        }
    }

    /// Writes the name of a coin.
    pub(crate) fn outpoint(&mut self, outpoint: &OutPoint) {
        outpoint
            .consensus_encode(&mut self.bytes)
            .expect("writing to a vector can't fail");
    }

    /// Writes a reference into the table.
    pub(crate) fn asset(&mut self, id: &AssetId) {
        let index = self.table.binary_search(id);
        self.count(index.expect("the table was collected from the same places"));
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
