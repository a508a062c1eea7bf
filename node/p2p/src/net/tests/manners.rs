//! What is told once more, what is asked later, and who may stay.
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use moneta_chain::{Network as ChainName, Params};

use super::toy::Toy;
use super::village::{Village, address};
use super::{mine, pair};
use crate::addresses::tests::{NOW, empty, rivals};
use crate::{
    AddressBook, Goodbye, Input, Message, NetConfig, Network, NodePort, Now, Output, PeerId,
    Purpose,
};

const HOUR: u64 = 60 * 60;

/// Returns the last least fee that one node told another.
fn least_fee(village: &Village, from: usize, to: usize) -> Option<i64> {
    let told = village.heard.iter().rev();
    let mut told = told.filter(|heard| (heard.from, heard.to) == (from, to));
    told.find_map(|heard| match &heard.message {
        Message::Stock(NetworkMessage::FeeFilter(fee)) => Some(*fee),
        _ => None,
    })
}

#[test]
fn the_least_fee_is_told_at_the_greeting_and_once_it_has_changed() {
    let mut village = pair();
    assert_eq!(least_fee(&village, 1, 0), Some(0));
    let before = village.count(1, 0, "feefilter");
    village.pass(HOUR);
    assert_eq!(village.count(1, 0, "feefilter"), before, "nothing is new");
    village.chain(1).ask_for_fee(10_000);
    village.pass(6 * 60);
    assert_eq!(
        least_fee(&village, 1, 0),
        Some(10_000),
        "so much is told soon"
    );
    assert_eq!(village.count(1, 0, "feefilter"), before + 1);
    // A little more is told as well, in its time.
    village.chain(1).ask_for_fee(10_500);
    village.pass(21 * 60);
    assert_eq!(least_fee(&village, 1, 0), Some(10_500));
    assert_eq!(village.count(1, 0, "feefilter"), before + 2);
    assert_eq!(least_fee(&village, 0, 1), Some(0));
}

#[test]
fn where_a_node_is_reached_is_told_again_every_day_or_so() {
    let own: SocketAddr = ([9, 9, 9, 9], 18_444).into();
    let mut village = Village::with(2, &[(0, 1)], |node, config| {
        config.advertised = (node == 0).then_some(own);
    });
    village.pass(2);
    let told = |village: &Village| village.count(0, 1, "addrv2") + village.count(0, 1, "addr");
    assert_eq!(told(&village), 1);
    // Two days at most pass between one time and the next.
    village.pass_by(60, 6 * 24 * HOUR);
    assert!((4..=40).contains(&told(&village)), "{}", told(&village));
}

/// A node that was told of unknown blocks twice, the second time too soon to ask at once.
#[test]
fn a_question_about_an_unknown_block_that_came_too_soon_is_asked_later() {
    let mut village = pair();
    mine(village.chain(1), 1);
    village.stir(1);
    village.pass(60);
    village.heard.clear();
    let unknown = |byte| {
        let id = BlockHash::from_byte_array([byte; 32]);
        NetworkMessage::Inv(vec![Inventory::Block(id)])
    };
    village.say(1, 0, unknown(1));
    assert_eq!(village.count(0, 1, "getheaders"), 1);
    // Its announcement is lost on us: only the name of the block arrives, and that within ten seconds of the last.
    village.silent.insert(1);
    mine(village.chain(1), 1);
    village.stir(1);
    village.silent.remove(&1);
    village.say(1, 0, unknown(2));
    assert_eq!(village.count(0, 1, "getheaders"), 1, "too soon");
    village.pass(12);
    assert_eq!(village.count(0, 1, "getheaders"), 2);
    assert!(village.all_have_the_same_tip());
    assert_eq!(village.goodbyes, []);
}

#[test]
fn blocks_are_to_be_announced_by_their_headers() {
    let village = pair();
    for (from, to) in [(0, 1), (1, 0)] {
        assert_eq!(
            village.count(from, to, "sendheaders"),
            1,
            "and once is enough"
        );
    }
    let mut village = village;
    mine(village.chain(1), 1);
    village.heard.clear();
    village.stir(1);
    assert_eq!(village.count(1, 0, "inv"), 0);
    assert_eq!(village.count(1, 0, "sealhdrs"), 1);
}

#[test]
fn peers_are_told_of_a_block_before_anybody_waits_for_the_disk() {
    let mut village = Village::new(3, &[(1, 0), (2, 1)]);
    village.pass(2);
    let id = village.chain(0).mine();
    let header = village.chain(0).sealed_header(&id).unwrap();
    let block = village.chain(0).block(&id).unwrap().block.clone();
    village.silent.insert(1);
    village.say(0, 1, Message::SealHeaders(vec![header]));
    let outputs = village.try_saying(0, 1, NetworkMessage::Block(block));
    let told = |output: &Output| matches!(output, Output::Send(_, Message::SealHeaders(_)));
    let told = outputs.iter().position(told).expect("node 2 is told");
    let last = outputs.iter().position(|output| *output == Output::Flush);
    assert!(last.is_some_and(|last| told < last), "{outputs:?}");
}

#[test]
fn a_host_that_was_named_is_looked_up_for_each_connection_until_it_is_found() {
    let config = NetConfig {
        named: vec!["elsewhere:1".to_owned()],
        manual_only: true,
        ..NetConfig::of(ChainName::Dev)
    };
    let (mut network, chain) = (Network::new(config, [1; 32]), Toy::new(1));
    let at = |second| Now {
        since_start: Duration::from_secs(second),
        unix_seconds: 1_800_000_000 + second,
    };
    let looked_up = |outputs: Vec<Output>| {
        let peer = |output| match output {
            Output::LookUp { peer, host } => Some((peer, host)),
            _ => None,
        };
        outputs.into_iter().find_map(peer)
    };
    let mut tries = 0;
    for second in 0..300 {
        let outputs = network.handle(at(second), Input::Tick, &chain);
        if let Some((peer, host)) = looked_up(outputs) {
            assert_eq!(host, "elsewhere:1");
            tries += 1;
            network.handle(at(second), Input::ConnectFailed(peer), &chain);
        }
    }
    assert!((6..12).contains(&tries), "{tries}");
    // It is found, lost, and found elsewhere.
    for (second, place) in [(400, [9, 9, 9, 9]), (600, [8, 8, 8, 8])] {
        let outputs = network.handle(at(second), Input::Tick, &chain);
        let (peer, _) = looked_up(outputs).expect("it is time");
        let address: SocketAddr = (place, 1).into();
        network.handle(at(second), Input::Located(peer, address), &chain);
        let outputs = network.handle(at(second), Input::Connected(peer), &chain);
        assert!(matches!(outputs[..], [Output::Send(to, _)] if to == peer));
        let status = network.status(at(second), &chain);
        assert_eq!(status.peers[0].address, address);
        network.handle(at(second + 1), Input::Closed(peer), &chain);
    }
}

/// A node with few places, and strangers that come to it.
struct Host {
    network: Network,
    chain: Toy,
    next: u64,
}

impl Host {
    fn with_places(max_inbound: usize) -> Self {
        let config = NetConfig {
            max_inbound,
            max_per_address: 100,
            manual_only: true,
            ..NetConfig::of(ChainName::Dev)
        };
        Self {
            network: Network::new(config, [3; 32]),
            chain: Toy::new(1),
            next: 0,
        }
    }

    fn handle(&mut self, input: Input) -> Vec<Goodbye> {
        let now = Now {
            since_start: Duration::from_secs(self.next),
            unix_seconds: 1_800_000_000 + self.next,
        };
        let outputs = self.network.handle(now, input, &self.chain);
        let reason = |output| match output {
            Output::Close(_, reason) => Some(reason),
            _ => None,
        };
        outputs.into_iter().filter_map(reason).collect()
    }

    /// Somebody comes from there; returns who it is, and whom the node hung up on.
    fn come(&mut self, ip: [u8; 4]) -> (PeerId, Vec<Goodbye>) {
        self.next += 1;
        let peer = PeerId(1_000_000 + self.next);
        let from = (ip, 5_000).into();
        let input = Input::Accepted {
            peer,
            address: from,
        };
        (peer, self.handle(input))
    }
}

#[test]
fn whoever_misbehaved_may_come_back_while_there_is_room_and_goes_first_when_there_is_none() {
    let mut host = Host::with_places(40);
    let bad = [66, 6, 6, 6];
    let (peer, _) = host.come(bad);
    let garbage = crate::WireError::Magic { found: [0; 4] };
    assert_eq!(host.handle(Input::Garbled(peer, garbage)).len(), 1);
    // Ten come after it: if it were anybody else, the last of them would go.
    for number in 0..40 {
        let ip = if number == 29 {
            bad
        } else {
            [20, number, 0, 1]
        };
        assert_eq!(host.come(ip).1, [], "there is room");
    }
    assert_eq!(host.suspects(bad), 1);
    let (_, goodbyes) = host.come([21, 1, 0, 1]);
    assert_eq!(goodbyes, [Goodbye::Evicted]);
    assert_eq!(host.suspects(bad), 0, "its place went to the newcomer");
    let (_, goodbyes) = host.come(bad);
    assert_eq!(goodbyes, [Goodbye::Discouraged], "all places are taken");
}

#[test]
fn one_address_has_one_place_however_it_is_written() {
    let mut host = Host::with_places(40);
    host.network = Network::new(
        NetConfig {
            manual_only: true,
            ..NetConfig::of(ChainName::Dev)
        },
        [3; 32],
    );
    assert_eq!(host.come([20, 1, 0, 1]).1, []);
    assert_eq!(host.come([20, 1, 0, 1]).1, [Goodbye::Full]);
    let address = "[::ffff:20.1.0.1]:6000".parse().unwrap();
    let peer = PeerId(7);
    let mapped = Input::Accepted { peer, address };
    assert_eq!(host.handle(mapped), [Goodbye::Full]);
    assert_eq!(host.come([20, 1, 0, 2]).1, []);
    // Of IPv6 a host has as many addresses as it likes.
    let mut six = |peer, address: &str| {
        let address = address.parse().unwrap();
        let peer = PeerId(peer);
        host.handle(Input::Accepted { peer, address })
    };
    assert_eq!(six(8, "[2a00:1450:1:2::1]:6000"), []);
    assert_eq!(six(9, "[2a00:1450:1:2:ffff::2]:6000"), [Goodbye::Full]);
    assert_eq!(six(10, "[2a00:1450:1:3::1]:6000"), []);
}

impl Host {
    /// Counts the peers from an address.
    fn suspects(&self, ip: [u8; 4]) -> usize {
        let now = Now {
            since_start: Duration::ZERO,
            unix_seconds: 1_800_000_000,
        };
        let peers = self.network.status(now, &self.chain).peers;
        let there = peers
            .iter()
            .filter(|peer| peer.address.ip() == std::net::IpAddr::from(ip));
        there.count()
    }
}

#[test]
fn the_blocks_only_peers_of_the_last_run_are_tried_before_anybody_else() {
    let mut village = Village::with(12, &[], |node, config| config.manual_only = node != 0);
    for other in 1..12 {
        village.hear_of(0, address(other));
    }
    village.pass(60);
    let of_kind = |village: &Village, purpose| {
        let peers = village.status(0).peers.into_iter();
        let those = peers.filter(|peer| peer.purpose == purpose && peer.user_agent.is_some());
        those.map(|peer| peer.address).collect::<BTreeSet<_>>()
    };
    assert_eq!(of_kind(&village, Purpose::Full).len(), 8);
    let anchors = of_kind(&village, Purpose::BlocksOnly);
    assert_eq!(anchors.len(), 2);
    // The node goes, and comes again with what it kept.
    let now = village.time();
    let kept = village.nodes[0].network.book_to_keep(now);
    let config = NetConfig {
        manual_only: false,
        ..village.config(0)
    };
    let magic = Params::dev().magic;
    let book = AddressBook::decode(&kept, magic, config.scope()).unwrap();
    village.restart(0);
    village.nodes[0].network = Network::with_book(config, [77; 32], book);
    village.pass(2);
    assert_eq!(of_kind(&village, Purpose::BlocksOnly), anchors);
    assert!(
        of_kind(&village, Purpose::Full).len() < 8,
        "others come later"
    );
}

#[test]
fn a_place_in_the_book_that_two_belong_in_is_fought_for_once_and_then_others_are_felt() {
    let mut book = empty();
    let (older, newcomer) = rivals(&mut book);
    book.settle_contests(NOW + 60);
    let later = NOW + 5 * HOUR;
    book.note_spoken(newcomer, later);
    let config = NetConfig {
        outbound_full: 0,
        outbound_blocks_only: 0,
        ..NetConfig::of(ChainName::Main)
    };
    let (mut network, chain) = (Network::with_book(config, [1; 32], book), Toy::new(1));
    let at = |second| Now {
        since_start: Duration::from_secs(second),
        unix_seconds: later + second,
    };
    let others = (30..80).map(|group| ([group, 1, 1, 1], 8_333).into());
    network.handle(at(0), Input::Heard(others.collect()), &chain);
    let mut felt = Vec::new();
    for second in 1..HOUR {
        let now = at(second);
        for output in network.handle(now, Input::Tick, &chain) {
            if let Output::Connect { peer, address } = output {
                felt.push(address);
                network.handle(now, Input::ConnectFailed(peer), &chain);
            }
        }
    }
    assert!(network.book.is_spoken(newcomer) && !network.book.is_spoken(older));
    let of_older = felt.iter().filter(|address| **address == older);
    assert!(felt.len() > 10 && of_older.count() < 3, "{felt:?}");
}
