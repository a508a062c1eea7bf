//! Whom we owe answers that cost much: each gets a part in its turn, and only in time to spare.
use std::collections::VecDeque;

use super::turn::Turn;
use super::{Network, Output, PeerId};

/// Whom we owe answers, and who could take them.
#[derive(Debug, Default)]
pub(super) struct Debts {
    /// Each once, the next one in front.
    creditors: VecDeque<PeerId>,
    /// Time to spare was asked for.
    is_time_asked_for: bool,
}

impl Debts {
    /// Notes that a peer waits for nothing any more.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.creditors.retain(|other| *other != peer);
    }
}

impl Network {
    /// Has a peer wait for its turn, if there is anything it waits for, and it has read what it was sent.
    pub(super) fn owe(&mut self, peer: PeerId) {
        let session = self.peers.get(&peer);
        if !session.is_some_and(|session| session.is_drained && session.is_creditor()) {
            return;
        }
        if !self.debts.creditors.contains(&peer) {
            self.debts.creditors.push_back(peer);
        }
        self.ask_for_time();
    }

    /// Pays a part of what we owe to the one whose turn it is.
    pub(super) fn pay_next(&mut self, turn: &Turn<'_>) {
        self.debts.is_time_asked_for = false;
        if let Some(peer) = self.debts.creditors.pop_front() {
            self.pay(turn, peer);
            // What is not here costs nothing to send, so nobody would tell that there is room for more.
            self.owe(peer);
        }
        if !self.debts.creditors.is_empty() {
            self.ask_for_time();
        }
    }

    fn ask_for_time(&mut self) {
        if !std::mem::replace(&mut self.debts.is_time_asked_for, true) {
            self.out.push(Output::Owing);
        }
    }
}
