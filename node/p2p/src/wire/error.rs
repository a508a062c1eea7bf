//! Why bytes from a peer are no message.
use bitcoin::consensus::encode;

/// Why bytes from a peer are no message. After any of these nothing more can be read from that peer.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The frame belongs to another network, or to no network at all.
    #[error("the frame begins with {found:02x?}: that is not this network")]
    Magic {
        /// What stood where the magic belongs.
        found: [u8; 4],
    },
    /// The command is not ASCII padded with zeros.
    #[error("{found:02x?} is no command: letters come first, then zeros")]
    Command {
        /// What stood where the command belongs.
        found: [u8; 12],
    },
    /// The payload is announced to be longer than such a message may be.
    #[error("`{command}` announces {length} bytes, at most {limit} are read")]
    TooLong {
        /// Which message.
        command: String,
        /// Its announced length in bytes.
        length: u32,
        /// How long it may be at this point of the conversation.
        limit: u32,
    },
    /// The payload is not what its checksum says.
    #[error("the payload of `{command}` does not have its checksum")]
    Checksum {
        /// Which message.
        command: String,
    },
    /// A list holds more than such a list may hold.
    #[error("`{command}` lists {count} items, at most {limit} are read")]
    TooMany {
        /// Which message.
        command: String,
        /// How many items it claims to hold.
        count: u64,
        /// How many it may hold.
        limit: u64,
    },
    /// A list claims more items than its bytes can hold.
    #[error("`{command}` lists {count} items in {length} bytes")]
    Hollow {
        /// Which message.
        command: String,
        /// How many items it claims to hold.
        count: u64,
        /// How many bytes it has for them.
        length: usize,
    },
    /// The payload can't be read as that message.
    #[error("the payload of `{command}` can't be read: {source}")]
    Payload {
        /// Which message.
        command: String,
        /// What the decoder said.
        source: encode::Error,
    },
}

impl WireError {
    /// Returns the rule's stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Magic { .. } => "wire.magic",
            Self::Command { .. } => "wire.command",
            Self::TooLong { .. } => "wire.too_long",
            Self::Checksum { .. } => "wire.checksum",
            Self::TooMany { .. } => "wire.too_many",
            Self::Hollow { .. } => "wire.hollow",
            Self::Payload { .. } => "wire.payload",
        }
    }
}
