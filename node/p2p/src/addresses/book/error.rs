//! Why bytes are no address book.

/// Why bytes are no address book. A node begins with an empty one instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// They do not begin as one does.
    #[error("the file does not begin as an address book does")]
    NoBook,
    /// A later version of this program wrote it.
    #[error("the address book has format {found}, this program reads {known}")]
    UnknownFormat {
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// It belongs to another network.
    #[error("the address book belongs to the network {found:02x?}")]
    OtherNetwork {
        /// Its magic.
        found: [u8; 4],
    },
    /// The bytes are not those that were written.
    #[error("the address book is damaged: its checksum differs")]
    Damaged,
    /// It claims more than its bytes or a book can hold.
    #[error("the address book claims {claimed} entries")]
    TooMany {
        /// How many.
        claimed: u64,
    },
    /// It ends early, or goes on after its end.
    #[error("the address book has another length than its entries need")]
    WrongLength,
    /// An entry says what none can say.
    #[error("entry {at} of the address book can't be one")]
    NoEntry {
        /// Its place, from 0.
        at: u64,
    },
}

impl BookError {
    /// Returns the rule's stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoBook => "addresses.no_book",
            Self::UnknownFormat { .. } => "addresses.unknown_format",
            Self::OtherNetwork { .. } => "addresses.other_network",
            Self::Damaged => "addresses.damaged",
            Self::TooMany { .. } => "addresses.too_many",
            Self::WrongLength => "addresses.wrong_length",
            Self::NoEntry { .. } => "addresses.no_entry",
        }
    }
}
