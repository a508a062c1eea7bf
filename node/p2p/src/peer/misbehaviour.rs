//! Why a conversation ends.

/// Why a conversation ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misbehaviour {
    /// The other end is this very node.
    #[error("the peer is this node itself")]
    Ourselves,
    /// It speaks a version that is too old.
    #[error("the peer speaks version {found}, {needed} is needed")]
    Outdated {
        /// Its version.
        found: u32,
        /// The oldest one we speak.
        needed: u32,
    },
    /// It did not finish the handshake in time.
    #[error("the handshake was not finished in time")]
    HandshakeTimeout,
    /// It did not answer a `ping`.
    #[error("a ping was not answered in time")]
    PingTimeout,
    /// A message came before `version`.
    #[error("`{command}` came before `version`")]
    BeforeVersion {
        /// Which message.
        command: String,
    },
    /// A message came once more that comes once only.
    #[error("`{command}` came twice")]
    Repeated {
        /// Which message.
        command: String,
    },
    /// A message came after `verack` that must come before.
    #[error("`{command}` came after `verack`")]
    TooLate {
        /// Which message.
        command: String,
    },
    /// Headers with seals came from a peer that did not agree on them.
    #[error("`sealhdrs` came without `sendseals`")]
    UnexpectedSeals,
    /// A header does not follow the one before it in its message.
    #[error("header {at} of the message does not follow the one before it")]
    HeaderGap {
        /// Its place in the message, from 0.
        at: usize,
    },
}

impl Misbehaviour {
    /// Returns the rule's stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ourselves => "peer.ourselves",
            Self::Outdated { .. } => "peer.outdated",
            Self::HandshakeTimeout => "peer.handshake_timeout",
            Self::PingTimeout => "peer.ping_timeout",
            Self::BeforeVersion { .. } => "peer.before_version",
            Self::Repeated { .. } => "peer.repeated",
            Self::TooLate { .. } => "peer.too_late",
            Self::UnexpectedSeals => "peer.unexpected_seals",
            Self::HeaderGap { .. } => "peer.header_gap",
        }
    }

    /// Tells whether no honest peer does this, so that its address is not to be connected with again for a while.
    /// Being slow, old, or ourselves is no offence.
    pub const fn is_offence(&self) -> bool {
        match self {
            Self::Ourselves
            | Self::Outdated { .. }
            | Self::HandshakeTimeout
            | Self::PingTimeout => false,
            Self::BeforeVersion { .. }
            | Self::Repeated { .. }
            | Self::TooLate { .. }
            | Self::UnexpectedSeals
            | Self::HeaderGap { .. } => true,
        }
    }
}
