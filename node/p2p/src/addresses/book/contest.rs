//! Those we have spoken with, and contests for their places.
use std::net::SocketAddr;

use super::AddressBook;
use super::entry::Shelf;
use crate::addresses::{Chance, canonical};

/// Contests that are open at a time.
const MAX_CONTESTS: usize = 10;
/// Who was spoken with so lately keeps its place, in seconds.
const STEADY: u64 = 4 * 60 * 60;
/// How long the test of an older one may take, in seconds.
const TEST: u64 = 60;
/// A contest that could not be tested for so long is won by the newcomer, in seconds.
const UNTESTED: u64 = 40 * 60;

impl AddressBook {
    /// Notes that we spoke with an address that we had connected to: the handshake was done.
    ///
    /// It moves to those we have spoken with. If its place is taken, the older one keeps it unless a feeler finds it
    /// dead: so nobody can drive our peers out by having us speak with many addresses.
    pub fn note_spoken(&mut self, address: SocketAddr, now: u64) {
        let address = canonical(address);
        self.answered_at = self.answered_at.max(now);
        let Some(entry) = self.entries.get_mut(&address) else {
            return;
        };
        entry.known.spoken_at = now;
        entry.known.tried_at = now;
        entry.known.failures = 0;
        if entry.shelf == Shelf::Spoken {
            return;
        }
        if self.holder(address).is_none() {
            self.promote(address);
        } else if self.contested.len() < MAX_CONTESTS {
            self.contested.insert(address);
        }
    }

    /// Settles the contests that can be settled. To be done every few seconds.
    pub fn settle_contests(&mut self, now: u64) {
        let contested: Vec<SocketAddr> = self.contested.iter().copied().collect();
        for newcomer in contested {
            let Some(is_won) = self.judge(newcomer, now) else {
                continue;
            };
            self.contested.remove(&newcomer);
            if is_won {
                self.promote(newcomer);
            }
        }
    }

    /// Tells who won a contest: the newcomer or not; `None` while that is open.
    fn judge(&self, newcomer: SocketAddr, now: u64) -> Option<bool> {
        let Some(entry) = self.entries.get(&newcomer) else {
            return Some(false);
        };
        let holder = self.holder(newcomer).and_then(|holder| self.get(holder));
        let Some(older) = holder else {
            return Some(true);
        };
        let since = |then: u64| now.saturating_sub(then);
        if since(older.spoken_at) < STEADY {
            return Some(false);
        }
        if since(older.tried_at) < STEADY {
            // It was tried after it had last answered: what is over a minute ago, it did not answer.
            return (since(older.tried_at) > TEST).then_some(true);
        }
        (since(entry.known.spoken_at) > UNTESTED).then_some(true)
    }

    /// Returns whom to test: somebody whose place is contested.
    pub(in crate::addresses) fn tested(&self, chance: Chance<'_>) -> Option<SocketAddr> {
        let holders: Vec<SocketAddr> = self
            .contested
            .iter()
            .filter_map(|newcomer| self.holder(*newcomer))
            .collect();
        let at = super::choice::draw(holders.len(), chance)?;
        holders.get(at).copied()
    }

    /// Returns who stands where an address belongs, among those we have spoken with.
    fn holder(&self, address: SocketAddr) -> Option<SocketAddr> {
        let bucket = self.order.spoken_bucket(address);
        let place = self.order.place(true, bucket, address);
        self.spoken.get(bucket, place)
    }

    /// Moves an address to those we have spoken with; who stood there goes back to those heard of.
    pub(super) fn promote(&mut self, address: SocketAddr) {
        self.leave_all(address);
        let bucket = self.order.spoken_bucket(address);
        let place = self.order.place(true, bucket, address);
        let Some(entry) = self.entries.get_mut(&address) else {
            return;
        };
        entry.shelf = Shelf::Spoken;
        if let Some(older) = self.spoken.put(bucket, place, address) {
            self.demote(older);
        }
    }

    fn demote(&mut self, address: SocketAddr) {
        let Some(entry) = self.entries.get_mut(&address) else {
            return;
        };
        entry.shelf = Shelf::Heard(Vec::new());
        let bucket = self.order.heard_bucket(address, entry.source);
        let place = self.order.place(false, bucket, address);
        // We have spoken with it once: it goes before what was only heard of.
        if let Some(other) = self.heard.get(bucket, place) {
            self.leave(other, bucket);
        }
        self.put_heard(address, bucket, place);
    }
}
