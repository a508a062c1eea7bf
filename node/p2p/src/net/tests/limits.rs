//! Limits of a node towards each of its peers.
use std::time::Duration;

use bitcoin::bip152::{BlockTransactionsRequest, HeaderAndShortIds};
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::{CmpctBlock, GetBlockTxn};
use bitcoin::{BlockHash, Wtxid};
use moneta_chain::Height;

use super::super::wanted::{Name, Wanted};
use super::toy::transaction;
use super::{mine, pair};
use crate::{Message, NodePort, Output, PeerId};

fn commands(outputs: &[Output]) -> Vec<String> {
    let command = |output: &Output| match output {
        Output::Send(_, message) => Some(message.command()),
        _ => None,
    };
    outputs.iter().filter_map(command).collect()
}

#[test]
fn one_peer_is_asked_for_sixteen_blocks_at_a_time() {
    let mut village = pair();
    mine(village.chain(1), 100);
    let chain = village.chain(1);
    let genesis = chain.id_on_best(Height::GENESIS).unwrap();
    let headers = chain.headers_after(&[genesis], &BlockHash::all_zeros(), 2_000);
    village.silent.insert(1);
    village.say(1, 0, Message::SealHeaders(headers));
    assert_eq!(village.status(0).peers[0].in_flight, 16);
}

#[test]
fn compact_blocks_are_given_five_deep_and_their_parts_ten_deep() {
    // Equal inputs give equal chains: each question is put to a node that has answered nothing else.
    let fresh = || {
        let mut village = pair();
        mine(village.chain(1), 20);
        village.stir(1);
        village.pass(20);
        village
    };
    let village = fresh();
    let at = |depth: u32| {
        village
            .chain(1)
            .id_on_best(Height::new(20 - depth))
            .unwrap()
    };
    let (five, six, ten, eleven) = (at(5), at(6), at(10), at(11));
    let whole = |id| NetworkMessage::GetData(vec![Inventory::CompactBlock(id)]);
    let parts = |block_hash| {
        let indexes = vec![0];
        let txs_request = BlockTransactionsRequest {
            block_hash,
            indexes,
        };
        NetworkMessage::GetBlockTxn(GetBlockTxn { txs_request })
    };
    for (question, answer) in [
        (whole(five), "cmpctblock"),
        (whole(six), "block"),
        (parts(ten), "blocktxn"),
        (parts(eleven), "block"),
    ] {
        let outputs = fresh().try_saying(0, 1, question);
        assert_eq!(commands(&outputs), [answer]);
    }
}

fn name(serial: u32) -> Name {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&serial.to_le_bytes());
    Name::Wtxid(Wtxid::from_byte_array(bytes))
}

#[test]
fn of_one_peers_announcements_five_thousand_are_kept_and_a_hundred_asked_for_at_a_time() {
    let peer = PeerId(1);
    let mut wanted = Wanted::default();
    for serial in 0..6_000 {
        wanted.announce(name(serial), peer, Duration::ZERO);
    }
    let now = Duration::from_secs(1);
    let mut asked = 0;
    loop {
        let questions = wanted.questions_to(peer, now);
        assert!(questions.len() <= 100);
        if questions.is_empty() {
            break;
        }
        asked += questions.len();
        assert_eq!(
            wanted.questions_to(peer, now),
            [],
            "a hundred are on their way"
        );
        for question in &questions {
            wanted.settle(&Name::of(question).unwrap());
        }
    }
    assert_eq!(asked, 5_000);
    // Whoever goes leaves nothing behind: all of it may be announced anew.
    wanted.announce(name(1), peer, Duration::ZERO);
    wanted.forget(peer, now);
    assert_eq!(wanted.questions_to(peer, now), []);
}

#[test]
fn while_all_announce_too_much_nobody_has_more_than_a_share() {
    let mut wanted = Wanted::default();
    let announce = |wanted: &mut Wanted, peer: u64, count: u32| {
        let before = wanted.sizes().0;
        for serial in 0..count {
            let serial = u32::try_from(peer).unwrap() * 10_000 + serial;
            wanted.announce(name(serial), PeerId(peer), Duration::ZERO);
        }
        wanted.sizes().0 - before
    };
    for peer in 1..=20 {
        assert_eq!(announce(&mut wanted, peer, 5_000), 5_000);
    }
    // All are heard, a little: the twenty-first, and the hundredth.
    for peer in 21..=100 {
        assert_eq!(announce(&mut wanted, peer, 6_000), 800);
    }
    let kept = wanted.sizes().0;
    wanted.forget(PeerId(1), Duration::ZERO);
    assert_eq!(wanted.sizes().0, kept - 5_000);
    for peer in 2..=100 {
        wanted.forget(PeerId(peer), Duration::ZERO);
    }
    assert_eq!(wanted.sizes().0, 0);
}

#[test]
fn whoever_announces_and_takes_it_back_again_and_again_leaves_nothing_behind() {
    let (talker, other) = (PeerId(1), PeerId(2));
    let mut wanted = Wanted::default();
    wanted.announce(name(1), other, Duration::ZERO);
    // A hundred are on their way, and never come: what waits behind them waits for long.
    for serial in 1_000_000..1_000_100 {
        wanted.announce(name(serial), talker, Duration::ZERO);
    }
    assert_eq!(wanted.questions_to(talker, Duration::ZERO).len(), 100);
    for serial in 0..50_000 {
        let at = Duration::from_secs(2);
        wanted.announce(name(serial % 7 + 10), talker, at);
        wanted.settle(&name(serial % 7 + 10));
        wanted.announce(name(serial + 100), talker, at);
        wanted.retract(&name(serial + 100), talker, Duration::ZERO);
    }
    // And one that says at once that it has it not.
    let mut wanted_too = Wanted::default();
    for serial in 0..50_000 {
        wanted_too.announce(name(serial), talker, Duration::ZERO);
        assert_eq!(wanted_too.questions_to(talker, Duration::ZERO).len(), 1);
        wanted_too.retract(&name(serial), talker, Duration::ZERO);
    }
    for wanted in [wanted, wanted_too] {
        let (_, waiting, questions) = wanted.sizes();
        assert!(waiting <= 210 && questions <= 401, "{waiting} {questions}");
    }
}

#[test]
fn a_compact_block_that_brings_much_with_it_is_not_kept_until_the_rest_comes() {
    let village = pair();
    let mut large = transaction(5);
    large.input[0].witness.push(vec![7; 300_000]);
    village.chain(1).submit_whole(large);
    village.chain(1).submit(6);
    let id = village.chain(1).mine();
    let block = village.chain(1).block(&id).unwrap().block.clone();
    let sealed = village.chain(1).sealed_header(&id).unwrap();
    let is_large = |tx: &bitcoin::Transaction| tx.total_size() > 300_000;
    let at = block.txdata.iter().position(is_large).unwrap();
    for (with, asked) in [(&[at][..], "getdata"), (&[], "getblocktxn")] {
        let mut village = pair();
        village.silent.insert(1);
        village.say(1, 0, Message::SealHeaders(vec![sealed]));
        village.heard.clear();
        let compact_block = HeaderAndShortIds::from_block(&block, 7, 2, with).unwrap();
        let message = NetworkMessage::CmpctBlock(CmpctBlock { compact_block });
        village.say(1, 0, message);
        assert_eq!(village.count(0, 1, asked), 1);
        assert_eq!(village.heard.len(), 1, "{:?}", village.heard);
    }
}
