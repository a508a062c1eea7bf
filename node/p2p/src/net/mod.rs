//! The whole node's side of the network, without input or output: who to speak with, headers first, bodies from many,
//! and what to pass on.
//!
//! ```text
//! driver: sockets, clocks --> Input --> Network::handle --> [Output] --> driver
//!                                          |
//!                                          +--> NodePort: chain and mempool
//! ```

mod announce;
mod blocks;
mod branches;
mod compact;
mod config;
mod connections;
mod debts;
mod dice;
mod fees;
mod filters;
mod goodbye;
mod headers;
mod io;
mod memory;
mod neighbours;
mod own;
mod port;
mod relay;
mod serve;
mod session;
mod status;
#[cfg(test)]
mod tests;
mod turn;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::SendCmpct;
use bitcoin::{BlockHash, Wtxid};
use moneta_chain::Params;

pub use config::NetConfig;
pub use goodbye::Goodbye;
pub use io::{Input, Now, Output, PeerId, Purpose};
pub use memory::most_memory;
pub use port::{
    BlockVerdict, HeaderPoint, HeadersVerdict, MAX_HEADERS_AHEAD, NodePort, TransactionNotice,
    TransactionVerdict,
};
pub use status::{NetStatus, PeerStatus};

use self::blocks::{Downloads, Wrapping};
use self::compact::CompactBlocks;
use self::connections::Manual;
use self::debts::Debts;
use self::dice::Dice;
use self::own::Own;
use self::session::Session;
use self::turn::Turn;
use self::wanted::Wanted;
use crate::addresses::{AddressAnswer, AddressBook};
use crate::places::Discouraged;
use crate::{Action, Event, Message};

/// The network's logic. It has no clock, no socket and no dice of its own: equal inputs give equal outputs.
#[derive(Debug)]
pub struct Network {
    config: NetConfig,
    params: Params,
    dice: Dice,
    /// Drawn once: who receives it from us speaks with itself.
    nonce: u64,
    next_peer: u64,
    peers: BTreeMap<PeerId, Session>,
    manual: Vec<Manual>,
    downloads: Downloads,
    compact: CompactBlocks,
    debts: Debts,
    wanted: Wanted,
    own: Own,
    /// Transactions that were refused at this tip: they are not asked for again.
    refused: BTreeSet<Wtxid>,
    /// The tip that peers were told of.
    announced_tip: Option<BlockHash>,
    book: AddressBook,
    answer: AddressAnswer,
    discouraged: Discouraged,
    /// Blocks-only peers of the last run that are to be tried first.
    anchors: Vec<SocketAddr>,
    /// Keys what nobody outside is to foresee.
    secret: [u8; 16],
    next_opening: Duration,
    next_feeler: Duration,
    /// What is to be done about the input at hand.
    out: Vec<Output>,
}

impl Network {
    /// Returns a node without peers that knows nobody. All that is drawn at random follows from `seed`.
    pub fn new(config: NetConfig, seed: [u8; 32]) -> Self {
        let mut dice = Dice::new(seed);
        let book = AddressBook::new(dice.secret(), config.scope());
        Self::with_book(config, seed, book)
    }

    /// Returns a node without peers that knows where others are.
    pub fn with_book(config: NetConfig, seed: [u8; 32], book: AddressBook) -> Self {
        let mut dice = Dice::new(seed);
        Self {
            secret: dice.secret(),
            anchors: book.anchors().to_vec(),
            book,
            answer: AddressAnswer::default(),
            discouraged: Discouraged::default(),
            next_opening: Duration::ZERO,
            next_feeler: Duration::ZERO,
            nonce: dice.throw(),
            next_peer: 0,
            peers: BTreeMap::new(),
            manual: Manual::all(&config),
            downloads: Downloads::default(),
            compact: CompactBlocks::default(),
            debts: Debts::default(),
            wanted: Wanted::default(),
            own: Own::default(),
            refused: BTreeSet::new(),
            announced_tip: None,
            out: Vec::new(),
            params: Params::of(config.chain),
            config,
            dice,
        }
    }

    /// Returns a name for a connection.
    pub const fn next_peer(&mut self) -> PeerId {
        self.next_peer += 1;
        PeerId(self.next_peer)
    }

    /// Takes what happened; returns what is to be done.
    pub fn handle(&mut self, now: Now, input: Input, node: &dyn NodePort) -> Vec<Output> {
        let turn = &Turn { now, node };
        match input {
            Input::Accepted { peer, address } => self.welcome(turn, peer, address),
            Input::Located(peer, address) => self.locate(peer, address),
            Input::Connected(peer) => self.begin(turn, peer),
            Input::ConnectFailed(peer) | Input::Closed(peer) => {
                self.lose(turn, peer);
                self.go_on_with_headers(turn);
                self.fetch_blocks(turn);
            }
            Input::Garbled(peer, error) => self.hang_up(turn, peer, error.into()),
            Input::Received(peer, message) => self.converse(turn, peer, Event::Received(message)),
            Input::Drained(peer) => {
                if let Some(session) = self.peers.get_mut(&peer) {
                    session.is_drained = true;
                }
                self.owe(peer);
            }
            Input::Heard(addresses) => self.hear_of(turn, &addresses),
            Input::Changed => self.follow_node(turn),
            Input::Tick => self.tick(turn),
            Input::Spare => self.pay_next(turn),
        }
        std::mem::take(&mut self.out)
    }

    /// Returns what an operator sees.
    pub fn status(&self, now: Now, node: &dyn NodePort) -> NetStatus {
        let turn = &Turn { now, node };
        NetStatus {
            height: node.tip().height,
            headers: node.best_header().height,
            is_syncing: self.is_syncing(turn),
            in_flight: self.downloads.len(),
            peers: self
                .peers
                .iter()
                .map(|(id, session)| self.show(*id, session))
                .collect(),
        }
    }

    fn show(&self, id: PeerId, session: &Session) -> PeerStatus {
        let features = session.features.as_ref();
        PeerStatus {
            id,
            address: session.address,
            purpose: session.purpose,
            user_agent: features.map(|features| features.version.user_agent.clone()),
            height: session.best.map(|best| best.height),
            round_trip: session.round_trip,
            in_flight: self.downloads.of(id),
            connected_at: session.connected_at,
        }
    }

    /// Tells everyone what came into chain and mempool by other hands.
    fn follow_node(&mut self, turn: &Turn<'_>) {
        self.follow_tip(turn);
        self.follow_pool(turn);
        self.fetch_blocks(turn);
    }

    fn tick(&mut self, turn: &Turn<'_>) {
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            let random = self.dice.throw();
            self.converse(turn, peer, Event::Tick { random });
        }
        turn.node.settle();
        self.follow_node(turn);
        self.tick_headers(turn);
        self.tick_blocks(turn);
        self.tick_transactions(turn);
        self.tick_fees(turn);
        self.tick_own(turn);
        self.connect(turn);
        self.tick_neighbours(turn);
    }

    /// Lets the conversation with a peer go on, and does what follows from it.
    fn converse(&mut self, turn: &Turn<'_>, peer: PeerId, event: Event) {
        let session = self.peers.get_mut(&peer);
        let Some(conversation) = session.and_then(|session| session.peer.as_mut()) else {
            return;
        };
        for action in conversation.handle(turn.now.since_start, event) {
            // What was done before may have ended it all.
            let Some(session) = self.peers.get_mut(&peer) else {
                return;
            };
            match action {
                Action::Send(message) => self.out.push(Output::Send(peer, message)),
                Action::Established(features) => self.greet(turn, peer, *features),
                Action::Deliver(message) => self.take(turn, peer, message),
                Action::PauseUntil(until) => self.out.push(Output::PauseUntil(peer, until)),
                Action::RoundTrip(took) => {
                    let best = session.round_trip.map_or(took, |before| before.min(took));
                    session.round_trip = Some(best);
                }
                Action::Disconnect(misbehaviour) => self.hang_up(turn, peer, misbehaviour.into()),
            }
        }
    }

    /// Takes a message that kept its limits.
    fn take(&mut self, turn: &Turn<'_>, peer: PeerId, message: Message) {
        let message = match message {
            Message::SealHeaders(headers) => return self.take_headers(turn, peer, &headers),
            Message::Stock(message) => message,
            Message::SendSeals => return,
        };
        match message {
            NetworkMessage::Headers(headers) => {
                // Without seals they prove nothing; they tell what the peer has, all the same.
                let last = headers.last().map(bitcoin::block::Header::block_hash);
                if let Some(point) = last.and_then(|id| turn.node.header(&id)) {
                    self.learn(peer, point);
                }
            }
            NetworkMessage::Block(block) => self.take_block(turn, peer, block, Wrapping::Whole),
            NetworkMessage::CmpctBlock(message) => self.take_compact(turn, peer, message),
            NetworkMessage::BlockTxn(message) => self.take_parts(turn, peer, message),
            NetworkMessage::Tx(tx) => self.take_transaction(turn, peer, tx),
            NetworkMessage::Inv(items) => self.take_inventory(turn, peer, &items),
            NetworkMessage::NotFound(items) => self.take_not_found(turn, peer, &items),
            NetworkMessage::GetHeaders(question) => self.give_headers(turn, peer, &question),
            NetworkMessage::GetBlocks(question) => self.give_block_ids(turn, peer, &question),
            NetworkMessage::GetData(items) => self.take_question(turn, peer, items),
            NetworkMessage::GetBlockTxn(question) => self.take_parts_question(turn, peer, question),
            NetworkMessage::MemPool => self.give_mempool(turn, peer),
            NetworkMessage::GetAddr => self.give_addresses(turn, peer),
            NetworkMessage::Addr(_) | NetworkMessage::AddrV2(_) => {
                self.take_addresses(turn, peer, &message);
            }
            NetworkMessage::GetCFilters(question) => self.give_filters(turn, peer, &question),
            NetworkMessage::GetCFHeaders(question) => {
                self.give_filter_headers(turn, peer, &question);
            }
            NetworkMessage::GetCFCheckpt(question) => {
                self.give_filter_checkpoints(turn, peer, &question);
            }
            other => self.take_wish(peer, &other),
        }
    }

    /// Notes how a peer wants to hear of things.
    fn take_wish(&mut self, peer: PeerId, message: &NetworkMessage) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        match message {
            NetworkMessage::SendHeaders => session.wants.headers = true,
            NetworkMessage::SendCmpct(SendCmpct {
                send_compact,
                version: 2,
            }) => {
                session.wants.compact = true;
                session.wants.compact_unasked = *send_compact;
            }
            NetworkMessage::FeeFilter(fee) => {
                session.wants.least_fee = u64::try_from(*fee).unwrap_or(0);
            }
            _ => {}
        }
    }

    /// Takes the names of what a peer has.
    fn take_inventory(&mut self, turn: &Turn<'_>, peer: PeerId, items: &[Inventory]) {
        for item in items {
            if let Inventory::Block(id) | Inventory::WitnessBlock(id) = item {
                match turn.node.header(id) {
                    Some(point) => self.learn(peer, point),
                    None => self.ask_where_it_belongs(turn, peer),
                }
            }
        }
        self.take_announcements(turn, peer, items);
    }

    /// Notes that a peer has a header.
    fn learn(&mut self, peer: PeerId, point: HeaderPoint) {
        if let Some(session) = self.peers.get_mut(&peer) {
            session.learn(point);
        }
    }

    fn send(&mut self, peer: PeerId, message: impl Into<Message>) {
        if self.peers.contains_key(&peer) {
            self.out.push(Output::Send(peer, message.into()));
        }
    }
}
