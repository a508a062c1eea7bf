//! Why the network hangs up.
use crate::{Misbehaviour, WireError};

/// Why the network hangs up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Goodbye {
    /// The conversation itself broke a rule, or ended.
    #[error(transparent)]
    Conversation(#[from] Misbehaviour),
    /// Bytes came that are no message.
    #[error("its bytes are no message ({code})")]
    Garbled {
        /// The wire's rule.
        code: &'static str,
    },
    /// It sent a header that no honest peer sends.
    #[error("it sent a header that breaks a rule ({code})")]
    BadHeader {
        /// The chain's rule.
        code: &'static str,
    },
    /// It sent a block that no honest peer sends.
    #[error("it sent a block that breaks a rule ({code})")]
    BadBlock {
        /// The chain's rule.
        code: &'static str,
    },
    /// It sent a compact block, or a part of one, that no honest peer sends.
    #[error("it sent a compact block that can't be one ({code})")]
    BadCompactBlock {
        /// BIP152's rule.
        code: &'static str,
    },
    /// It asked for what no honest peer asks.
    #[error("it asked for what can't be had ({code})")]
    BadRequest {
        /// The rule.
        code: &'static str,
    },
    /// It does not answer while others could.
    #[error("it keeps us waiting for {what}")]
    Slow {
        /// For what.
        what: &'static str,
    },
    /// It asks for more than it reads.
    #[error("it asks for more {what} than it reads")]
    Greedy {
        /// Of what.
        what: &'static str,
    },
    /// It can't give us blocks, and we opened the connection for that.
    #[error("it does not send seals, so it can't give us blocks")]
    NoSeals,
    /// Its address answers: that is all we wanted to know.
    #[error("its address answers")]
    Felt,
    /// All places are taken.
    #[error("all places are taken")]
    Full,
    /// Its address did what no honest peer does, not long ago.
    #[error("its address misbehaved not long ago")]
    Discouraged,
    /// Somebody else is to have its place.
    #[error("its place goes to another")]
    Evicted,
}

impl Goodbye {
    /// Returns the reason's stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conversation(misbehaviour) => misbehaviour.code(),
            Self::Garbled { code }
            | Self::BadHeader { code }
            | Self::BadBlock { code }
            | Self::BadCompactBlock { code }
            | Self::BadRequest { code } => code,
            Self::Slow { .. } => "peer.slow",
            Self::Greedy { .. } => "peer.greedy",
            Self::NoSeals => "peer.no_seals",
            Self::Felt => "peer.felt",
            Self::Full => "peer.full",
            Self::Discouraged => "peer.discouraged",
            Self::Evicted => "peer.evicted",
        }
    }

    /// Tells whether no honest peer gives this reason, so that its address is left alone for a while.
    pub const fn is_offence(&self) -> bool {
        match self {
            Self::Conversation(misbehaviour) => misbehaviour.is_offence(),
            Self::Garbled { .. }
            | Self::BadHeader { .. }
            | Self::BadBlock { .. }
            | Self::BadCompactBlock { .. }
            | Self::BadRequest { .. } => true,
            Self::Slow { .. }
            | Self::Greedy { .. }
            | Self::NoSeals
            | Self::Felt
            | Self::Full
            | Self::Discouraged
            | Self::Evicted => false,
        }
    }
}

impl From<WireError> for Goodbye {
    fn from(error: WireError) -> Self {
        Self::Garbled { code: error.code() }
    }
}
