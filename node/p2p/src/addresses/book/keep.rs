//! What the book learns.
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use bitcoin::p2p::ServiceFlags;

use super::KnownAddress;
use super::entry::{Entry, Shelf};
use super::table::{HEARD_BUCKETS, Order, SPOKEN_BUCKETS, Table};
use crate::addresses::{AddressNotice, Chance, Scope, canonical};

/// Blocks-only peers that are connected with first after a restart.
pub(super) const MAX_ANCHORS: usize = 2;
/// Buckets that one address may stand in.
pub(super) const MAX_BUCKETS: usize = 8;
/// What is heard from others counts as this much older, in seconds.
const HEARSAY: u64 = 2 * 60 * 60;
/// Who was seen within this is there now, in seconds; its time is renewed hourly, others' daily.
const PRESENT: u64 = 24 * 60 * 60;
/// In seconds.
const RENEW_PRESENT: u64 = 60 * 60;
/// A peer is noted as seen this often, in seconds: not oftener, or it would tell whom we know.
const SEEN_EVERY: u64 = 20 * 60;

/// Where other nodes are. It holds at most 81,920 places, so no more addresses.
#[derive(Debug, Clone)]
pub struct AddressBook {
    pub(super) scope: Scope,
    pub(super) order: Order,
    pub(super) entries: BTreeMap<SocketAddr, Entry>,
    pub(super) heard: Table,
    pub(super) spoken: Table,
    /// Addresses that answered, and whose place another one holds that may be dead.
    pub(super) contested: BTreeSet<SocketAddr>,
    pub(super) anchors: Vec<SocketAddr>,
    /// When anybody answered us last.
    pub(super) answered_at: u64,
}

impl AddressBook {
    /// Returns an empty book. Who knows the secret can fill it at will: draw it, and show it to nobody.
    pub fn new(secret: [u8; 16], scope: Scope) -> Self {
        Self {
            scope,
            order: Order::new(secret),
            entries: BTreeMap::new(),
            heard: Table::new(HEARD_BUCKETS),
            spoken: Table::new(SPOKEN_BUCKETS),
            contested: BTreeSet::new(),
            anchors: Vec::new(),
            answered_at: 1,
        }
    }

    /// Returns how many addresses it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns what is known of an address.
    pub fn get(&self, address: SocketAddr) -> Option<&KnownAddress> {
        let entry = self.entries.get(&canonical(address))?;
        Some(&entry.known)
    }

    /// Tells whether we have spoken with an address, and it holds its place.
    pub fn is_spoken(&self, address: SocketAddr) -> bool {
        let entry = self.entries.get(&canonical(address));
        entry.is_some_and(|entry| entry.shelf == Shelf::Spoken)
    }

    /// Learns what `source` tells; `now` is in seconds since 1970. Returns how many addresses are new.
    pub fn learn(
        &mut self,
        notices: &[AddressNotice],
        source: SocketAddr,
        now: u64,
        chance: Chance<'_>,
    ) -> usize {
        let mut fresh = 0;
        for notice in notices {
            let notice = AddressNotice {
                address: canonical(notice.address),
                ..*notice
            };
            if self.scope.takes(notice.address) {
                fresh += usize::from(self.learn_one(&notice, canonical(source), now, chance));
            }
        }
        fresh
    }

    fn learn_one(
        &mut self,
        notice: &AddressNotice,
        source: SocketAddr,
        now: u64,
        chance: Chance<'_>,
    ) -> bool {
        let is_own_word = notice.address.ip() == source.ip();
        let seen_at = notice
            .seen_at
            .saturating_sub(if is_own_word { 0 } else { HEARSAY });
        let Some(entry) = self.entries.get_mut(&notice.address) else {
            let known = KnownAddress::new(notice, seen_at);
            return self.shelve(known, source, now);
        };
        let is_present = now.saturating_sub(notice.seen_at) < PRESENT;
        let every = if is_present { RENEW_PRESENT } else { PRESENT };
        let known = &mut entry.known;
        let is_later = notice.seen_at > known.seen_at;
        if known.seen_at.saturating_add(every) < seen_at {
            known.seen_at = seen_at;
        }
        known.services |= notice.services;
        let Shelf::Heard(buckets) = &entry.shelf else {
            return false;
        };
        // Each further bucket is twice as hard to get: many sources count, not many words.
        let is_enough = buckets.len() >= MAX_BUCKETS
            || !is_later
            || !chance().is_multiple_of(1_u64 << buckets.len().min(63));
        if !is_enough {
            let bucket = self.order.heard_bucket(notice.address, source);
            self.stand(notice.address, bucket, now);
        }
        false
    }

    /// Makes an entry, if there is a place for it.
    fn shelve(&mut self, known: KnownAddress, source: SocketAddr, now: u64) -> bool {
        let address = known.address;
        let entry = Entry {
            known,
            source,
            counted_at: 0,
            shelf: Shelf::Heard(Vec::new()),
        };
        self.entries.insert(address, entry);
        let bucket = self.order.heard_bucket(address, source);
        if self.stand(address, bucket, now) {
            return true;
        }
        self.entries.remove(&address);
        false
    }

    /// Has an address stand in a bucket of what was heard of, unless somebody better stands in its place.
    pub(super) fn stand(&mut self, address: SocketAddr, bucket: u16, now: u64) -> bool {
        let place = self.order.place(false, bucket, address);
        match self.heard.get(bucket, place) {
            Some(other) if other == address => return false,
            Some(other) => {
                if !self.yields(other, address, now) {
                    return false;
                }
                self.leave(other, bucket);
            }
            None => {}
        }
        self.put_heard(address, bucket, place);
        true
    }

    /// Tells whether one that was heard of gives its place up to another.
    fn yields(&self, other: SocketAddr, to: SocketAddr, now: u64) -> bool {
        let Some(Entry {
            known,
            shelf: Shelf::Heard(buckets),
            ..
        }) = self.entries.get(&other)
        else {
            return true;
        };
        let newcomer = self.entries.get(&to);
        let has_none = newcomer.is_none_or(|entry| entry.shelf == Shelf::Heard(Vec::new()));
        known.is_terrible(now) || (buckets.len() > 1 && has_none)
    }

    pub(super) fn put_heard(&mut self, address: SocketAddr, bucket: u16, place: u8) {
        if let Some(Entry {
            shelf: Shelf::Heard(buckets),
            ..
        }) = self.entries.get_mut(&address)
        {
            buckets.push(bucket);
            self.heard.put(bucket, place, address);
        }
    }

    /// Takes an address out of one bucket of what was heard of, and out of the book if that was its last.
    pub(super) fn leave(&mut self, address: SocketAddr, bucket: u16) {
        let place = self.order.place(false, bucket, address);
        self.heard.clear(bucket, place);
        let Some(Entry {
            shelf: Shelf::Heard(buckets),
            ..
        }) = self.entries.get_mut(&address)
        else {
            return;
        };
        buckets.retain(|other| *other != bucket);
        if buckets.is_empty() {
            self.entries.remove(&address);
            self.contested.remove(&address);
        }
    }

    /// Takes an address out of every bucket of what was heard of; its entry stays.
    pub(super) fn leave_all(&mut self, address: SocketAddr) {
        let Some(entry) = self.entries.get_mut(&address) else {
            return;
        };
        let Shelf::Heard(buckets) = &mut entry.shelf else {
            return;
        };
        for bucket in std::mem::take(buckets) {
            let place = self.order.place(false, bucket, address);
            self.heard.clear(bucket, place);
        }
    }

    /// Notes that a connection is being tried. `counts`: whether a failure would say something of the address.
    pub fn note_try(&mut self, address: SocketAddr, counts: bool, now: u64) {
        let answered_at = self.answered_at;
        let Some(entry) = self.entries.get_mut(&canonical(address)) else {
            return;
        };
        entry.known.tried_at = now;
        // Where nobody answers us, the fault is ours.
        if counts && entry.counted_at < answered_at {
            entry.counted_at = now;
            entry.known.failures = entry.known.failures.saturating_add(1);
        }
    }

    /// Notes that a peer was there until now. To be told when it is gone, or others could read from the times we tell
    /// with whom we speak.
    pub fn note_seen(&mut self, address: SocketAddr, now: u64) {
        if let Some(entry) = self.entries.get_mut(&canonical(address))
            && now.saturating_sub(entry.known.seen_at) > SEEN_EVERY
        {
            entry.known.seen_at = now;
        }
    }

    /// Notes what a peer says it offers.
    pub fn note_services(&mut self, address: SocketAddr, services: ServiceFlags) {
        if let Some(entry) = self.entries.get_mut(&canonical(address)) {
            entry.known.services = services;
        }
    }

    /// Strikes an address out: it is our own, or of no use.
    pub fn forget(&mut self, address: SocketAddr) {
        let address = canonical(address);
        self.leave_all(address);
        if let Some(entry) = self.entries.remove(&address)
            && entry.shelf == Shelf::Spoken
        {
            let bucket = self.order.spoken_bucket(address);
            let place = self.order.place(true, bucket, address);
            self.spoken.clear(bucket, place);
        }
        self.contested.remove(&address);
        self.anchors.retain(|anchor| *anchor != address);
    }

    /// Strikes out what was heard of and is not worth its place. To be done now and then, as before the book is written.
    pub fn forget_terrible(&mut self, now: u64) {
        let is_terrible =
            |entry: &&Entry| entry.shelf != Shelf::Spoken && entry.known.is_terrible(now);
        let terrible: Vec<SocketAddr> = self
            .entries
            .values()
            .filter(is_terrible)
            .map(|entry| entry.known.address)
            .collect();
        for address in terrible {
            self.forget(address);
        }
    }

    /// Returns the blocks-only peers of the last run: whoever had cut us off before would have to do it again.
    pub fn anchors(&self) -> &[SocketAddr] {
        &self.anchors
    }

    /// Notes the blocks-only peers of this run; the first two count.
    pub fn set_anchors(&mut self, anchors: impl IntoIterator<Item = SocketAddr>) {
        self.anchors = anchors
            .into_iter()
            .map(canonical)
            .take(MAX_ANCHORS)
            .collect();
    }
}
