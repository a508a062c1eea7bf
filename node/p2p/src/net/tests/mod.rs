//! The network's logic, told in villages of a few nodes.

mod greedy;
mod limits;
mod manners;
mod regressions;
mod stalling;
mod toy;
mod village;

use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::{GetHeadersMessage, Inventory};
use bitcoin::p2p::message_filter::{GetCFCheckpt, GetCFHeaders, GetCFilters};
use moneta_chain::{Height, Seal, SealedHeader};

use self::toy::{Toy, transaction};
use self::village::Village;
use crate::{Message, NodePort};

/// Two nodes that know each other and have told each other all.
fn pair() -> Village {
    let mut village = Village::new(2, &[(0, 1)]);
    village.pass(2);
    village
}

fn mine(chain: &Toy, blocks: usize) {
    for _ in 0..blocks {
        chain.mine();
    }
}

#[test]
fn a_new_node_fetches_headers_then_bodies() {
    let mut village = Village::new(2, &[(0, 1)]);
    mine(village.chain(1), 100);
    village.pass(3);
    assert!(village.all_have_the_same_tip());
    assert_eq!(village.chain(0).tip().height.to_u32(), 100);
    assert_eq!(village.goodbyes, []);
    let seals = village.count(1, 0, "sealhdrs");
    assert!((1..=2).contains(&seals), "{seals} answers of headers");
    assert_eq!(village.count(1, 0, "block"), 100, "no block comes twice");
}

#[test]
fn bodies_come_from_all_who_have_them() {
    let mut village = Village::new(4, &[(0, 1), (0, 2), (0, 3)]);
    mine(village.chain(1), 60);
    village.pass(1);
    village.nodes[2].chain = copy(village.chain(1));
    village.nodes[3].chain = copy(village.chain(1));
    village.pass(3);
    assert!(village.all_have_the_same_tip());
    assert_eq!(village.goodbyes, []);
}

/// Returns a chain with the same blocks.
fn copy(other: &Toy) -> Toy {
    let fresh = Toy::new(99);
    let headers = other.headers_after(
        &other.locator(&fresh.tip().id),
        &BlockHash::all_zeros(),
        2_000,
    );
    fresh.accept_headers(&headers);
    for sealed in &headers {
        let block = other.block(&sealed.header.block_hash()).unwrap();
        fresh.accept_block(block.block.clone());
    }
    fresh
}

#[test]
fn a_block_goes_down_the_line_and_the_second_one_as_a_compact_block_unasked() {
    let mut village = Village::new(3, &[(1, 0), (2, 1)]);
    village.pass(2);
    village.chain(0).mine();
    village.stir(0);
    village.pass(1);
    assert!(village.all_have_the_same_tip());
    for serial in 1..=20 {
        let wtxid = village.chain(0).submit(serial);
        village.stir(0);
        village.pass(10);
        assert!(village.chain(2).waits(&wtxid));
    }
    village.heard.clear();
    village.chain(0).mine();
    village.stir(0);
    assert!(village.all_have_the_same_tip());
    for (from, to) in [(0, 1), (1, 2)] {
        assert_eq!(village.count(from, to, "cmpctblock"), 1);
        assert_eq!(village.count(to, from, "getdata"), 0, "nothing is asked");
        assert_eq!(village.count(to, from, "getblocktxn"), 0, "nothing lacks");
        assert_eq!(village.count(from, to, "block"), 0);
    }
}

#[test]
fn what_lacks_in_a_compact_block_is_asked_for_alone() {
    let mut village = pair();
    village.chain(1).mine();
    village.stir(1);
    village.pass(1);
    // Not told of before the block comes.
    village.chain(1).submit(5);
    village.chain(1).mine();
    village.stir(1);
    assert!(village.all_have_the_same_tip());
    assert_eq!(village.count(0, 1, "getblocktxn"), 1);
    assert_eq!(village.count(1, 0, "blocktxn"), 1);
}

#[test]
fn transactions_are_told_of_once_and_only_above_the_fee_that_is_wanted() {
    let mut village = Village::new(3, &[(0, 1), (1, 2)]);
    village.pass(2);
    village.say(2, 1, NetworkMessage::FeeFilter(100));
    let (cheap, dear) = (village.chain(0).submit(99), village.chain(0).submit(101));
    village.stir(0);
    village.pass(20);
    assert!(village.chain(1).waits(&cheap) && village.chain(1).waits(&dear));
    assert!(village.chain(2).waits(&dear) && !village.chain(2).waits(&cheap));
    for (from, to) in [(0, 1), (1, 2)] {
        assert_eq!(
            village.count(to, from, "inv"),
            0,
            "nobody is told of what it said"
        );
        let told = village.count(from, to, "tx");
        assert_eq!(told, if to == 1 { 2 } else { 1 });
    }
}

#[test]
fn a_refused_transaction_is_not_asked_for_again_before_the_next_block() {
    let mut village = pair();
    let bad = transaction(10_000).compute_wtxid();
    let announce = || NetworkMessage::Inv(vec![Inventory::WTx(bad)]);
    village.say(1, 0, NetworkMessage::Tx(transaction(10_000)));
    village.say(1, 0, announce());
    village.pass(5);
    assert_eq!(village.count(0, 1, "getdata"), 0);
    village.chain(0).mine();
    village.stir(0);
    village.say(1, 0, announce());
    village.pass(5);
    assert_eq!(village.count(0, 1, "getdata"), 1);
}

#[test]
fn a_forged_seal_ends_the_conversation() {
    let mut village = pair();
    let block = village.chain(1).forge(4);
    let forged = SealedHeader {
        header: block.header,
        seal: Seal {
            nonce: 0,
            mix_hash: [1; 32],
        },
    };
    village.say(1, 0, Message::SealHeaders(vec![forged]));
    let [(0, reason)] = &village.goodbyes[..] else {
        panic!("one goodbye of node 0, not {:?}", village.goodbyes);
    };
    assert_eq!(reason.code(), "seal.wrong_mix");
    assert!(reason.is_offence());
}

#[test]
fn a_block_that_is_not_its_headers_is_asked_of_somebody_else() {
    let mut village = Village::new(3, &[(0, 1), (0, 2)]);
    village.pass(2);
    village.silent.extend([1, 2]);
    let id = village.chain(1).mine();
    village.nodes[2].chain = copy(village.chain(1));
    let sealed = village.chain(1).sealed_header(&id).unwrap();
    village.say(1, 0, Message::SealHeaders(vec![sealed]));
    village.say(2, 0, Message::SealHeaders(vec![sealed]));
    let mut block = village.chain(1).block(&id).unwrap().block.clone();
    block.txdata.push(transaction(77));
    village.silent.clear();
    let asked = if village.count(0, 1, "getdata") > 0 {
        1
    } else {
        2
    };
    village.say(asked, 0, NetworkMessage::Block(block));
    village.pass(1);
    assert_eq!(village.chain(0).tip().id, id, "the id is not to blame");
    assert!(
        village
            .goodbyes
            .iter()
            .any(|(_, reason)| reason.code() == "block.wrong_merkle_root")
    );
}

#[test]
fn whoever_shows_a_header_and_keeps_its_block_holds_up_nobody() {
    let mut village = Village::new(3, &[(0, 1), (0, 2)]);
    village.pass(2);
    village.silent.insert(1);
    let withheld = village.chain(1).mine();
    let sealed = village.chain(1).sealed_header(&withheld).unwrap();
    village.say(1, 0, Message::SealHeaders(vec![sealed]));
    assert_eq!(village.chain(0).best_header().id, withheld);
    let other = village.chain(2).mine();
    village.stir(2);
    assert_eq!(village.chain(0).tip().id, other, "of equal work, and here");
}

#[test]
fn whoever_is_on_a_chain_that_we_can_not_take_is_not_asked_for_it_all_the_time() {
    let mut village = Village::new(2, &[(0, 1)]);
    village.chain(0).is_rooted.set(true);
    mine(village.chain(1), 2_100);
    village.pass(60);
    let asked = village.count(0, 1, "getheaders");
    assert!(asked < 4, "asked {asked} times");
    assert_eq!(village.goodbyes, []);
}

#[test]
fn a_branch_whose_last_block_is_here_and_whose_first_is_not_is_fetched_all_the_same() {
    let mut village = Village::new(3, &[(0, 1), (0, 2)]);
    village.pass(2);
    mine(village.chain(2), 3);
    // One header of as much work as theirs comes first, and its block never will.
    let genesis = village.chain(2).id_on_best(Height::GENESIS).unwrap();
    for _ in 0..2 {
        let id = village.chain(0).mine();
        let sealed = village.chain(0).sealed_header(&id).unwrap();
        village.chain(1).accept_headers(&[sealed]);
        let block = village.chain(0).block(&id).unwrap();
        village.chain(1).accept_block(block.block.clone());
    }
    village.silent.insert(1);
    let withheld = village.chain(1).mine();
    let sealed = village.chain(1).sealed_header(&withheld).unwrap();
    village.say(1, 0, Message::SealHeaders(vec![sealed]));
    // Of the branch only the last block came, before the connection broke.
    let tip = village.chain(2).tip().id;
    let branch = village.chain(2).headers_after(&[genesis], &tip, 9);
    village.chain(0).accept_headers(&branch);
    assert_eq!(village.chain(0).best_header().id, withheld);
    let last = village.chain(2).block(&tip).unwrap();
    village.chain(0).accept_block(last.block.clone());
    village.stir(2);
    village.pass(3);
    assert_eq!(village.chain(0).tip().id, tip);
}

#[test]
fn a_block_that_breaks_a_rule_costs_its_sender_the_connection_and_is_not_passed_on() {
    let mut village = Village::new(3, &[(1, 0), (2, 1)]);
    village.nodes[0].chain.bad_version = 0;
    village.pass(2);
    village.chain(0).mine_with(666);
    village.stir(0);
    village.pass(3);
    assert_eq!(village.chain(1).tip().height.to_u32(), 0);
    let told = village.heard.iter().filter(|heard| heard.to == 2);
    for heard in told {
        let is_news = match &heard.message {
            Message::SealHeaders(headers) => !headers.is_empty(),
            other => ["inv", "cmpctblock", "block"].contains(&other.command().as_str()),
        };
        assert!(!is_news, "{:?}", heard.message);
    }
    let offenders: Vec<_> = village
        .goodbyes
        .iter()
        .filter(|(_, reason)| reason.is_offence())
        .collect();
    assert!(
        offenders.iter().all(|(node, _)| *node == 1),
        "{offenders:?}"
    );
}

#[test]
fn a_node_that_went_another_way_comes_back_to_the_longer_chain() {
    let mut village = Village::new(3, &[(0, 1), (1, 2)]);
    village.pass(2);
    mine(village.chain(0), 3);
    mine(village.chain(2), 5);
    village.stir(0);
    village.stir(2);
    village.pass(5);
    assert!(village.all_have_the_same_tip());
    assert_eq!(village.chain(0).tip().height.to_u32(), 5);
    assert_eq!(village.goodbyes, []);
}

#[test]
fn light_clients_get_headers_without_seals_and_filters() {
    let mut village = pair();
    mine(village.chain(1), 30);
    let stop_hash = village.chain(1).tip().id;
    village.heard.clear();
    let filters = GetCFilters {
        filter_type: 0,
        start_height: 1,
        stop_hash,
    };
    village.say(0, 1, NetworkMessage::GetCFilters(filters));
    assert_eq!(village.count(1, 0, "cfilter"), 30);
    let headers = GetCFHeaders {
        filter_type: 0,
        start_height: 0,
        stop_hash,
    };
    village.say(0, 1, NetworkMessage::GetCFHeaders(headers.clone()));
    assert_eq!(village.count(1, 0, "cfheaders"), 1);
    assert_eq!(village.goodbyes, []);
    let backwards = GetCFHeaders {
        start_height: 31,
        ..headers
    };
    village.say(0, 1, NetworkMessage::GetCFHeaders(backwards));
    assert_eq!(village.goodbyes[0].1.code(), "filter.start_above_stop");
}

#[test]
fn light_clients_are_told_of_the_tips_chain_while_another_has_only_headers() {
    let mut village = pair();
    mine(village.chain(1), 3);
    let active = village.chain(1).tip().id;
    let longer = Toy::new(50);
    mine(&longer, 4);
    let headers = longer.headers_after(
        &longer.locator(&village.chain(0).tip().id),
        &BlockHash::all_zeros(),
        2_000,
    );
    village.chain(1).accept_headers(&headers);
    assert_eq!(village.chain(1).best_header().height.to_u32(), 4);
    let ask = |village: &mut Village, stop_hash| {
        village.heard.clear();
        let question = GetCFHeaders {
            filter_type: 0,
            start_height: 1,
            stop_hash,
        };
        village.say(0, 1, NetworkMessage::GetCFHeaders(question));
        let question = GetCFCheckpt {
            filter_type: 0,
            stop_hash,
        };
        village.say(0, 1, NetworkMessage::GetCFCheckpt(question));
        let question = GetCFilters {
            filter_type: 0,
            start_height: 1,
            stop_hash,
        };
        village.say(0, 1, NetworkMessage::GetCFilters(question));
        ["cfheaders", "cfcheckpt", "cfilter"].map(|command| village.count(1, 0, command))
    };
    let other = headers[2].header.block_hash();
    assert_eq!(ask(&mut village, other), [0, 0, 0], "nothing is here of it");
    assert_eq!(ask(&mut village, active), [1, 1, 3]);
    assert_eq!(village.goodbyes, []);
}

#[test]
fn a_question_for_headers_of_a_chain_we_do_not_know_begins_at_genesis() {
    let mut village = pair();
    mine(village.chain(1), 3);
    village.heard.clear();
    let question = GetHeadersMessage {
        version: 70_016,
        locator_hashes: vec![BlockHash::all_zeros()],
        stop_hash: BlockHash::all_zeros(),
    };
    village.say(0, 1, NetworkMessage::GetHeaders(question));
    let Message::SealHeaders(headers) = &village.heard[0].message else {
        panic!("headers with seals");
    };
    assert_eq!(headers.len(), 3);
}

#[test]
fn peers_that_are_gone_leave_nothing_behind() {
    let mut village = pair();
    assert!(village.are_connected(0, 1));
    mine(village.chain(1), 40);
    village.stir(1);
    let garbage = crate::WireError::Magic { found: [0; 4] };
    let outputs = {
        let peer = village.status(0).peers[0].id;
        let now = crate::Now {
            since_start: village.now,
            unix_seconds: 0,
        };
        let node = &mut village.nodes[0];
        node.network
            .handle(now, crate::Input::Garbled(peer, garbage), &node.chain)
    };
    assert!(matches!(outputs[..], [crate::Output::Close(_, _), ..]));
    let status = village.status(0);
    assert_eq!((status.peers.len(), status.in_flight), (0, 0));
}

#[test]
fn a_chain_of_too_little_work_is_counted_and_nothing_of_it_is_kept() {
    let mut village = Village::new(2, &[(0, 1)]);
    mine(village.chain(1), 2_100);
    let enough = village.chain(1).tip().work;
    let one = moneta_chain::ChainWork::of(
        &village
            .chain(1)
            .header_at(moneta_chain::Height::GENESIS)
            .unwrap(),
    );
    village.nodes[0].network = crate::Network::new(
        crate::NetConfig {
            minimum_work: enough.saturating_add(one),
            ..village.config(0)
        },
        [9; 32],
    );
    village.pass(2);
    assert_eq!(village.chain(0).best_header().height.to_u32(), 0);
    assert!(village.count(0, 1, "getheaders") >= 2, "it heard all of it");
    assert_eq!(village.count(0, 1, "getdata"), 0);
    assert_eq!(village.goodbyes, [], "having little work is no offence");
}

#[test]
fn who_knows_one_address_finds_the_others() {
    let mut village = Village::new(6, &[]);
    for node in 0..6 {
        let config = crate::NetConfig {
            manual_only: false,
            advertised: Some(village::address(node)),
            ..village.config(node)
        };
        let seed = [u8::try_from(node).unwrap() + 50; 32];
        village.nodes[node].network = crate::Network::new(config, seed);
        if node > 0 {
            village.hear_of(node, village::address(0));
        }
    }
    village.pass(400);
    for node in 0..6 {
        let peers = village.status(node).peers;
        assert!(peers.len() >= 3, "node {node} has {} peers", peers.len());
        assert!(peers.len() <= 10, "and not every one twice");
    }
    assert!(
        village
            .goodbyes
            .iter()
            .all(|(_, reason)| !reason.is_offence())
    );
}

#[test]
fn the_address_book_is_kept_over_a_restart() {
    let mut village = Village::new(2, &[]);
    village.nodes[0].network = crate::Network::new(
        crate::NetConfig {
            manual_only: false,
            outbound_full: 0,
            ..village.config(0)
        },
        [50; 32],
    );
    village.hear_of(0, village::address(1));
    village.pass(5);
    assert!(village.are_connected(0, 1));
    let now = village.time();
    let config = village.config(0);
    let kept = village.nodes[0].network.book_to_keep(now);
    let magic = moneta_chain::Params::dev().magic;
    let book = crate::AddressBook::decode(&kept, magic, config.scope()).unwrap();
    assert!(book.is_spoken(village::address(1)));
    assert_eq!(
        book.anchors(),
        [village::address(1)],
        "the blocks-only peer"
    );
}

#[test]
fn a_transaction_that_was_submitted_to_a_lonely_node_is_told_to_the_first_peer_that_comes() {
    let mut village = Village::new(2, &[(1, 0)]);
    let lonely = village.chain(0).submit(7);
    village.stir(0);
    village.pass(20);
    assert!(village.chain(1).waits(&lonely));
}

#[test]
fn a_node_that_comes_back_asks_what_waits() {
    let mut village = Village::new(3, &[(0, 1), (2, 1)]);
    village.pass(2);
    let wtxid = village.chain(0).submit(7);
    village.stir(0);
    village.pass(20);
    assert!(village.chain(1).waits(&wtxid));
    village.restart(2);
    village.pass(20);
    assert!(
        village.chain(2).waits(&wtxid),
        "although it was told long ago"
    );
}
