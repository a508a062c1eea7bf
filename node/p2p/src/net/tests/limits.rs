//! Limits of a node towards each of its peers.
use std::time::Duration;

use bitcoin::bip152::BlockTransactionsRequest;
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::GetBlockTxn;
use bitcoin::{BlockHash, Wtxid};
use moneta_chain::Height;

use super::super::wanted::{Name, Wanted};
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

#[test]
fn of_one_peers_announcements_five_thousand_are_kept_and_a_hundred_asked_for_at_a_time() {
    let peer = PeerId(1);
    let name = |serial: u32| {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&serial.to_le_bytes());
        Name::Wtxid(Wtxid::from_byte_array(bytes))
    };
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
