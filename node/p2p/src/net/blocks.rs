//! Bodies: from many peers at once while we are behind, as compact blocks at the tip.
use std::collections::BTreeMap;
use std::time::Duration;

use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::{Block, BlockHash};

use super::turn::Turn;
use super::wanted::Name;
use super::{BlockVerdict, Goodbye, HeaderPoint, Network, Output, PeerId};

/// Blocks that one peer is asked for at a time.
const MAX_FROM_ONE: usize = 16;
/// How far ahead of the tip blocks are fetched.
const WINDOW: usize = 1_024;
/// While blocks of this size together wait for their parents, in bytes, none but the next are fetched.
const MAX_WAITING: usize = 32 << 20;
/// How long the next block may take, at first, while others could send it.
const FIRST_PATIENCE: Duration = Duration::from_secs(2);
/// How long it may take at most.
const MOST_PATIENCE: Duration = Duration::from_secs(64);
/// How long any block may take.
const BLOCK_TIMEOUT: Duration = Duration::from_secs(120);
/// How often a peer may let us wait before it is let go.
const MAX_STALLS: u32 = 3;
/// How long a peer that let us wait is asked for nothing, if others can be asked.
const SNUB: Duration = Duration::from_secs(60);

/// Blocks that are on their way to us.
#[derive(Debug)]
pub(super) struct Downloads {
    /// By block, who is to send it. More than one if the first was slow.
    flights: BTreeMap<BlockHash, Vec<Flight>>,
    /// How long the next block may take before somebody else is asked for it.
    patience: Duration,
    /// The next block, and since when everything waits for it: what peers say in the meantime changes nothing of that.
    awaited: Option<(BlockHash, Duration)>,
    /// How many questions were asked.
    asked: u64,
}

#[derive(Debug, Clone, Copy)]
struct Flight {
    peer: PeerId,
    /// When it was asked for, or the one before it came: a peer sends one after another.
    asked_at: Duration,
    /// Its place among all questions.
    order: u64,
    /// It was not asked for: the peer said that it would send such blocks.
    is_promised: bool,
}

impl Default for Downloads {
    fn default() -> Self {
        Self {
            flights: BTreeMap::new(),
            patience: FIRST_PATIENCE,
            awaited: None,
            asked: 0,
        }
    }
}

impl Downloads {
    /// Returns how many blocks are on their way.
    pub(super) fn len(&self) -> usize {
        self.flights.len()
    }

    /// Returns how many blocks a peer is to send.
    pub(super) fn of(&self, peer: PeerId) -> usize {
        let flights = self.flights.values();
        flights
            .filter(|flights| flights.iter().any(|flight| flight.peer == peer))
            .count()
    }

    /// Tells whether a peer was asked for a block.
    pub(super) fn is_from(&self, id: &BlockHash, peer: PeerId) -> bool {
        let flights = self.flights.get(id);
        flights.is_some_and(|flights| flights.iter().any(|flight| flight.peer == peer))
    }

    /// Tells whether a block is on its way.
    pub(super) fn has(&self, id: &BlockHash) -> bool {
        self.flights.contains_key(id)
    }

    /// Notes that blocks come as they should.
    fn relax(&mut self) {
        self.patience = (self.patience * 17 / 20).max(FIRST_PATIENCE);
    }

    /// Notes that a peer was asked for a block.
    pub(super) fn begin(&mut self, id: BlockHash, peer: PeerId, asked_at: Duration) {
        self.note(id, peer, asked_at, false);
    }

    /// Notes that a peer will send a block unasked.
    pub(super) fn expect(&mut self, id: BlockHash, peer: PeerId, promised_at: Duration) {
        if !self.flights.contains_key(&id) {
            self.note(id, peer, promised_at, true);
        }
    }

    /// Whoever was asked before has no more time for being asked again.
    fn note(&mut self, id: BlockHash, peer: PeerId, asked_at: Duration, is_promised: bool) {
        self.asked += 1;
        let flights = self.flights.entry(id).or_default();
        let before = flights
            .iter()
            .find(|flight| flight.peer == peer && !flight.is_promised);
        let asked_at = before.map_or(asked_at, |before| before.asked_at);
        flights.retain(|flight| flight.peer != peer);
        flights.push(Flight {
            peer,
            asked_at,
            order: self.asked,
            is_promised,
        });
    }

    /// Notes that a peer sent a block: what it was asked for after that has its whole time from now on, so that a slow
    /// line is not taken for silence. What it was asked for before that has not: it was passed over.
    fn note_arrival(&mut self, id: &BlockHash, peer: PeerId, now: Duration) {
        let flights = self.flights.get(id);
        let arrived = flights.and_then(|flights| flights.iter().find(|flight| flight.peer == peer));
        let Some(order) = arrived.map(|flight| flight.order) else {
            return;
        };
        for flight in self.flights.values_mut().flatten() {
            if flight.peer == peer && flight.order > order {
                flight.asked_at = now;
            }
        }
    }

    /// Returns since when everything waits for a block: who it was asked of first, or last by us for its slowness.
    fn awaited_since(&mut self, id: BlockHash) -> Option<Duration> {
        let flights = self.flights.get(&id)?;
        if let Some((_, since)) = self.awaited.filter(|(awaited, _)| *awaited == id) {
            return Some(since);
        }
        let first = flights.iter().map(|flight| flight.asked_at).min()?;
        self.awaited = Some((id, first));
        Some(first)
    }

    /// Notes that a block need not be sent any more.
    pub(super) fn end(&mut self, id: &BlockHash) {
        self.flights.remove(id);
    }

    /// Notes that one peer won't send a block.
    pub(super) fn give_up(&mut self, id: &BlockHash, peer: PeerId) {
        if let Some(flights) = self.flights.get_mut(id) {
            flights.retain(|flight| flight.peer != peer);
            if flights.is_empty() {
                self.flights.remove(id);
            }
        }
    }

    /// Notes that a peer won't send anything.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.flights.retain(|_, flights| {
            flights.retain(|flight| flight.peer != peer);
            !flights.is_empty()
        });
    }
}

impl Network {
    /// Asks for the blocks that lack between tip and best header.
    pub(super) fn fetch_blocks(&mut self, turn: &Turn<'_>) {
        let mut sources = self.sources(turn);
        // Asked for by the handful: each look at what lacks is worth its cost.
        let is_idle = self.downloads.flights.is_empty();
        if !is_idle && sources.iter().all(|source| source.free < MAX_FROM_ONE / 2) {
            return;
        }
        let mut wanted = turn.node.wanted_bodies(WINDOW);
        if turn.node.waiting_bytes() > MAX_WAITING {
            wanted.truncate(MAX_FROM_ONE);
        }
        let tip = turn.node.tip();
        let is_next = |point: &HeaderPoint| point.height == tip.height.next();
        let alone = wanted.len() == 1 && wanted.first().is_some_and(is_next);
        let mut questions: BTreeMap<PeerId, Vec<Inventory>> = BTreeMap::new();
        for point in wanted {
            if self.downloads.flights.contains_key(&point.id) {
                continue;
            }
            let best = sources
                .iter_mut()
                .filter(|source| source.free > 0 && source.height >= point.height)
                .max_by_key(|source| (source.is_chosen, source.free));
            let Some(source) = best else { continue };
            source.free -= 1;
            let peer = source.peer;
            let wants = self.peers.get(&peer).map(|session| &session.wants);
            let question = if alone && wants.is_some_and(|wants| wants.compact) {
                Inventory::CompactBlock(point.id)
            } else {
                Inventory::WitnessBlock(point.id)
            };
            self.downloads.begin(point.id, peer, turn.now.since_start);
            questions.entry(peer).or_default().push(question);
        }
        for (peer, question) in questions {
            self.send(peer, NetworkMessage::GetData(question));
        }
    }

    /// Returns who could send blocks, and how many more.
    fn sources(&self, turn: &Turn<'_>) -> Vec<Source> {
        let serving = self
            .peers
            .iter()
            .filter(|(_, session)| session.can_give_blocks());
        let mut sources: Vec<Source> = serving
            .filter_map(|(peer, session)| {
                Some(Source {
                    peer: *peer,
                    height: session.common_height(turn.node)?,
                    free: MAX_FROM_ONE.saturating_sub(self.downloads.of(*peer)),
                    is_chosen: !self.is_inbound(*peer),
                    is_snubbed: turn.now.since_start < session.snubbed_until,
                })
            })
            .collect();
        if sources.iter().any(|source| !source.is_snubbed) {
            sources.retain(|source| !source.is_snubbed);
        }
        sources
    }

    /// Takes a whole block, from `block` or put together from a compact one.
    pub(super) fn take_block(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        block: Block,
        from: Wrapping,
    ) {
        let id = block.block_hash();
        let Some(point) = turn.node.header(&id) else {
            if turn.node.is_condemned(&id) {
                let code = "block.known_invalid";
                return self.hang_up(turn, peer, Goodbye::BadBlock { code });
            }
            // Its seal comes with its header, never with the block itself.
            self.downloads.give_up(&id, peer);
            return self.ask_where_it_belongs(turn, peer);
        };
        self.learn(peer, point);
        self.downloads.note_arrival(&id, peer, turn.now.since_start);
        if point.has_body {
            self.downloads.end(&id);
            return self.fetch_blocks(turn);
        }
        let was_synced = !self.is_syncing(turn);
        match turn.node.accept_block(block) {
            BlockVerdict::Accepted { moved } => {
                self.downloads.end(&id);
                self.compact.end(&id);
                self.downloads.relax();
                if let Some(session) = self.peers.get_mut(&peer) {
                    session.last_block = Some(turn.now.since_start);
                    session.stalls = 0;
                }
                if moved {
                    if was_synced {
                        self.prefer(peer);
                    }
                    self.follow_tip(turn);
                }
                // Nobody knows how long the last block of a sync would wait for others.
                if was_synced || turn.node.best_header().id == turn.node.tip().id {
                    self.out.push(Output::Flush);
                }
            }
            BlockVerdict::Known => self.downloads.end(&id),
            BlockVerdict::UnknownHeader | BlockVerdict::Stopped => {
                self.downloads.give_up(&id, peer);
            }
            BlockVerdict::Mutated { code } => {
                self.downloads.give_up(&id, peer);
                match from {
                    Wrapping::Whole => self.hang_up(turn, peer, Goodbye::BadBlock { code }),
                    Wrapping::Compact => return self.fall_back(turn, peer, id),
                }
            }
            BlockVerdict::Invalid { code } => {
                self.downloads.end(&id);
                self.compact.end(&id);
                // Compact blocks are passed on before they are judged in full (BIP152).
                if from == Wrapping::Whole {
                    self.hang_up(turn, peer, Goodbye::BadBlock { code });
                }
            }
        }
        self.fetch_blocks(turn);
    }

    /// Asks a peer for a block without any wrapping.
    pub(super) fn ask_for_whole(&mut self, turn: &Turn<'_>, peer: PeerId, id: BlockHash) {
        self.downloads.begin(id, peer, turn.now.since_start);
        let question = vec![Inventory::WitnessBlock(id)];
        self.send(peer, NetworkMessage::GetData(question));
    }

    /// Notes what a peer says it does not have.
    pub(super) fn take_not_found(&mut self, turn: &Turn<'_>, peer: PeerId, items: &[Inventory]) {
        for item in items {
            match item {
                Inventory::Block(id)
                | Inventory::WitnessBlock(id)
                | Inventory::CompactBlock(id) => {
                    if self.downloads.is_from(id, peer) {
                        self.downloads.give_up(id, peer);
                        if let Some(session) = self.peers.get_mut(&peer) {
                            session.best = None;
                        }
                    }
                }
                other => {
                    if let Some(name) = Name::of(other) {
                        self.wanted.retract(&name, peer, turn.now.since_start);
                    }
                }
            }
        }
        self.fetch_blocks(turn);
    }

    /// Asks somebody else for what does not come.
    pub(super) fn tick_blocks(&mut self, turn: &Turn<'_>) {
        self.downloads
            .flights
            .retain(|id, _| turn.node.header(id).is_some_and(|point| !point.has_body));
        self.compact.tidy(turn.node);
        let now = turn.now.since_start;
        let overdue = |flight: &Flight| now.saturating_sub(flight.asked_at) > BLOCK_TIMEOUT;
        let slow: Vec<PeerId> = self
            .downloads
            .flights
            .values()
            .flatten()
            .filter(|flight| overdue(flight))
            .map(|flight| flight.peer)
            .collect();
        for peer in slow {
            self.let_go_if_slow(turn, peer, "a block");
            self.downloads.forget(peer);
        }
        self.hurry_next_block(turn);
        self.fetch_blocks(turn);
        self.fetch_branches(turn);
    }

    /// Everything waits for the next block: if it takes long, somebody else is asked for it as well.
    fn hurry_next_block(&mut self, turn: &Turn<'_>) {
        let Some(next) = turn.node.wanted_bodies(1).first().copied() else {
            return;
        };
        let Some(since) = self.downloads.awaited_since(next.id) else {
            return;
        };
        let (patience, now) = (self.downloads.patience, turn.now.since_start);
        if turn.since(since) <= patience {
            return;
        }
        let flights = self.downloads.flights.get(&next.id);
        let flights = flights.cloned().unwrap_or_default();
        if let [only] = flights[..]
            && only.is_promised
        {
            self.downloads.awaited = Some((next.id, now));
            return self.ask_for_whole(turn, only.peer, next.id);
        }
        let is_asked = |peer| flights.iter().any(|flight| flight.peer == peer);
        let other = self
            .sources(turn)
            .into_iter()
            .filter(|source| source.height >= next.height && !is_asked(source.peer))
            .max_by_key(|source| (source.is_chosen, source.free));
        let Some(other) = other else { return };
        self.downloads.patience = (patience * 2).min(MOST_PATIENCE);
        self.downloads.awaited = Some((next.id, now));
        // Who offered it only just now has its time, beside the other.
        let slow = flights
            .iter()
            .filter(|flight| turn.since(flight.asked_at) > patience);
        for Flight { peer, .. } in slow.copied() {
            self.downloads.forget(peer);
            let Some(session) = self.peers.get_mut(&peer) else {
                continue;
            };
            session.snubbed_until = now + SNUB;
            session.stalls += 1;
            if session.stalls >= MAX_STALLS {
                self.let_go_if_slow(turn, peer, "blocks");
            }
        }
        self.ask_for_whole(turn, other.peer, next.id);
    }

    /// Tells whether the node is still fetching what others have had for long.
    pub(super) fn is_syncing(&self, turn: &Turn<'_>) -> bool {
        let (tip, best) = (turn.node.tip(), turn.node.best_header());
        let behind = best.height.to_u32().saturating_sub(tip.height.to_u32());
        behind > 16 || self.is_behind(turn)
    }
}

/// How a block came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// As `block`.
    Whole,
    /// As `cmpctblock`, perhaps with `blocktxn`.
    Compact,
}

/// Who could send blocks.
#[derive(Debug)]
struct Source {
    peer: PeerId,
    /// Up to which height of the best header's chain.
    height: moneta_chain::Height,
    /// How many more.
    free: usize,
    /// Whether we opened the connection.
    is_chosen: bool,
    /// Whether it let us wait not long ago.
    is_snubbed: bool,
}
