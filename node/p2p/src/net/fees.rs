//! The least fee that the mempool asks for, as peers are told of it (BIP133): now and then, and soon once it has changed
//! much. Bitcoin Core's way.
use std::time::Duration;

use bitcoin::p2p::message::NetworkMessage;

use super::dice::Dice;
use super::turn::Turn;
use super::{Network, Output, PeerId};

/// How often a peer is told again, on average, if anything has changed.
const TELL_EVERY: Duration = Duration::from_secs(10 * 60);
/// How soon it is told of a large change.
const TELL_SOON: Duration = Duration::from_secs(5 * 60);

/// What a peer was told of the least fee, and when it is told next.
#[derive(Debug, Default)]
pub(super) struct FeeTalk {
    told: Option<u64>,
    next: Duration,
}

impl FeeTalk {
    /// Tells whether to tell this least fee now; notes that it was told then.
    fn tells(&mut self, least: u64, now: Duration, dice: &mut Dice) -> bool {
        if now >= self.next {
            self.next = now + dice.wait(TELL_EVERY);
            return self.told.replace(least) != Some(least);
        }
        if self.told.is_some_and(|told| is_much(told, least)) && now + TELL_SOON < self.next {
            self.next = now + dice.wait(TELL_SOON / 2);
        }
        false
    }
}

/// Tells whether a fee has gone up by a third or down by a quarter.
fn is_much(before: u64, after: u64) -> bool {
    let (before, after) = (u128::from(before), u128::from(after));
    after * 3 > before * 4 || after * 4 < before * 3
}

impl Network {
    /// Tells a peer the least fee if it is time.
    pub(super) fn tell_least_fee(&mut self, turn: &Turn<'_>, peer: PeerId, least: u64) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let now = turn.now.since_start;
        if session.relays_transactions() && session.fees.tells(least, now, &mut self.dice) {
            let fee = i64::try_from(least).unwrap_or(i64::MAX);
            self.out
                .push(Output::Send(peer, NetworkMessage::FeeFilter(fee).into()));
        }
    }

    /// Does so with everyone.
    pub(super) fn tick_fees(&mut self, turn: &Turn<'_>) {
        let least = turn.node.fee_filter();
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            self.tell_least_fee(turn, peer, least);
        }
    }
}
