//! What the registry keeps of an identity beside its record: how long its handle is paid for, and who may take it over.
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use crate::envelope::{Reader, Writer};
use crate::{EnvelopeError, ScriptDigest};

/// Blocks that one payment keeps a handle: a year of minutes.
pub const TERM_BLOCKS: u32 = 525_600;
/// Blocks after the term in which only the owner can have it again: 30 days.
pub const GRACE_BLOCKS: u32 = 43_200;
/// Blocks between a recovery and the claim, in which the owner can object: a week.
pub const RECOVERY_BLOCKS: u32 = 10_080;

/// Blocks after its own in which a commitment can be opened: a day.
pub const COMMITMENT_BLOCKS: u32 = 1_440;

/// How an identity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// First height that is not paid for.
    pub expiry: Height,
    /// Height at which it was revoked, if it was.
    pub revoked: Option<Height>,
    /// Who may claim it, and from when on, if its recovery is under way.
    pub recovery: Option<Recovery>,
    /// Height at which it was claimed last: coins of it that are older hold nothing.
    pub claimed: Option<Height>,
}

/// A recovery that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Script that gets the identity.
    pub to: ScriptDigest,
    /// First height at which it can be claimed.
    pub ready: Height,
}

impl Standing {
    /// Returns how an identity stands that is registered at `height`.
    pub const fn new(height: Height) -> Self {
        Self {
            expiry: height.saturating_add(TERM_BLOCKS),
            revoked: None,
            recovery: None,
            claimed: None,
        }
    }

    /// Tells whether it is revoked at `height`: a revocation counts from the block after it on, so that it changes
    /// no verdict of its own block.
    pub fn is_revoked(&self, height: Height) -> bool {
        self.revoked.is_some_and(|at| at < height)
    }

    /// Tells whether it counts at `height`: it is paid for and not revoked.
    pub fn is_in_force(&self, height: Height) -> bool {
        !self.is_revoked(height) && height < self.expiry
    }

    /// Tells whether anybody can have its handle at `height`.
    pub fn is_released(&self, height: Height) -> bool {
        height >= self.expiry.saturating_add(GRACE_BLOCKS)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.u32(self.expiry.to_u32());
        writer.height(self.revoked);
        writer.option(self.recovery.as_ref().map(|recovery| &recovery.to.0));
        if let Some(recovery) = &self.recovery {
            writer.u32(recovery.ready.to_u32());
        }
        writer.height(self.claimed);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            expiry: Height::new(reader.u32()?),
            revoked: reader.height("revoked")?,
            recovery: match reader.option("recovery")? {
                None => None,
                Some(to) => Some(Recovery {
                    to: ScriptDigest(to),
                    ready: Height::new(reader.u32()?),
                }),
            },
            claimed: reader.height("claimed")?,
        })
    }
}
