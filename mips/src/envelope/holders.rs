//! Who may hold an asset (MIP-5), bytes <-> values.
use moneta_chain::Height;

use super::EnvelopeError;
use super::reader::Reader;
use super::writer::Writer;
use crate::ScriptDigest;

/// A script that may receive an asset, and who stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Which script.
    pub script: ScriptDigest,
    /// Salted commitment to the holder's record, which the registrar keeps.
    pub commitment: [u8; 32],
    /// First height at which it may no longer receive.
    pub expiry: Height,
}

pub(super) fn write_holders(writer: &mut Writer, holders: &[Holder]) {
    writer.count(holders.len());
    holders.iter().for_each(|holder| holder.write(writer));
}

pub(super) fn write_scripts(writer: &mut Writer, scripts: &[ScriptDigest]) {
    writer.count(scripts.len());
    scripts.iter().for_each(|script| writer.bytes(&script.0));
}

/// Reads entries that are strictly ascending by script.
pub(super) fn read_holders(reader: &mut Reader<'_>) -> Result<Vec<Holder>, EnvelopeError> {
    let count = reader.count(Holder::LENGTH)?;
    let mut holders: Vec<Holder> = Vec::with_capacity(count);
    for _ in 0..count {
        let holder = Holder::read(reader)?;
        let last = holders.last();
        if last.is_some_and(|last| last.script >= holder.script) {
            return Err(EnvelopeError::ScriptsNotSorted);
        }
        holders.push(holder);
    }
    Ok(holders)
}

/// Reads entries that are strictly ascending by script.
pub(super) fn read_scripts(reader: &mut Reader<'_>) -> Result<Vec<ScriptDigest>, EnvelopeError> {
    let count = reader.count(32)?;
    let mut scripts: Vec<ScriptDigest> = Vec::with_capacity(count);
    for _ in 0..count {
        let script = ScriptDigest(reader.array()?);
        if scripts.last().is_some_and(|last| *last >= script) {
            return Err(EnvelopeError::ScriptsNotSorted);
        }
        scripts.push(script);
    }
    Ok(scripts)
}

impl Holder {
    /// Bytes of one entry.
    const LENGTH: usize = 68;

    fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.script.0);
        writer.bytes(&self.commitment);
        writer.u32(self.expiry.to_u32());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            script: ScriptDigest(reader.array()?),
            commitment: reader.array()?,
            expiry: Height::new(reader.u32()?),
        })
    }
}
