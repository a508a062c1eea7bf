//! Reads the payload's fields: bounds before allocation, one encoding for each value.
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_chain::Height;

use super::EnvelopeError;
use crate::{AssetId, Rights};

/// What is left of a payload, and the table of assets once it is read.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    table: Vec<AssetId>,
    used: Vec<bool>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(payload: &'a [u8]) -> Self {
        Self {
            rest: payload,
            table: Vec::new(),
            used: Vec::new(),
        }
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], EnvelopeError> {
        let (head, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(EnvelopeError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], EnvelopeError> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(EnvelopeError::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, EnvelopeError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, EnvelopeError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, EnvelopeError> {
        self.array().map(u64::from_le_bytes)
    }

    /// Reads a CompactSize in its shortest form.
    pub(crate) fn compact_size(&mut self) -> Result<u64, EnvelopeError> {
        let (value, least) = match self.u8()? {
            0xfd => (u64::from(u16::from_le_bytes(self.array()?)), 0xfd),
            0xfe => (u64::from(self.u32()?), 0x1_0000),
            0xff => (self.u64()?, 0x1_0000_0000),
            byte => (u64::from(byte), 0),
        };
        if value < least {
            return Err(EnvelopeError::NotMinimal);
        }
        Ok(value)
    }

    /// Reads how many items follow. Fails if they could not fit into what is left, at `least` bytes
    /// each: so no count makes anybody reserve more than the payload is long.
    pub(crate) fn count(&mut self, least: usize) -> Result<usize, EnvelopeError> {
        let count = self.compact_size()?;
        usize::try_from(count)
            .ok()
            .filter(|count| {
                count
                    .checked_mul(least)
                    .is_some_and(|bytes| bytes <= self.rest.len())
            })
            .ok_or(EnvelopeError::Truncated)
    }

    /// Reads all that is left as text.
    pub(crate) fn last_text(&mut self) -> Result<String, EnvelopeError> {
        let bytes = self.take(self.rest.len())?;
        std::str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|_| EnvelopeError::NotUtf8)
    }

    pub(crate) fn text(&mut self) -> Result<String, EnvelopeError> {
        let length = self.count(1)?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|_| EnvelopeError::NotUtf8)
    }

    /// Reads 0 for nothing, or 1 and 32 bytes.
    pub(crate) fn option(
        &mut self,
        field: &'static str,
    ) -> Result<Option<[u8; 32]>, EnvelopeError> {
        match self.u8()? {
            0 => Ok(None),
            1 => self.array().map(Some),
            value => Err(EnvelopeError::UnknownValue { field, value }),
        }
    }

    /// Reads 0 for no height, or 1 and the height.
    pub(crate) fn height(&mut self, field: &'static str) -> Result<Option<Height>, EnvelopeError> {
        match self.u8()? {
            0 => Ok(None),
            1 => self.u32().map(Height::new).map(Some),
            value => Err(EnvelopeError::UnknownValue { field, value }),
        }
    }

    pub(crate) fn rights(&mut self) -> Result<Rights, EnvelopeError> {
        let bits = self.u8()?;
        Rights::from_bits(bits).ok_or(EnvelopeError::UnknownRights { bits })
    }

    /// Reads the name of a coin.
    pub(crate) fn outpoint(&mut self) -> Result<OutPoint, EnvelopeError> {
        let txid = Txid::from_byte_array(self.array()?);
        Ok(OutPoint::new(txid, self.u32()?))
    }

    /// Reads 1 + n outpoints, strictly ascending by txid (as its bytes stand) and index.
    pub(crate) fn targets(&mut self) -> Result<Vec<OutPoint>, EnvelopeError> {
        let count = self.count(36)?;
        let mut targets: Vec<OutPoint> = Vec::with_capacity(count);
        for _ in 0..count {
            let target = self.outpoint()?;
            if targets.last().is_some_and(|last| *last >= target) {
                return Err(EnvelopeError::TargetsNotSorted);
            }
            targets.push(target);
        }
        Ok(targets)
    }

    /// Reads the table of assets, strictly ascending.
    pub(crate) fn read_table(&mut self) -> Result<(), EnvelopeError> {
        let count = self.count(32)?;
        let mut table: Vec<AssetId> = Vec::with_capacity(count);
        for _ in 0..count {
            let id = AssetId(self.array()?);
            if table.last().is_some_and(|last| *last >= id) {
                return Err(EnvelopeError::TableNotSorted);
            }
            table.push(id);
        }
        self.used = vec![false; table.len()];
        self.table = table;
        Ok(())
    }

    /// Reads a reference into the table of assets.
    pub(crate) fn asset(&mut self) -> Result<AssetId, EnvelopeError> {
        let index = self.compact_size()?;
        let outside = EnvelopeError::AssetIndex {
            index,
            len: self.table.len(),
        };
        let Ok(position) = usize::try_from(index) else {
            return Err(outside);
        };
        match (self.table.get(position), self.used.get_mut(position)) {
            (Some(id), Some(used)) => {
                *used = true;
                Ok(*id)
            }
            _ => Err(outside),
        }
    }

    /// Ends the reading: nothing may be left over, and nothing in the table unused.
    pub(crate) fn finish(self) -> Result<(), EnvelopeError> {
        if !self.rest.is_empty() {
            return Err(EnvelopeError::TrailingBytes {
                bytes: self.rest.len(),
            });
        }
        let mut entries = self.table.iter().zip(&self.used);
        match entries.find(|(_, used)| !**used) {
            Some((asset, _)) => Err(EnvelopeError::AssetUnused { asset: *asset }),
            None => Ok(()),
        }
    }
}
