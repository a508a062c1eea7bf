//! Telling peers of a new tip, each in the way it wants to hear of it.
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use moneta_chain::{Height, SealedHeader};

use super::turn::Turn;
use super::{HeaderPoint, Network, PeerId};

/// Headers in one announcement; further behind, a peer is told of the tip's id and asks itself (BIP130).
const MAX_ANNOUNCED: usize = 8;

/// How a peer is to hear of the tip.
#[derive(Debug)]
enum Announcement {
    /// By id.
    Id,
    /// By these headers.
    Headers(Vec<SealedHeader>),
    /// By its header, and the compact block at once.
    Compact(SealedHeader),
}

impl Network {
    /// Tells everyone of the tip if it has moved since they were told last.
    pub(super) fn follow_tip(&mut self, turn: &Turn<'_>) {
        let tip = turn.node.tip();
        if self.announced_tip == Some(tip.id) {
            return;
        }
        self.announced_tip = Some(tip.id);
        // Another tip may take what this one refused.
        self.refused.clear();
        // Whoever is far behind has nothing to tell.
        if self.is_syncing(turn) {
            return;
        }
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            self.announce_tip(turn, peer, &tip);
        }
    }

    fn announce_tip(&mut self, turn: &Turn<'_>, peer: PeerId, tip: &HeaderPoint) {
        let Some(announcement) = self.choose_announcement(turn, peer, tip) else {
            return;
        };
        match announcement {
            Announcement::Id => {
                self.send(peer, NetworkMessage::Inv(vec![Inventory::Block(tip.id)]));
            }
            Announcement::Headers(headers) => {
                let message = self.headers_for(peer, headers);
                self.send(peer, message);
            }
            Announcement::Compact(header) => {
                // The seal comes before the block that it proves.
                let message = self.headers_for(peer, vec![header]);
                self.send(peer, message);
                self.give_compact(turn, peer, &tip.id);
            }
        }
        if let Some(session) = self.peers.get_mut(&peer) {
            session.told = Some(tip.id);
        }
    }

    fn choose_announcement(
        &self,
        turn: &Turn<'_>,
        peer: PeerId,
        tip: &HeaderPoint,
    ) -> Option<Announcement> {
        let session = self.peers.get(&peer)?;
        session.features.as_ref()?;
        if session.knows_block(&tip.id, tip.height, turn.node) {
            return None;
        }
        let Some(mut headers) = self.headers_up_to(turn, peer, tip) else {
            return Some(Announcement::Id);
        };
        let wants = &session.wants;
        if wants.compact_unasked && headers.len() == 1 {
            return headers.pop().map(Announcement::Compact);
        }
        Some(if wants.headers || wants.compact_unasked {
            Announcement::Headers(headers)
        } else {
            Announcement::Id
        })
    }

    /// Returns the headers between what a peer has and the tip; `None` if they are too many to tell.
    fn headers_up_to(
        &self,
        turn: &Turn<'_>,
        peer: PeerId,
        tip: &HeaderPoint,
    ) -> Option<Vec<SealedHeader>> {
        let session = self.peers.get(&peer)?;
        let mut headers = Vec::new();
        let (mut id, mut height) = (tip.id, tip.height);
        // Everybody knows genesis, also who has not told of any header yet.
        while height > Height::GENESIS && !session.knows_block(&id, height, turn.node) {
            if headers.len() == MAX_ANNOUNCED {
                return None;
            }
            let sealed = turn.node.sealed_header(&id)?;
            headers.push(sealed);
            id = sealed.header.prev_blockhash;
            height = height.previous()?;
        }
        headers.reverse();
        Some(headers)
    }
}
