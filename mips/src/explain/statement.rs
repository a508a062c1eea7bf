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
    },
    /// An asset gets a document.
    Documents {
        asset: Name,
        kind: DocumentKind,
        digest: String,
        uri: String,
    },
    /// Scripts, by digest, may receive an asset until a height each.
    Enrols(Vec<(String, Height)>, Name),
    /// Scripts, by digest, may no longer.
    Withdraws(Vec<String>, Name),
    /// Freezes are contested.
    Contests(Targets, Name),
    /// Frozen coins may go to this script, by digest; to none if `None`.
    Redeems(Option<String>, Name),
    /// Units are taken from a coin by force.
    Takes(Quantity, String),
    /// An identity publishes something else.
    Updates(Name),
    /// A handle is paid for, for so many years.
    Renews(String, u8),
    /// An identity is to go to a script, by digest.
    Recovers(Name, String),
    /// An identity is taken over.
    Claims(Name),
    /// An identity ends.
    Revokes(Name),
}

/// One thing that a transaction does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    Moves(Quantity, Party),
    MovesRights(Rights, Name, Party),
    MovesIdentity(Name, Party),
    /// Grains wait beside a commitment to a handle.
    Commits(Amount, Party),
    Issues {
        first: Quantity,
        cap: Quantity,
        title: String,
        powers: Rights,
        /// SHA-256 of the terms, in hexadecimal digits.
        terms: Option<String>,
        /// Only enrolled scripts can receive it.
        enrolled: bool,
    },
    Lists(Listing),
    Mints(Quantity),
    Burns(Quantity),
    Renounces(Rights, Name),
    Freezes {
        what: Targets,
        asset: Name,
        tier: Tier,
        stop: Height,
        reason: Reason,
        jurisdiction: String,
    },
    Lifts(Targets, Name),
    Registers(String),
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
            | Self::Registers(_)
            | Self::Issues { .. }
            | Self::Lists(
                Listing::Describes { .. } | Listing::Documents { .. } | Listing::Renews(..),
            )
            | Self::Mines(..)
            | Self::GrainsAlong(_)
            | Self::Price(_)
            | Self::Fee(_)
            | Self::FreezesNothing
            | Self::MovesRights(_, _, Party::Back)
            | Self::MovesIdentity(_, Party::Back)
            | Self::Commits(_, Party::Back) => Tone::Plain,
            Self::MovesRights(..)
            | Self::MovesIdentity(..)
            | Self::Commits(..)
            | Self::Burns(_)
            | Self::Renounces(..)
            | Self::Freezes { .. }
            | Self::Lists(
                Listing::Enrols(..)
                | Listing::Withdraws(..)
                | Listing::Contests(..)
                | Listing::Redeems(..)
                | Listing::Takes(..)
                | Listing::Updates(_)
                | Listing::Recovers(..)
                | Listing::Claims(_)
                | Listing::Revokes(_),
            )
            | Self::Lifts(..) => Tone::Notice,
            Self::Wastes(_) | Self::Unreadable(_) | Self::NoEnvelope | Self::Overspends => {
                Tone::Warning
            }
        }
    }
}
