//! One address, and how it has served.
use std::net::SocketAddr;

use bitcoin::p2p::ServiceFlags;

use crate::addresses::AddressNotice;

/// An address nobody was connected with for so long is let go, in seconds (30 days, as in Bitcoin Core).
const MAX_AGE: u64 = 30 * 24 * 60 * 60;
/// A time that is further ahead than this is no time, in seconds.
const MAX_AHEAD: u64 = 10 * 60;
/// An address that was tried so often, and never answered, is let go.
const MAX_FIRST_TRIES: u32 = 3;
/// One that answered once, and then did not answer so often over [`MAX_SILENCE`], is let go.
const MAX_TRIES: u32 = 10;
/// In seconds.
const MAX_SILENCE: u64 = 7 * 24 * 60 * 60;
/// What is being tried is not judged yet, in seconds.
const TRYING: u64 = 60;
/// How long an address that was tried is left alone if others are at hand, in seconds.
const REST: u64 = 10 * 60;
/// A chance of one, counted in parts.
pub(super) const CERTAIN: u64 = 1_000_000;

/// An address, and how it has served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAddress {
    /// Where.
    pub address: SocketAddr,
    /// What the node there offers, or is said to offer.
    pub services: ServiceFlags,
    /// When somebody was last connected with it, in seconds since 1970, as far as was told.
    pub seen_at: u64,
    /// When we last tried to connect, in seconds since 1970; 0 for never.
    pub tried_at: u64,
    /// When we last spoke with it, in seconds since 1970; 0 for never.
    pub spoken_at: u64,
    /// How often in a row it did not answer.
    pub failures: u32,
}

impl KnownAddress {
    pub(super) const fn new(notice: &AddressNotice, seen_at: u64) -> Self {
        Self {
            address: notice.address,
            services: notice.services,
            seen_at,
            tried_at: 0,
            spoken_at: 0,
            failures: 0,
        }
    }

    /// Tells whether it is not worth its place, nor telling others of.
    pub fn is_terrible(&self, now: u64) -> bool {
        if self.tried_at > 0 && now.saturating_sub(self.tried_at) <= TRYING {
            return false;
        }
        let is_too_old = now.saturating_sub(self.seen_at) > MAX_AGE;
        let is_ahead = self.seen_at > now.saturating_add(MAX_AHEAD);
        let never_answered = self.spoken_at == 0 && self.failures >= MAX_FIRST_TRIES;
        let fell_silent = now.saturating_sub(self.spoken_at) > MAX_SILENCE;
        is_too_old || is_ahead || never_answered || (fell_silent && self.failures >= MAX_TRIES)
    }

    /// Returns how likely it is taken when its turn comes, of [`CERTAIN`]: less after each failure.
    pub(super) fn worth(&self, now: u64) -> u64 {
        let rested = now.saturating_sub(self.tried_at) >= REST;
        let fresh = if rested { CERTAIN } else { CERTAIN / 100 };
        (0..self.failures.min(8)).fold(fresh, |worth, _| worth * 66 / 100)
    }

    /// Returns what others are told of it.
    pub const fn notice(&self) -> AddressNotice {
        AddressNotice {
            address: self.address,
            services: self.services,
            seen_at: self.seen_at,
        }
    }
}

/// Where an address stands in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shelf {
    /// In these buckets of what was only heard of.
    Heard(Vec<u16>),
    /// Among those we have spoken with.
    Spoken,
}

/// An address in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) known: KnownAddress,
    /// Who told us first.
    pub(super) source: SocketAddr,
    /// When a failure was last counted: one for each time that anybody answers us, as the failure may be ours.
    pub(super) counted_at: u64,
    pub(super) shelf: Shelf,
}
