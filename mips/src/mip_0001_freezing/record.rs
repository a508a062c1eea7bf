//! What the registry keeps of a freeze and of a redemption script, and how it is written.
use bitcoin::Txid;
use bitcoin::hashes::Hash;
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use super::{CONTEST_BLOCKS, EMERGENCY_EVERY, MAX_EMERGENCY_BLOCKS};
use crate::envelope::{Reader, Writer};
use crate::{EnvelopeError, Reason, ScriptDigest, Tier};

/// A freeze of one coin, of one script, or of a whole asset, as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeRecord {
    /// Under which tier.
    pub tier: Tier,
    /// Height of the block that froze it first; an EMERGENCY freeze counts its blocks from here.
    pub start: Height,
    /// First height at which it moves again.
    pub stop: Height,
    /// Why.
    pub reason: Reason,
    /// ISO 3166-1 alpha-2 code, upper case.
    pub jurisdiction: [u8; 2],
    /// Salted SHA-256 of the document, or all zero.
    pub document: [u8; 32],
    /// Transaction that froze it, or that extended the freeze last.
    pub frozen_in: Txid,
    /// Height at which an ORDER took over, if it is one.
    #[serde(default)]
    pub ordered: Option<Height>,
    /// Height at which the holder contested it, if he did and no ORDER has answered.
    #[serde(default)]
    pub contested: Option<Height>,
}

impl FreezeRecord {
    /// Tells whether the freeze holds in a block at `height`.
    pub fn holds_at(&self, height: Height) -> bool {
        height < self.stop
    }

    /// Returns the first height that EMERGENCY no longer reaches: a week from the start, or three days from
    /// the contest if that is sooner.
    pub fn emergency_ends(&self) -> Height {
        let week = self.start.saturating_add(MAX_EMERGENCY_BLOCKS);
        let contest = self.contested.map(|at| at.saturating_add(CONTEST_BLOCKS));
        contest.map_or(week, |answer| answer.min(week))
    }

    /// Tells whether nothing of the freeze counts any more at `height`: it has lapsed, and a new EMERGENCY
    /// would begin anew.
    pub fn is_over(&self, height: Height) -> bool {
        !self.holds_at(height) && height >= self.start.saturating_add(EMERGENCY_EVERY)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        let Self {
            tier,
            start,
            stop,
            reason,
            jurisdiction,
            document,
            frozen_in,
            ordered,
            contested,
        } = self;
        writer.u8(tier.number());
        writer.u32(start.to_u32());
        writer.u32(stop.to_u32());
        writer.u8(reason.number());
        writer.bytes(jurisdiction);
        writer.bytes(document);
        writer.bytes(frozen_in.as_byte_array());
        writer.height(*ordered);
        writer.height(*contested);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            tier: Tier::read(reader)?,
            start: Height::new(reader.u32()?),
            stop: Height::new(reader.u32()?),
            reason: Reason::read(reader)?,
            jurisdiction: reader.array()?,
            document: reader.array()?,
            frozen_in: Txid::from_byte_array(reader.array()?),
            ordered: reader.height("ordered")?,
            contested: reader.height("contested")?,
        })
    }
}

/// Where frozen coins of an asset may still go, whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Which script.
    pub script: ScriptDigest,
    /// First height at which it counts.
    pub since: Height,
}

impl Redemption {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.script.0);
        writer.u32(self.since.to_u32());
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            script: ScriptDigest(reader.array()?),
            since: Height::new(reader.u32()?),
        })
    }
}
