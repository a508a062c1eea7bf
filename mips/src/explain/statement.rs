//! What a transaction does, in no language: names and amounts are written, words are not.
use bitcoin::Amount;
use moneta_chain::Height;

use super::Tone;
use crate::{DocumentKind, EnvelopeError, Reason, Rights, Targets, Tier};

/// Who gets something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Party {
    /// The reader, who spends something here.
    Back,
    /// The reader, who spends nothing here.
    You,
    /// Somebody else, by address.
    Address(String),
    /// Somebody else, by script in hexadecimal digits.
    Script(String),
}

/// Units of something, written in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Quantity {
    /// `12.500 acme/GOLD`
    Named(String),
    /// Base units of an asset that nothing is known about, and its id.
    Base(u64, String),
}

/// An asset's name, or its id where nothing is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    Known(String),
    Id(String),
}

/// What the hash in an asset's issue stands for, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Contract {
    /// SHA-256 of the terms.
    Terms(String),
    /// The commitment to the description of a piece.
    Piece(String),
}

/// A script that may receive an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Enrolled {
    /// By digest.
    pub(super) script: String,
    /// The commitment to what the registrar knows about the holder.
    pub(super) record: String,
    /// First height at which it may no longer receive.
    pub(super) expiry: Height,
}

/// Something that the registry lists beside an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Listing {
    /// An asset is a piece of a collection.
    Describes {
        asset: Name,
        /// As `acme/MONET`.
        collection: String,
        number: u32,
        edition: u32,
        media_type: String,
        /// SHA-256 of the content, in hexadecimal digits.
        content: String,
        /// SHA-256 of the terms, in hexadecimal digits.
        terms: Option<String>,
    },
    /// An asset gets a document.
    Documents {
        asset: Name,
        kind: DocumentKind,
        digest: String,
        uri: String,
    },
    /// Scripts may receive an asset until a height each.
    Enrols(Vec<Enrolled>, Name),
    /// Scripts, by digest, may no longer.
    Withdraws(Vec<String>, Name),
    /// Freezes are contested.
    Contests {
        what: Targets,
        asset: Name,
        /// SHA-256 of what the holder has to say, in hexadecimal digits.
        statement: Option<String>,
    },
    /// Frozen coins may go to this script, by digest; to none if `None`.
    Redeems(Option<String>, Name),
    /// Units are taken from a coin by force.
    Takes(Quantity, String),
}

/// A turn in the life of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Life {
    /// It begins.
    Registers {
        handle: String,
        /// SHA-256 of the document, in hexadecimal digits.
        document: Option<String>,
        /// Script that may recover the identity, by digest.
        recovery: Option<String>,
    },
    /// It publishes something else, and another script may recover it.
    Updates {
        identity: Name,
        document: Option<String>,
        recovery: Option<String>,
    },
    /// A handle is paid for, for so many years.
    Renews(String, u8),
    /// It is to go to a script, by digest.
    Recovers(Name, String),
    /// It is taken over.
    Claims(Name),
    /// It ends.
    Revokes(Name),
}

/// An asset begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issuing {
    pub(super) first: Quantity,
    pub(super) cap: Quantity,
    pub(super) title: String,
    pub(super) powers: Rights,
    pub(super) contract: Option<Contract>,
    /// Only enrolled scripts can receive it.
    pub(super) enrolled: bool,
}

/// Coins stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Freezing {
    pub(super) what: Targets,
    pub(super) asset: Name,
    pub(super) tier: Tier,
    pub(super) stop: Height,
    pub(super) reason: Reason,
    pub(super) jurisdiction: String,
    /// Digest of the document behind it, in hexadecimal digits.
    pub(super) document: Option<String>,
}

/// One thing that a transaction does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    Moves(Quantity, Party),
    MovesRights(Rights, Name, Party),
    MovesIdentity(Name, Party),
    /// Grains wait beside a commitment to a handle.
    Commits(Amount, String, Party),
    Issues(Issuing),
    Lives(Life),
    Lists(Listing),
    Mints(Quantity),
    Burns(Quantity),
    Renounces(Rights, Name),
    Freezes(Freezing),
    Lifts(Targets, Name),
    Notarises(String),
    /// New coins of a coinbase, with their number of grains.
    Mines(Quantity, Party),
    /// Grains on outputs that carry attachments away.
    GrainsAlong(Amount),
    Price(Amount),
    Fee(Amount),
    FreezesNothing,
    /// Grains on outputs that nobody can spend.
    Wastes(Amount),
    Unreadable(EnvelopeError),
    NoEnvelope,
    Overspends,
}

impl Statement {
    pub(super) const fn tone(&self) -> Tone {
        match self {
            Self::Moves(..)
            | Self::Mints(_)
            | Self::Notarises(_)
            | Self::Lives(Life::Registers { .. } | Life::Renews(..))
            | Self::Issues(_)
            | Self::Lists(Listing::Describes { .. } | Listing::Documents { .. })
            | Self::Mines(..)
            | Self::GrainsAlong(_)
            | Self::Price(_)
            | Self::Fee(_)
            | Self::FreezesNothing
            | Self::MovesRights(_, _, Party::Back)
            | Self::MovesIdentity(_, Party::Back)
            | Self::Commits(.., Party::Back) => Tone::Plain,
            Self::MovesRights(..)
            | Self::MovesIdentity(..)
            | Self::Commits(..)
            | Self::Burns(_)
            | Self::Renounces(..)
            | Self::Freezes(_)
            | Self::Lives(
                Life::Updates { .. } | Life::Recovers(..) | Life::Claims(_) | Life::Revokes(_),
            )
            | Self::Lists(
                Listing::Enrols(..)
                | Listing::Withdraws(..)
                | Listing::Contests { .. }
                | Listing::Redeems(..)
                | Listing::Takes(..),
            )
            | Self::Lifts(..) => Tone::Notice,
            Self::Wastes(_) | Self::Unreadable(_) | Self::NoEnvelope | Self::Overspends => {
                Tone::Warning
            }
        }
    }
}
