//! Headers first: ask one peer for all of them, then every other for what it has beyond.
//!
//! A header proves work, so a peer can't have us keep much without having mined much; a chain that claims less work
//! than would matter is left aside before a seal is looked at.
use std::time::Duration;

use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::GetHeadersMessage;
use moneta_chain::{ChainWork, SealedHeader};

use super::session::Session;
use super::turn::Turn;
use super::{Goodbye, HeadersVerdict, MAX_HEADERS_AHEAD, Network, Output, PeerId, Purpose};
use crate::{MAX_HEADERS, Message, Presync, Step, VERSION};

/// How long a peer may take to answer a question for headers.
const ANSWER: Duration = Duration::from_secs(60);
/// How often a peer is asked where headers belong whose parent is unknown.
const QUESTION_EVERY: Duration = Duration::from_secs(10);
/// Blocks of the tip's work by which a branch may be behind ours and still be looked at.
const MAX_BEHIND: usize = 144;
/// How old the best header is at most when the node is up to date, in seconds.
const RECENT: u64 = 24 * 60 * 60;
/// Chains of little work from peers that came to us that are counted at a time: each takes four megabytes at most.
pub(super) const MAX_COUNTING: usize = 8;
/// How often a peer that is up to date is asked whether there is more: an announcement may have been lost on us.
const ASK_AGAIN: Duration = Duration::from_secs(15 * 60);

impl Network {
    /// Asks whoever is to be asked next: one peer at a time until the chain is known to its end, then everyone.
    pub(super) fn go_on_with_headers(&mut self, turn: &Turn<'_>) {
        let is_behind = self.is_behind(turn);
        let is_busy = self
            .peers
            .values()
            .any(|session| session.headers.asked_at.is_some());
        if is_behind && is_busy {
            return;
        }
        let mut candidates: Vec<PeerId> = self
            .peers
            .iter()
            .filter(|(_, session)| session.may_be_asked_for_headers())
            .map(|(id, _)| *id)
            .collect();
        // Whom we chose ourselves goes before whoever came to us.
        candidates.sort_by_key(|id| self.is_inbound(*id));
        if is_behind {
            candidates.truncate(1);
        }
        for peer in candidates {
            // From the one before the best: so the answer tells that the peer has it.
            let best = turn.node.best_header().id;
            let before = turn.node.sealed_header(&best);
            let from = before.map_or(best, |sealed| sealed.header.prev_blockhash);
            let from = turn.node.header(&from).map_or(best, |point| point.id);
            self.ask_for_headers(turn, peer, &from);
        }
    }

    /// Tells whether there must be more of the chain than we know.
    pub(super) fn is_behind(&self, turn: &Turn<'_>) -> bool {
        let best = turn.node.best_header();
        let is_recent = u64::from(best.time).saturating_add(RECENT) > turn.now.unix_seconds;
        let somebody_told_all = self
            .peers
            .values()
            .any(|session| session.headers.complete_at.is_some());
        !is_recent && !somebody_told_all
    }

    /// Takes headers with their seals.
    pub(super) fn take_headers(&mut self, turn: &Turn<'_>, peer: PeerId, headers: &[SealedHeader]) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let was_asked = session.headers.asked_at.take().is_some();
        let is_full = is_full(headers);
        if was_asked && !is_full {
            session.headers.complete_at = Some(turn.now.since_start);
        }
        let Some(last) = headers.last().map(|sealed| sealed.header.block_hash()) else {
            // What was counted ended here, and was too little.
            session.headers.presync = None;
            return self.go_on_with_headers(turn);
        };
        if !self.judge_headers(turn, peer, headers, &last) {
            return;
        }
        if is_full {
            self.ask_for_headers(turn, peer, &last);
        }
        // An announcement is followed by the compact block that was promised; an answer is not.
        if let [one] = headers
            && !was_asked
            && one.header.prev_blockhash == turn.node.tip().id
            && self.compact.is_promised_by(peer)
        {
            self.downloads.expect(last, peer, turn.now.since_start);
        }
        self.go_on_with_headers(turn);
        self.fetch_blocks(turn);
        self.fetch_branch(turn, peer);
    }

    /// Has headers verified; tells whether to go on with that peer's.
    fn judge_headers(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        headers: &[SealedHeader],
        last: &BlockHash,
    ) -> bool {
        if let Some(point) = turn.node.header(last) {
            self.learn(peer, point);
            return true;
        }
        if turn.node.is_condemned(last) {
            self.hang_up(
                turn,
                peer,
                Goodbye::BadHeader {
                    code: "block.known_invalid",
                },
            );
            return false;
        }
        let parent = headers.first().map(|first| first.header.prev_blockhash);
        let session = self.peers.get(&peer);
        let presync = session.and_then(|session| session.headers.presync.as_ref());
        if presync.map(|presync| presync.expects_after()) == parent && parent.is_some() {
            return self.count(turn, peer, headers);
        }
        if let Some(parent) = parent
            && let Some(claimed) = turn.node.claimed_work(headers)
            && claimed < self.least_work(turn)
        {
            return self.begin_counting(turn, peer, &parent, headers);
        }
        self.verify_headers(turn, peer, headers)
    }

    /// Has headers verified, seals and all.
    fn verify_headers(&mut self, turn: &Turn<'_>, peer: PeerId, headers: &[SealedHeader]) -> bool {
        match turn.node.accept_headers(headers) {
            HeadersVerdict::Accepted { last, fresh } => {
                self.learn(peer, last);
                self.charge_seals(turn, peer, fresh, &last.id);
                true
            }
            HeadersVerdict::Unconnected => {
                self.ask_where_it_belongs(turn, peer);
                false
            }
            HeadersVerdict::Refused {
                held,
                code,
                is_offence,
            } => {
                if is_offence {
                    self.hang_up(turn, peer, Goodbye::BadHeader { code });
                } else if held == 0
                    && let Some(session) = self.peers.get_mut(&peer)
                {
                    // It would tell us the same again: it has time.
                    session.headers.complete_at = Some(turn.now.since_start);
                }
                false
            }
        }
    }

    /// Returns the least work of a chain that could become the best one before long.
    fn least_work(&self, turn: &Turn<'_>) -> ChainWork {
        let tip = turn.node.tip();
        let header = turn.node.header_at(tip.height);
        let one = header.as_ref().map(ChainWork::of).unwrap_or_default();
        let behind = (0..MAX_BEHIND).fold(tip.work, |work, _| work.saturating_sub(one));
        behind.max(self.config.minimum_work)
    }

    /// Begins to count the work of a chain that claims too little so far.
    fn begin_counting(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        parent: &BlockHash,
        headers: &[SealedHeader],
    ) -> bool {
        let counting = self.peers.values().filter(|session| {
            session.purpose == Purpose::Inbound && session.headers.presync.is_some()
        });
        // Whoever came to us can't keep those waiting that we chose: these are few, and always heard.
        let has_room = !self.is_inbound(peer) || counting.count() < MAX_COUNTING;
        // A short chain of little work is at its end already.
        if !is_full(headers) || !has_room {
            return false;
        }
        let (Some(point), Some(parent)) = (turn.node.header(parent), turn.node.parent(parent))
        else {
            return false;
        };
        let presync = Presync::new(
            parent,
            point.work,
            self.least_work(turn),
            self.dice.seed(),
            turn.now.unix_seconds,
            &self.params,
        );
        if let Some(session) = self.peers.get_mut(&peer) {
            session.headers.presync = Some(Box::new(presync));
        }
        self.count(turn, peer, headers)
    }

    /// Counts on; tells whether to go on with that peer's headers as with any other's.
    fn count(&mut self, turn: &Turn<'_>, peer: PeerId, headers: &[SealedHeader]) -> bool {
        let Some(session) = self.peers.get_mut(&peer) else {
            return false;
        };
        let Some(mut presync) = session.headers.presync.take() else {
            return false;
        };
        let (now, full) = (turn.now.unix_seconds, is_full(headers));
        match presync.take(headers, full, now, &self.params) {
            Ok(Step::TooLittle) => false,
            Ok(Step::Verify(headers)) => self.verify_headers(turn, peer, &headers),
            Ok(Step::Ask(from)) => {
                self.ask_on(turn, peer, presync, from);
                false
            }
            Ok(Step::VerifyAndAsk(headers, from)) => {
                if self.verify_headers(turn, peer, &headers) {
                    self.ask_on(turn, peer, presync, from);
                }
                false
            }
            Err(error) => {
                if error.is_offence() {
                    let code = error.code();
                    self.hang_up(turn, peer, Goodbye::BadHeader { code });
                }
                false
            }
        }
    }

    fn ask_on(&mut self, turn: &Turn<'_>, peer: PeerId, presync: Box<Presync>, from: BlockHash) {
        let locator = vec![from, presync.start()];
        if let Some(session) = self.peers.get_mut(&peer) {
            session.headers.presync = Some(presync);
        }
        self.ask_with(turn, peer, locator);
    }

    /// Charges a peer for seals that we proven for it, unless they brought us forward.
    fn charge_seals(&mut self, turn: &Turn<'_>, peer: PeerId, fresh: usize, last: &BlockHash) {
        if turn.node.best_header().id == *last {
            return;
        }
        let now = turn.now.since_start;
        let session = self.peers.get_mut(&peer);
        let Some(conversation) = session.and_then(|session| session.peer.as_mut()) else {
            return;
        };
        if let Err(until) = conversation.charge_seals(fresh, now) {
            self.out.push(Output::PauseUntil(peer, until));
        }
    }

    /// Asks a peer for the headers between ours and one whose parent we don't know.
    pub(super) fn ask_where_it_belongs(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let too_soon = session
            .headers
            .last_question
            .is_some_and(|then| turn.since(then) < QUESTION_EVERY);
        if !session.has_seals() {
            return;
        }
        // What is not asked now is asked at a tick: else the last of many announcements would be lost on us.
        session.headers.is_question_left = too_soon || session.headers.asked_at.is_some();
        if session.headers.is_question_left {
            return;
        }
        session.headers.last_question = Some(turn.now.since_start);
        let best = turn.node.best_header().id;
        self.ask_for_headers(turn, peer, &best);
    }

    fn ask_for_headers(&mut self, turn: &Turn<'_>, peer: PeerId, from: &BlockHash) {
        let (best, tip) = (turn.node.best_header(), turn.node.tip());
        let after_answer = best.height.saturating_add(MAX_HEADERS);
        // The node takes no more before bodies have come nearer.
        if after_answer.blocks_since(tip.height) > MAX_HEADERS_AHEAD {
            return;
        }
        let locator = turn.node.locator(from);
        self.ask_with(turn, peer, locator);
    }

    fn ask_with(&mut self, turn: &Turn<'_>, peer: PeerId, locator: Vec<BlockHash>) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        session.headers.asked_at = Some(turn.now.since_start);
        let question = GetHeadersMessage {
            version: VERSION,
            locator_hashes: locator,
            stop_hash: BlockHash::all_zeros(),
        };
        self.send(peer, NetworkMessage::GetHeaders(question));
    }

    /// Gives up on peers that do not answer, and asks again now and then.
    pub(super) fn tick_headers(&mut self, turn: &Turn<'_>) {
        let overdue: Vec<PeerId> = self
            .peers
            .iter()
            .filter(|(_, session)| {
                let asked = session.headers.asked_at;
                asked.is_some_and(|then| turn.since(then) > ANSWER)
            })
            .map(|(id, _)| *id)
            .collect();
        for peer in overdue {
            self.let_go_if_slow(turn, peer, "headers");
            // Whoever is kept all the same is asked again in its turn.
            if let Some(session) = self.peers.get_mut(&peer) {
                session.headers.asked_at = None;
            }
        }
        let is_left =
            |(id, session): (&PeerId, &Session)| session.headers.is_question_left.then_some(*id);
        let left: Vec<PeerId> = self.peers.iter().filter_map(is_left).collect();
        for peer in left {
            self.ask_where_it_belongs(turn, peer);
        }
        for session in self.peers.values_mut() {
            let complete_at = session.headers.complete_at;
            if complete_at.is_some_and(|then| turn.since(then) > ASK_AGAIN) {
                session.headers.complete_at = None;
            }
        }
        self.go_on_with_headers(turn);
    }

    /// Returns headers as this peer wants them: with seals, if that was agreed on.
    pub(super) fn headers_for(&self, peer: PeerId, headers: Vec<SealedHeader>) -> Message {
        if self.peers.get(&peer).is_some_and(Session::has_seals) {
            return Message::SealHeaders(headers);
        }
        let bare = headers.into_iter().map(|sealed| sealed.header).collect();
        NetworkMessage::Headers(bare).into()
    }
}

/// Tells whether the peer may have more.
const fn is_full(headers: &[SealedHeader]) -> bool {
    headers.len() >= MAX_HEADERS as usize
}
