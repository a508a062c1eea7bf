//! Branches beside the best header's: whoever shows a header and keeps its block to himself holds up nobody.
use std::collections::VecDeque;

use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;

use super::turn::Turn;
use super::{Network, PeerId};

/// Blocks of such a branch that are asked for at a time.
const MAX_FROM_BRANCH: usize = 16;
/// How far such a branch is followed down to our chain.
const MAX_STEPS: usize = 128;

impl Network {
    /// Asks a peer for the blocks of the branch that it told of, if that has more work than our tip and is not the best
    /// header's: the blocks of that one may never come.
    pub(super) fn fetch_branch(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let Some(session) = self.peers.get(&peer) else {
            return;
        };
        let Some(best) = session.best.filter(|_| session.can_give_blocks()) else {
            return;
        };
        let is_of_use =
            best.work > turn.node.tip().work && turn.node.id_on_best(best.height) != Some(best.id);
        if !is_of_use {
            return;
        }
        let mut missing = VecDeque::new();
        let (mut id, mut steps) = (best.id, 0);
        // Down to where the branch leaves our chain: a block may be here, and those below it not.
        while let Some(point) = turn.node.header(&id) {
            if turn.node.id_on_active(point.height) == Some(id) {
                break;
            }
            if !point.has_body {
                if self.downloads.has(&id) {
                    return;
                }
                missing.push_front(id);
            }
            let Some(sealed) = turn.node.sealed_header(&id) else {
                return;
            };
            id = sealed.header.prev_blockhash;
            steps += 1;
            // A long branch is a matter of headers first: with so much more work it is soon the best one.
            if missing.len() > MAX_FROM_BRANCH || steps > MAX_STEPS {
                return;
            }
        }
        for id in &missing {
            self.downloads.begin(*id, peer, turn.now.since_start);
        }
        let question: Vec<Inventory> = missing.into_iter().map(Inventory::WitnessBlock).collect();
        if !question.is_empty() {
            self.send(peer, NetworkMessage::GetData(question));
        }
    }

    /// The same with everyone, for what did not come.
    pub(super) fn fetch_branches(&mut self, turn: &Turn<'_>) {
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            self.fetch_branch(turn, peer);
        }
    }
}
