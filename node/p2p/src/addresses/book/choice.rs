//! Whom to connect with, and whom to tell of.
use std::net::SocketAddr;

use super::entry::{CERTAIN, Shelf};
use super::{AddressBook, KnownAddress};
use crate::addresses::{AddressNotice, Chance};

/// How often it is drawn before nobody is found; the chances of the worse ones grow each time.
const DRAWS: u32 = 100;
/// Addresses told at a time, at most (BIP155).
const MAX_TOLD: usize = 1_000;
/// Of the addresses in the book, how many are told in 100: nobody is to read the whole book (Bitcoin Core).
const TOLD_OF_100: usize = 23;

/// Among which of the addresses to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Those we have spoken with or heard of, one as likely as the other.
    All,
    /// Those we have heard of only: to see whether they answer.
    Heard,
}

impl AddressBook {
    /// Chooses an address to connect with that the caller allows: `now` is in seconds since 1970.
    ///
    /// The caller leaves out those it has, their groups, and those that offer too little.
    pub fn choose(
        &self,
        among: Among,
        is_allowed: &dyn Fn(&KnownAddress) -> bool,
        now: u64,
        chance: Chance<'_>,
    ) -> Option<SocketAddr> {
        let (heard, spoken) = (self.heard.filled(), self.spoken.filled());
        let mut favour = CERTAIN;
        for _ in 0..DRAWS {
            let takes_spoken = match among {
                Among::Heard => false,
                Among::All => {
                    heard.is_empty() || (!spoken.is_empty() && chance().is_multiple_of(2))
                }
            };
            let buckets = if takes_spoken { &spoken } else { &heard };
            let bucket = buckets.get(draw(buckets.len(), chance)?)?;
            let address = bucket.values().nth(draw(bucket.len(), chance)?)?;
            let known = &self.entries.get(address)?.known;
            let worth = known.worth(now).saturating_mul(favour) / CERTAIN;
            if is_allowed(known) && chance() % CERTAIN < worth {
                return Some(*address);
            }
            // A little fonder of the others with each that was passed by.
            favour = favour.saturating_mul(12) / 10;
        }
        None
    }

    /// Chooses an address to see whether it answers: one whose place is contested, or one we only heard of.
    pub fn choose_feeler(
        &self,
        is_allowed: &dyn Fn(&KnownAddress) -> bool,
        now: u64,
        chance: Chance<'_>,
    ) -> Option<SocketAddr> {
        let tested = self.tested(chance);
        tested
            .filter(|address| self.get(*address).is_some_and(is_allowed))
            .or_else(|| self.choose(Among::Heard, is_allowed, now, chance))
    }

    /// Returns what to tell a peer that asks whom we know: 23 % of the book, 1,000 at most, drawn anew.
    pub fn sample(&self, now: u64, chance: Chance<'_>) -> Vec<AddressNotice> {
        let mut all: Vec<&KnownAddress> = self.entries.values().map(|entry| &entry.known).collect();
        let most = (all.len() * TOLD_OF_100).div_ceil(100).min(MAX_TOLD);
        let mut told = Vec::new();
        while told.len() < most
            && let Some(at) = draw(all.len(), chance)
        {
            let known = all.swap_remove(at);
            if !known.is_terrible(now) {
                told.push(known.notice());
            }
        }
        told
    }

    /// Returns how many addresses were only heard of, and how many we have spoken with.
    pub fn counts(&self) -> (usize, usize) {
        let is_spoken = |shelf: &Shelf| *shelf == Shelf::Spoken;
        let entries = self.entries.values();
        let spoken = entries.filter(|entry| is_spoken(&entry.shelf)).count();
        (self.entries.len() - spoken, spoken)
    }
}

/// Draws a place among so many; `None` if there are none.
pub(super) fn draw(count: usize, chance: Chance<'_>) -> Option<usize> {
    let count = u64::try_from(count).ok().filter(|count| *count > 0)?;
    usize::try_from(chance() % count).ok()
}
