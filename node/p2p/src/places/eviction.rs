//! Whom to give up when all places are taken and somebody new comes.
//!
//! Peers that are hard to be for an attacker are kept: those of few groups, the quickest, those that brought blocks and
//! transactions, and half of the rest by how long they have been here. Of those that remain, whoever is suspected goes
//! first. Bitcoin Core's way.
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::{NetGroup, PeerId};

/// Peers kept of as many groups: an attacker can't foresee which.
const BY_GROUP: usize = 4;
/// Peers kept as the quickest: an attacker would have to be near.
const BY_PING: usize = 8;
/// Peers kept as they brought transactions lately.
const BY_TRANSACTION: usize = 4;
/// Blocks-only peers kept as they brought blocks lately.
const BY_BLOCK_ONLY: usize = 8;
/// Peers kept as they brought blocks lately.
const BY_BLOCK: usize = 4;

/// A peer that came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Which connection.
    pub(crate) peer: PeerId,
    /// Whose neighbour it is.
    pub(crate) group: NetGroup,
    /// A number for its group that nobody outside foresees: equal groups have equal numbers.
    pub(crate) keyed_group: u64,
    /// When it came.
    pub(crate) connected_at: Duration,
    /// Its quickest answer.
    pub(crate) round_trip: Option<Duration>,
    /// When it last brought a block that was new.
    pub(crate) last_block: Option<Duration>,
    /// When it last brought a transaction that was new.
    pub(crate) last_transaction: Option<Duration>,
    /// Whether transactions are spoken of.
    pub(crate) relays_transactions: bool,
    /// Whether somebody at its address did what no honest peer does, not long ago.
    pub(crate) is_suspect: bool,
}

/// Returns whom to give up; nobody if all who came to us are worth keeping.
pub(crate) fn choose_victim(candidates: &[Candidate]) -> Option<PeerId> {
    let mut rest = candidates.to_vec();
    keep(&mut rest, BY_GROUP, |one| one.keyed_group, |_| true);
    let ping = |one: &Candidate| Reverse(one.round_trip.unwrap_or(Duration::MAX));
    keep(&mut rest, BY_PING, ping, |one| one.round_trip.is_some());
    let transaction = |one: &Candidate| one.last_transaction;
    keep(&mut rest, BY_TRANSACTION, transaction, |one| {
        one.last_transaction.is_some()
    });
    let block = |one: &Candidate| one.last_block;
    keep(&mut rest, BY_BLOCK_ONLY, block, |one| {
        !one.relays_transactions && one.last_block.is_some()
    });
    keep(&mut rest, BY_BLOCK, block, |one| one.last_block.is_some());
    let half = rest.len() / 2;
    let age = |one: &Candidate| Reverse(one.connected_at);
    keep(&mut rest, half, age, |_| true);
    if rest.iter().any(|one| one.is_suspect) {
        rest.retain(|one| one.is_suspect);
    }
    let mut groups: BTreeMap<NetGroup, Vec<Candidate>> = BTreeMap::new();
    for one in rest {
        groups.entry(one.group).or_default().push(one);
    }
    // The largest group; of equal ones the group that is youngest.
    let crowd = groups.into_values().max_by_key(|group| {
        let youngest = group.iter().map(|one| one.connected_at).max();
        (group.len(), youngest)
    })?;
    let victim = crowd
        .iter()
        .max_by_key(|one| (one.connected_at, one.peer))?;
    Some(victim.peer)
}

/// Takes the `count` that come last by a measure, of those that may be kept for it, out of the rest.
fn keep<K: Ord>(
    rest: &mut Vec<Candidate>,
    count: usize,
    measure: impl Fn(&Candidate) -> K,
    may: impl Fn(&Candidate) -> bool,
) {
    let mut kept: Vec<Candidate> = rest.iter().copied().filter(|one| may(one)).collect();
    // The older connection goes before the newer one.
    kept.sort_by_key(|one| (Reverse(measure(one)), one.connected_at, one.peer));
    kept.truncate(count);
    rest.retain(|one| kept.iter().all(|other| other.peer != one.peer));
}
