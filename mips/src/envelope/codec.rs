//! Payload <-> envelope. Byte tables: `docs/formats/envelope.md`.
use std::collections::BTreeSet;

use super::reader::Reader;
use super::writer::Writer;
use super::{Allocation, Envelope, EnvelopeError, MAX_PAYLOAD};
use crate::{AssetId, Attachment, Commitment, IdentityId};

const KIND_ASSET: u8 = 0;
const KIND_AUTHORITY: u8 = 1;
const KIND_IDENTITY: u8 = 2;
const KIND_COMMITMENT: u8 = 3;
/// An allocation takes at least an output, a kind, a reference and a byte of rights.
const LEAST_ALLOCATION: usize = 4;
/// An operation takes at least an opcode, a reference and a byte of rights.
const LEAST_OPERATION: usize = 3;

impl Envelope {
    /// Writes the payload (without the tag). What stands in order here is written in that order: only an
    /// envelope whose allocations and targets are sorted and unique reads back, see
    /// [`Self::encode_checked`].
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_table(self.assets());
        writer.count(self.allocations.len());
        for allocation in &self.allocations {
            allocation.write(&mut writer);
        }
        writer.count(self.operations.len());
        for operation in &self.operations {
            operation.write(&mut writer);
        }
        writer.finish()
    }

    /// Writes the payload (without the tag), and makes sure that it reads back as this envelope.
    ///
    /// # Errors
    /// The envelope has no canonical encoding: too large, empty, or something is not sorted.
    pub fn encode_checked(&self) -> Result<Vec<u8>, EnvelopeError> {
        let payload = self.encode();
        Self::decode(&payload).map(|_| payload)
    }

    /// Reads a payload (without the tag).
    ///
    /// # Errors
    /// The bytes are not the canonical encoding of an envelope.
    pub fn decode(payload: &[u8]) -> Result<Self, EnvelopeError> {
        if payload.len() > MAX_PAYLOAD {
            return Err(EnvelopeError::TooLarge {
                got: payload.len(),
                most: MAX_PAYLOAD,
            });
        }
        let mut reader = Reader::new(payload);
        reader.read_table()?;
        let allocations = read_allocations(&mut reader)?;
        let operations = (0..reader.count(LEAST_OPERATION)?)
            .map(|_| super::operation::read(&mut reader))
            .collect::<Result<Vec<_>, _>>()?;
        reader.finish()?;
        if allocations.is_empty() && operations.is_empty() {
            return Err(EnvelopeError::Empty);
        }
        Ok(Self {
            allocations,
            operations,
        })
    }

    /// Returns every asset that the envelope refers to: its table.
    fn assets(&self) -> BTreeSet<AssetId> {
        let allocated = self.allocations.iter().filter_map(|a| a.attachment.asset());
        let operated = self.operations.iter().filter_map(super::Operation::asset);
        allocated.chain(operated).collect()
    }
}

fn read_allocations(reader: &mut Reader<'_>) -> Result<Vec<Allocation>, EnvelopeError> {
    let count = reader.count(LEAST_ALLOCATION)?;
    let mut allocations: Vec<Allocation> = Vec::with_capacity(count);
    for _ in 0..count {
        let allocation = Allocation::read(reader)?;
        if allocations
            .last()
            .is_some_and(|last| last.vout >= allocation.vout)
        {
            return Err(EnvelopeError::AllocationsNotSorted);
        }
        allocations.push(allocation);
    }
    Ok(allocations)
}

impl Allocation {
    fn write(&self, writer: &mut Writer) {
        writer.compact_size(u64::from(self.vout));
        match &self.attachment {
            Attachment::Asset { id, amount } => {
                writer.u8(KIND_ASSET);
                writer.asset(id);
                writer.u64(*amount);
            }
            Attachment::Authority { asset, rights } => {
                writer.u8(KIND_AUTHORITY);
                writer.asset(asset);
                writer.u8(rights.bits());
            }
            Attachment::Identity { id } => {
                writer.u8(KIND_IDENTITY);
                writer.bytes(&id.0);
            }
            Attachment::Commitment { digest } => {
                writer.u8(KIND_COMMITMENT);
                writer.bytes(&digest.0);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        let vout = reader.compact_size()?;
        let vout = u32::try_from(vout).map_err(|_| EnvelopeError::OutputIndex { vout })?;
        let attachment = match reader.u8()? {
            KIND_ASSET => Attachment::Asset {
                id: reader.asset()?,
                amount: reader.u64()?,
            },
            KIND_AUTHORITY => Attachment::Authority {
                asset: reader.asset()?,
                rights: reader.rights()?,
            },
            KIND_IDENTITY => Attachment::Identity {
                id: IdentityId(reader.array()?),
            },
            KIND_COMMITMENT => Attachment::Commitment {
                digest: Commitment(reader.array()?),
            },
            kind => return Err(EnvelopeError::UnknownKind { kind }),
        };
        Ok(Self { vout, attachment })
    }
}
