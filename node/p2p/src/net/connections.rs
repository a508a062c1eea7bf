//! Who comes and goes.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::session::Session;
use super::turn::Turn;
use super::{Goodbye, NetConfig, Network, Output, PeerId, Purpose};
use crate::addresses::host;
use crate::{Event, Features, Identity, Misbehaviour, Peer, canonical};

/// How long after a connection failed or broke the operator's own peers are tried again: at first, and at most.
const RETRY: Duration = Duration::from_secs(2);
const MOST_RETRY: Duration = Duration::from_secs(60);

/// Where a peer is that the operator asked for.
#[derive(Debug, Clone)]
pub(super) enum Place {
    At(SocketAddr),
    /// Behind this name, which is looked up for each connection.
    Named(String),
}

/// A peer that the operator asked for.
#[derive(Debug)]
pub(super) struct Manual {
    place: Place,
    peer: Option<PeerId>,
    next_try: Duration,
    wait: Duration,
}

impl Manual {
    /// Returns all of them.
    pub(super) fn all(config: &NetConfig) -> Vec<Self> {
        let addresses = config.manual.iter().copied().map(Place::At);
        let names = config.named.iter().cloned().map(Place::Named);
        addresses.chain(names).map(Self::new).collect()
    }

    const fn new(place: Place) -> Self {
        Self {
            place,
            peer: None,
            next_try: Duration::ZERO,
            wait: RETRY,
        }
    }
}

impl Network {
    pub(super) fn is_inbound(&self, peer: PeerId) -> bool {
        self.peers
            .get(&peer)
            .is_some_and(|session| session.purpose == Purpose::Inbound)
    }

    /// Takes in somebody who connected to us, if there is room.
    pub(super) fn welcome(&mut self, turn: &Turn<'_>, peer: PeerId, address: SocketAddr) {
        let address = canonical(address);
        let mut session = Session::new(address, Purpose::Inbound, turn.now.since_start);
        session.is_suspect = self
            .discouraged
            .contains(address.ip(), turn.now.since_start);
        self.peers.insert(peer, session);
        if let Some(reason) = self.make_room(turn, peer, address.ip()) {
            return self.hang_up(turn, peer, reason);
        }
        self.begin(turn, peer);
    }

    /// Makes room for a newcomer; tells why that can't be.
    fn make_room(&mut self, turn: &Turn<'_>, newcomer: PeerId, ip: IpAddr) -> Option<Goodbye> {
        let is_suspect = self.peers.get(&newcomer)?.is_suspect;
        let sessions = self.peers.values();
        let inbound = sessions.filter(|session| session.purpose == Purpose::Inbound);
        // Many share an address without knowing of each other: a place that nobody else wants may be had.
        if is_suspect && inbound.clone().count() >= self.config.max_inbound {
            return Some(Goodbye::Discouraged);
        }
        let from_there = inbound
            .clone()
            .filter(|session| host(session.address.ip()) == host(ip));
        if from_there.count() > self.config.max_per_address {
            return Some(Goodbye::Full);
        }
        if inbound.count() > self.config.max_inbound {
            let Some(victim) = self.victim(newcomer) else {
                return Some(Goodbye::Full);
            };
            self.hang_up(turn, victim, Goodbye::Evicted);
        }
        None
    }

    /// Starts the conversation over a connection that stands.
    pub(super) fn begin(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let height = turn.node.tip().height;
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let identity = Identity {
            services: self.config.services,
            nonce: self.nonce,
            user_agent: self.config.user_agent.clone(),
            height,
            unix_seconds: i64::try_from(turn.now.unix_seconds).unwrap_or(i64::MAX),
            wants_transactions: session.purpose.relays_transactions(),
        };
        let direction = session.purpose.direction();
        session.peer = Some(Peer::new(identity, direction, turn.now.since_start));
        self.converse(turn, peer, Event::Connected);
    }

    fn open_by_name(&mut self, turn: &Turn<'_>, peer: PeerId, host: String) {
        let nowhere = (Ipv4Addr::UNSPECIFIED, 0).into();
        let session = Session::new(nowhere, Purpose::Manual, turn.now.since_start);
        self.peers.insert(peer, session);
        self.out.push(Output::LookUp { peer, host });
    }

    /// Notes where a peer is that was asked for by its name.
    pub(super) fn locate(&mut self, peer: PeerId, address: SocketAddr) {
        if let Some(session) = self.peers.get_mut(&peer) {
            session.address = canonical(address);
        }
    }

    /// Notes that a connection could not be made, or is gone.
    pub(super) fn lose(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let Some(session) = self.peers.remove(&peer) else {
            return;
        };
        self.note_parting(turn, &session);
        let now = turn.now.since_start;
        self.downloads.forget(peer);
        self.compact.forget(peer);
        self.debts.forget(peer);
        self.wanted.forget(peer, now);
        turn.node.forget_peer(peer);
        for manual in &mut self.manual {
            if manual.peer == Some(peer) {
                manual.peer = None;
                manual.next_try = now + manual.wait;
                manual.wait = (manual.wait * 2).min(MOST_RETRY);
            }
        }
    }

    /// Hangs up.
    pub(super) fn hang_up(&mut self, turn: &Turn<'_>, peer: PeerId, reason: Goodbye) {
        let Some(session) = self.peers.get(&peer) else {
            return;
        };
        // The operator's own peers are his affair, and on this machine everyone has the same address.
        let ip = session.address.ip();
        if reason.is_offence() && session.purpose != Purpose::Manual && !ip.is_loopback() {
            self.discouraged.note(ip, turn.now.since_start);
        }
        if reason == Goodbye::Conversation(Misbehaviour::Ourselves) {
            let address = session.address;
            self.book.forget(address);
        }
        self.out.push(Output::Close(peer, reason));
        self.lose(turn, peer);
        self.go_on_with_headers(turn);
        self.fetch_blocks(turn);
    }

    /// Lets a peer go that keeps us waiting, unless the operator wants it.
    pub(super) fn let_go_if_slow(&mut self, turn: &Turn<'_>, peer: PeerId, what: &'static str) {
        let session = self.peers.get(&peer);
        if session.is_some_and(|session| session.purpose != Purpose::Manual) {
            self.hang_up(turn, peer, Goodbye::Slow { what });
        }
    }

    /// Notes that the handshake is done.
    pub(super) fn greet(&mut self, turn: &Turn<'_>, peer: PeerId, features: Features) {
        for manual in &mut self.manual {
            if manual.peer == Some(peer) {
                manual.wait = RETRY;
            }
        }
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let purpose = session.purpose;
        let has_seals = features.has_seals;
        session.features = Some(features);
        self.out.push(Output::Established(peer));
        self.note_neighbour(turn, peer);
        match purpose {
            Purpose::Feeler => return self.hang_up(turn, peer, Goodbye::Felt),
            Purpose::Full | Purpose::BlocksOnly if !has_seals => {
                return self.hang_up(turn, peer, Goodbye::NoSeals);
            }
            _ => {}
        }
        self.tell_least_fee(turn, peer, turn.node.fee_filter());
        self.tell_own(peer);
        self.go_on_with_headers(turn);
    }

    /// Opens the connections that are lacking.
    pub(super) fn connect(&mut self, turn: &Turn<'_>) {
        let now = turn.now.since_start;
        for at in 0..self.manual.len() {
            let name = self.next_peer();
            let Some(manual) = self.manual.get_mut(at) else {
                break;
            };
            if manual.peer.is_some() || now < manual.next_try {
                continue;
            }
            manual.peer = Some(name);
            match manual.place.clone() {
                Place::At(address) => self.open(turn, name, address, Purpose::Manual),
                Place::Named(host) => self.open_by_name(turn, name, host),
            }
        }
    }
}
