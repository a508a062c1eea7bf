//! Whom to connect with, whom to make room for, and what is told of addresses.
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::message::NetworkMessage;

use super::turn::Turn;
use super::{Network, Now, Output, PeerId, Purpose, Session};
use crate::addresses::{
    AddressNotice, Among, KnownAddress, NetGroup, address_message, heralds, is_news, notices_in,
};
use crate::places::{Candidate, choose_victim};

/// How often an address is tried just to see whether it answers, on average.
const FEEL_EVERY: Duration = Duration::from_secs(120);
/// How often a connection of each kind is opened at most: a book of dead addresses is gone through slowly.
const OPEN_EVERY: Duration = Duration::from_secs(1);
/// How often a peer is told where we are, on average.
const OWN_ADDRESS_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// What a peer must offer that we connect with for blocks.
const NEEDED: ServiceFlags = ServiceFlags::NETWORK;

impl Network {
    /// Returns the address book as it is to be kept: the blocks-only peers of now are its anchors.
    pub fn book_to_keep(&mut self, now: Now) -> Vec<u8> {
        let anchors = self
            .peers
            .values()
            .filter(|session| session.purpose == Purpose::BlocksOnly && session.features.is_some());
        let anchors: Vec<SocketAddr> = anchors.map(|session| session.address).collect();
        self.book.set_anchors(anchors);
        self.book.forget_terrible(now.unix_seconds);
        self.book.encode(self.params.magic)
    }

    /// Learns addresses that the operator or a name server tells.
    pub(super) fn hear_of(&mut self, turn: &Turn<'_>, addresses: &[SocketAddr]) {
        let now = turn.now.unix_seconds;
        let notices: Vec<AddressNotice> = addresses
            .iter()
            .map(|address| AddressNotice {
                address: *address,
                services: NEEDED,
                seen_at: now,
            })
            .collect();
        let dice = &mut self.dice;
        for notice in notices {
            // Each is its own source: one name server is not to fill a bucket alone.
            self.book
                .learn(&[notice], notice.address, now, &mut || dice.throw());
        }
    }

    /// Opens connections that are lacking, one of a kind at a time.
    pub(super) fn find_neighbours(&mut self, turn: &Turn<'_>) {
        let now = turn.now.since_start;
        if self.config.manual_only || now < self.next_opening {
            return;
        }
        self.next_opening = now + OPEN_EVERY;
        let lacks_blocks_only =
            self.number_of(Purpose::BlocksOnly) < self.config.outbound_blocks_only;
        let anchor = self.anchors.pop().filter(|_| lacks_blocks_only);
        let anchor = anchor.filter(|anchor| self.taken().allow(*anchor));
        if anchor.is_some() {
            self.try_address(turn, anchor, Purpose::BlocksOnly);
        }
        // Who relays no addresses comes later: the first one we know is to tell us of others.
        if self.number_of(Purpose::Full) < self.config.outbound_full {
            let address = self.choose(turn, Among::All);
            self.try_address(turn, address, Purpose::Full);
        } else if lacks_blocks_only {
            let address = self.choose(turn, Among::All);
            self.try_address(turn, address, Purpose::BlocksOnly);
        } else if now >= self.next_feeler && self.number_of(Purpose::Feeler) == 0 {
            self.next_feeler = now + self.dice.wait(FEEL_EVERY);
            let address = self.choose_feeler(turn);
            self.try_address(turn, address, Purpose::Feeler);
        }
    }

    fn number_of(&self, purpose: Purpose) -> usize {
        let sessions = self.peers.values();
        sessions
            .filter(|session| session.purpose == purpose)
            .count()
    }

    fn try_address(&mut self, turn: &Turn<'_>, address: Option<SocketAddr>, purpose: Purpose) {
        let Some(address) = address else { return };
        // A failure says something of the address only if we reach anybody at all.
        let counts = self
            .peers
            .values()
            .any(|session| session.purpose != Purpose::Inbound && session.features.is_some());
        self.book.note_try(address, counts, turn.now.unix_seconds);
        let name = self.next_peer();
        self.open(turn, name, address, purpose);
    }

    fn choose(&mut self, turn: &Turn<'_>, among: Among) -> Option<SocketAddr> {
        let taken = self.taken();
        let discouraged = &self.discouraged;
        let now = turn.now;
        let is_allowed = |known: &KnownAddress| {
            known.services.has(NEEDED)
                && !discouraged.contains(known.address.ip(), now.since_start)
                && taken.allow(known.address)
        };
        let dice = &mut self.dice;
        let chance = &mut || dice.throw();
        self.book
            .choose(among, &is_allowed, now.unix_seconds, chance)
    }

    fn choose_feeler(&mut self, turn: &Turn<'_>) -> Option<SocketAddr> {
        let taken = self.taken();
        let is_allowed = |known: &KnownAddress| !taken.addresses.contains(&known.address);
        let dice = &mut self.dice;
        let chance = &mut || dice.throw();
        self.book
            .choose_feeler(&is_allowed, turn.now.unix_seconds, chance)
    }

    fn taken(&self) -> Taken {
        let sessions = self.peers.values();
        let chosen = |session: &&Session| {
            matches!(
                session.purpose,
                Purpose::Full | Purpose::BlocksOnly | Purpose::Manual
            )
        };
        let groups = sessions.clone().filter(chosen);
        Taken {
            addresses: sessions
                .map(|session| session.address)
                .chain(self.config.advertised)
                .chain(self.config.manual.iter().copied())
                .collect(),
            groups: groups
                .map(|session| NetGroup::of(session.address))
                .collect(),
        }
    }

    /// Notes that somebody answered whom we connected with; asks it for more addresses.
    pub(super) fn note_neighbour(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let Some(session) = self.peers.get(&peer) else {
            return;
        };
        if session.purpose == Purpose::Inbound {
            return;
        }
        let (address, purpose) = (session.address, session.purpose);
        let Some(features) = &session.features else {
            return;
        };
        if !features.has_seals {
            // It answers, and is of no use: whoever chooses it again is hung up on again.
            return self.book.forget(address);
        }
        let services = features.version.services;
        let now = turn.now.unix_seconds;
        if purpose == Purpose::Manual && !self.config.manual_only {
            let own = AddressNotice {
                address,
                services,
                seen_at: now,
            };
            let dice = &mut self.dice;
            self.book.learn(&[own], address, now, &mut || dice.throw());
        }
        self.book.note_spoken(address, now);
        self.book.note_services(address, services);
        if matches!(purpose, Purpose::Full | Purpose::Manual) {
            self.tell_own_address(turn, peer);
            let session = self.peers.get_mut(&peer);
            if let Some(conversation) = session.and_then(|session| session.peer.as_mut()) {
                conversation.expect_addresses();
            }
            self.send(peer, NetworkMessage::GetAddr);
        }
    }

    /// Tells a peer where we are, and lays down when it is told again: addresses that nobody speaks of are forgotten.
    fn tell_own_address(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let (Some(address), Some(session)) = (self.config.advertised, self.peers.get_mut(&peer))
        else {
            return;
        };
        session.next_own_address = turn.now.since_start + self.dice.wait(OWN_ADDRESS_EVERY);
        let own = AddressNotice {
            address,
            services: self.config.services,
            seen_at: turn.now.unix_seconds,
        };
        self.tell_addresses(peer, &[own]);
    }

    fn tell_addresses(&mut self, peer: PeerId, notices: &[AddressNotice]) {
        let features = self
            .peers
            .get(&peer)
            .and_then(|session| session.features.as_ref());
        let Some(as_v2) = features.map(|features| features.has_addr_v2) else {
            return;
        };
        if !notices.is_empty() {
            self.send(peer, address_message(notices, as_v2));
        }
    }

    /// Takes addresses that a peer tells.
    pub(super) fn take_addresses(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        message: &NetworkMessage,
    ) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        // Over the other kinds of links nothing is told: that keeps them off the map.
        if !session.purpose.relays_transactions() {
            return;
        }
        let now = turn.now.unix_seconds;
        let notices = notices_in(message, now);
        let source = session.address;
        for notice in &notices {
            session.gossip.learn(notice.address);
        }
        let dice = &mut self.dice;
        self.book.learn(&notices, source, now, &mut || dice.throw());
        let listening =
            |session: &Session| session.features.is_some() && session.purpose.relays_transactions();
        let scope = self.config.scope();
        let is_worth = |one: &&AddressNotice| {
            let ip = one.address.ip();
            is_news(one, notices.len(), now)
                && scope.takes(one.address)
                && !self.discouraged.contains(ip, turn.now.since_start)
        };
        for notice in notices.iter().filter(is_worth) {
            let peers = self.peers.iter().filter(|(_, session)| listening(session));
            let peers = peers.map(|(id, _)| *id).filter(|id| *id != peer);
            for herald in heralds(self.secret, notice.address, now, peers) {
                let random = self.dice.throw();
                if let Some(session) = self.peers.get_mut(&herald) {
                    session.gossip.lay_out(*notice, random);
                }
            }
        }
    }

    /// Answers `getaddr`: once, and only who came to us: nobody else needs to ask.
    pub(super) fn give_addresses(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        if session.purpose != Purpose::Inbound || session.got_addresses {
            return;
        }
        session.got_addresses = true;
        let dice = &mut self.dice;
        let now = turn.now;
        let answer = self
            .answer
            .give(&self.book, now.since_start, now.unix_seconds, &mut || {
                dice.throw()
            });
        let answer = answer.to_vec();
        self.tell_addresses(peer, &answer);
    }

    /// Notes that a peer is gone, and until when it was there. Not while it is there, nor of those that keep us off the
    /// map: the times that we tell would tell with whom we speak.
    pub(super) fn note_parting(&mut self, turn: &Turn<'_>, session: &Session) {
        let is_told = matches!(session.purpose, Purpose::Full | Purpose::Manual);
        if is_told && session.features.is_some() {
            self.book.note_seen(session.address, turn.now.unix_seconds);
        }
    }

    /// Tells peers what was laid out for them.
    pub(super) fn tick_neighbours(&mut self, turn: &Turn<'_>) {
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            let random = self.dice.throw();
            let Some(session) = self.peers.get_mut(&peer) else {
                continue;
            };
            let news = session.gossip.take(turn.now.since_start, random);
            let is_own_due = turn.now.since_start >= session.next_own_address;
            self.tell_addresses(peer, &news);
            if is_own_due {
                self.tell_own_address(turn, peer);
            }
        }
        self.book.settle_contests(turn.now.unix_seconds);
        self.find_neighbours(turn);
    }

    /// Returns whom to give up for somebody who just came.
    pub(super) fn victim(&self, newcomer: PeerId) -> Option<PeerId> {
        let inbound = self
            .peers
            .iter()
            .filter(|(peer, session)| session.purpose == Purpose::Inbound && **peer != newcomer);
        let candidates: Vec<Candidate> = inbound
            .map(|(peer, session)| {
                let group = NetGroup::of(session.address);
                Candidate {
                    peer: *peer,
                    group,
                    keyed_group: self.keyed(&group),
                    connected_at: session.connected_at,
                    round_trip: session.round_trip,
                    last_block: session.last_block,
                    last_transaction: session.last_transaction,
                    relays_transactions: session.relays_transactions(),
                    is_suspect: session.is_suspect,
                }
            })
            .collect();
        choose_victim(&candidates)
    }

    fn keyed(&self, group: &NetGroup) -> u64 {
        use bitcoin::hashes::{Hash, HashEngine, sha256};
        let mut engine = sha256::Hash::engine();
        engine.input(&self.secret);
        engine.input(group.as_bytes());
        let [a, b, c, d, e, f, g, h, ..] = sha256::Hash::from_engine(engine).to_byte_array();
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    pub(super) fn open(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        address: SocketAddr,
        purpose: Purpose,
    ) {
        let session = Session::new(address, purpose, turn.now.since_start);
        self.peers.insert(peer, session);
        self.out.push(Output::Connect { peer, address });
    }
}

/// Where we are connected already.
struct Taken {
    addresses: BTreeSet<SocketAddr>,
    groups: BTreeSet<NetGroup>,
}

impl Taken {
    /// Tells whether somebody there would be a neighbour of another kind: one hand is not to hold all our links.
    fn allow(&self, address: SocketAddr) -> bool {
        !self.addresses.contains(&address) && !self.groups.contains(&NetGroup::of(address))
    }
}
