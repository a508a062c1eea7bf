//! What peers are told of addresses: a few news at a time, and an answer to who asks whom we know.
use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use super::book::{bytes, keyed};
use super::{AddressBook, AddressNotice, Chance, canonical};
use crate::PeerId;

/// An address is passed on if it came with so few others (Bitcoin Core): more are an answer, and no news.
const MAX_NEWS: usize = 10;
/// And if it was seen within this, in seconds.
const NEWS_AGE: u64 = 10 * 60;
/// Peers that a piece of news is passed on to.
const HERALDS: usize = 2;
/// For how long it is passed on to the same ones, in seconds: saying it again spreads it no further.
const HERALD_SPAN: u64 = 24 * 60 * 60;
/// Addresses that we remember a peer to know (Bitcoin Core).
pub(crate) const MAX_KNOWN: usize = 5_000;
/// Addresses that wait to be told to one peer, and are told at a time.
pub(crate) const MAX_WAITING: usize = 1_000;
/// How long news are gathered, on average, in milliseconds (Bitcoin Core: 30 s).
const GATHER_MS: u64 = 30_000;
/// How long one answer is given to everyone who asks, in milliseconds: 21 hours, and up to 6 more (Bitcoin Core).
const ANSWER_MS: u64 = 21 * 60 * 60 * 1_000;
const ANSWER_EXTRA_MS: u64 = 6 * 60 * 60 * 1_000;

/// An answer of fewer addresses is renewed sooner: a network that is young has nothing to hide, and much to tell.
const FEW: usize = 50;
/// How soon, in milliseconds.
const FEW_MS: u64 = 60_000;

/// Tells whether an address is to be passed on that came as one of so many.
pub(crate) fn is_news(notice: &AddressNotice, among: usize, now: u64) -> bool {
    among <= MAX_NEWS && now.saturating_sub(notice.seen_at) <= NEWS_AGE
}

/// Chooses the two peers that hear of an address: the same for a day, and foreseen by nobody.
pub(crate) fn heralds(
    secret: [u8; 16],
    address: SocketAddr,
    now: u64,
    peers: impl IntoIterator<Item = PeerId>,
) -> Vec<PeerId> {
    let name = bytes(canonical(address));
    // Not for all addresses on the same stroke.
    let shift = keyed(&secret, 6, &[&name]) % HERALD_SPAN;
    let day = now.saturating_add(shift) / HERALD_SPAN;
    let mut peers: Vec<(u64, PeerId)> = peers
        .into_iter()
        .map(|peer| {
            let parts: [&[u8]; 3] = [&name, &day.to_le_bytes(), &peer.0.to_le_bytes()];
            (keyed(&secret, 7, &parts), peer)
        })
        .collect();
    peers.sort_unstable();
    peers.truncate(HERALDS);
    peers.into_iter().map(|(_, peer)| peer).collect()
}

/// What one peer knows of addresses, and is to be told.
#[derive(Debug, Default)]
pub(crate) struct Gossip {
    known: BTreeSet<SocketAddr>,
    order: VecDeque<SocketAddr>,
    waiting: Vec<AddressNotice>,
    next_at: Duration,
}

impl Gossip {
    /// Notes that the peer knows an address; tells whether that is new.
    pub(crate) fn learn(&mut self, address: SocketAddr) -> bool {
        if !self.known.insert(address) {
            return false;
        }
        self.order.push_back(address);
        if self.order.len() > MAX_KNOWN
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }

    /// Lays an address out for the peer, unless it knows it. What is too much takes somebody's place.
    pub(crate) fn lay_out(&mut self, notice: AddressNotice, random: u64) {
        if self.known.contains(&notice.address) {
            return;
        }
        if self.waiting.len() < MAX_WAITING {
            self.waiting.push(notice);
            return;
        }
        let count = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        let at = usize::try_from(random % count).unwrap_or(0);
        if let Some(place) = self.waiting.get_mut(at) {
            *place = notice;
        }
    }

    /// Returns what the peer is to be told now; nothing most of the time. `now` never goes back.
    pub(crate) fn take(&mut self, now: Duration, random: u64) -> Vec<AddressNotice> {
        if self.waiting.is_empty() || now < self.next_at {
            return Vec::new();
        }
        self.next_at = now + Duration::from_millis(random % (2 * GATHER_MS));
        let mut told = std::mem::take(&mut self.waiting);
        told.retain(|notice| self.learn(notice.address));
        told
    }
}

/// The answer to who asks whom we know: the same for everyone for about a day, so that asking again tells nothing.
#[derive(Debug, Default)]
pub(crate) struct AddressAnswer {
    notices: Vec<AddressNotice>,
    until: Option<Duration>,
}

impl AddressAnswer {
    /// Returns the answer: `now` never goes back, `unix_seconds` are those since 1970.
    pub(crate) fn give(
        &mut self,
        book: &AddressBook,
        now: Duration,
        unix_seconds: u64,
        chance: Chance<'_>,
    ) -> &[AddressNotice] {
        let is_fresh = self.until.is_some_and(|until| now < until);
        if !is_fresh {
            self.notices = book.sample(unix_seconds, chance);
            let lasts = if self.notices.len() < FEW {
                FEW_MS
            } else {
                ANSWER_MS + chance() % ANSWER_EXTRA_MS
            };
            self.until = Some(now + Duration::from_millis(lasts));
        }
        &self.notices
    }
}
