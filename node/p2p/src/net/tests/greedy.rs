//! Peers that ask for more than they read, are slow, or tell what is of no use.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bitcoin::bip152::BlockTransactionsRequest;
use bitcoin::hashes::Hash;
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::GetBlockTxn;
use bitcoin::p2p::message_filter::GetCFilters;
use bitcoin::{BlockHash, Wtxid};
use moneta_chain::{Height, Network as ChainName, SealedHeader};

use super::toy::{Toy, transaction};
use super::village::{Village, address};
use super::{copy, mine, pair};
use crate::net::wanted::{Name, Wanted};
use crate::{
    Action, AddressNotice, Direction, Event, Goodbye, Identity, Input, Message, NetConfig, Network,
    NodePort, Now, Output, Peer, PeerId, address_message,
};

fn sent(outputs: &[Output], command: &str) -> usize {
    let is_it = |output: &&Output| matches!(output, Output::Send(_, message) if message.command() == command);
    outputs.iter().filter(is_it).count()
}

#[test]
fn a_thousand_questions_for_one_large_transaction_are_answered_by_the_megabyte() {
    let mut village = pair();
    let mut large = transaction(5);
    large.input[0].witness.push(vec![7; 390_000]);
    let wtxid = village.chain(1).submit_whole(large);
    let question = NetworkMessage::GetData(vec![Inventory::WTx(wtxid); 1_000]);
    let outputs = village.try_saying(0, 1, question);
    assert_eq!(sent(&outputs, "tx"), 3, "a megabyte and a bit");
    // Nor is more sent when it asks again before it has read that.
    let question = NetworkMessage::GetData(vec![Inventory::WTx(wtxid); 1_000]);
    let outputs = village.try_saying(0, 1, question);
    assert_eq!(sent(&outputs, "tx"), 0);
}

/// Returns the places of what was sent to somebody among all that was said of that kind.
fn longest_run(village: &Village, from: usize, command: &str) -> usize {
    let said = village.heard.iter();
    let to: Vec<usize> = said
        .filter(|heard| heard.from == from && heard.message.command() == command)
        .map(|heard| heard.to)
        .collect();
    let runs = to.chunk_by(|one, other| one == other).map(<[usize]>::len);
    runs.max().unwrap_or(0)
}

#[test]
fn whoever_has_us_read_blocks_has_his_turn_after_others_sixteen_blocks_at_a_time() {
    let mut village = Village::new(4, &[(0, 3), (1, 3), (2, 3)]);
    mine(village.chain(3), 200);
    village.pass(20);
    let chain = village.chain(3);
    let (stop_hash, ids) = (chain.tip().id, (1..=100).map(Height::new));
    let ids: Vec<BlockHash> = ids
        .filter_map(|height| chain.id_on_active(height))
        .collect();
    let whole: Vec<Inventory> = ids.iter().copied().map(Inventory::WitnessBlock).collect();
    let shortened = vec![Inventory::CompactBlock(stop_hash); 100];
    let filters = GetCFilters {
        filter_type: 0,
        start_height: 101,
        stop_hash,
    };
    let questions: [NetworkMessage; 3] = [
        NetworkMessage::GetData(whole),
        NetworkMessage::GetData(shortened),
        NetworkMessage::GetCFilters(filters),
    ];
    for (from, question) in questions.iter().enumerate() {
        let reads = village.chain(3).reads.get();
        let outputs = village.try_saying(from, 3, question.clone());
        assert_eq!(outputs.len(), 16);
        let reads = village.chain(3).reads.get() - reads;
        assert!(reads == if from == 1 { 1 } else { 16 }, "{reads}");
    }
    // Three ask at once, of whom each would have us read a thousand.
    let mut village = Village::new(4, &[(0, 3), (1, 3), (2, 3)]);
    mine(village.chain(3), 200);
    village.pass(20);
    village.heard.clear();
    for from in 0..3 {
        let whole = NetworkMessage::GetData([ids_of(&village), ids_of(&village)].concat());
        village.say_later(from, 3, whole);
    }
    village.settle();
    for to in 0..3 {
        assert_eq!(village.count(3, to, "block"), 400);
    }
    assert_eq!(longest_run(&village, 3, "block"), 16);
    assert_eq!(village.goodbyes, []);
}

/// Returns all blocks but the first as they are asked for.
fn ids_of(village: &Village) -> Vec<Inventory> {
    let chain = village.chain(3);
    let ids = (1..=200).filter_map(|height| chain.id_on_active(Height::new(height)));
    ids.map(Inventory::WitnessBlock).collect()
}

#[test]
fn what_all_are_owed_is_bounded_and_only_the_greedy_are_let_go() {
    let mut village = Village::new(5, &[(0, 4), (1, 4), (2, 4), (3, 4)]);
    village.pass(2);
    let ask = |village: &mut Village, from: usize, items: usize| {
        let question = vec![Inventory::WTx(Wtxid::all_zeros()); items];
        village.hear_only(from, 4, NetworkMessage::GetData(question))
    };
    for from in 0..3 {
        assert_eq!(ask(&mut village, from, 50_000), []);
    }
    assert_eq!(ask(&mut village, 0, 49_000), []);
    assert_eq!(ask(&mut village, 3, 1_600), [], "no more than a share");
    let greedy = [Goodbye::Greedy { what: "items" }];
    assert_eq!(ask(&mut village, 2, 1_000), greedy);
    assert_eq!(ask(&mut village, 1, 49_400), [], "there is room again");
    assert_eq!(ask(&mut village, 3, 1), greedy);
    assert!(!greedy[0].is_offence());
}

#[test]
fn who_asks_for_the_parts_of_three_blocks_before_reading_any_is_let_go_without_blame() {
    let mut village = pair();
    let block_hash = village.chain(1).mine();
    let ask = |count| {
        let txs_request = BlockTransactionsRequest {
            block_hash,
            indexes: (0..count).collect(),
        };
        NetworkMessage::GetBlockTxn(GetBlockTxn { txs_request })
    };
    assert_eq!(village.hear_only(0, 1, ask(16_000)), []);
    assert_eq!(village.hear_only(0, 1, ask(16_000)), []);
    assert_eq!(
        village.hear_only(0, 1, ask(100)),
        [],
        "a few more are no matter"
    );
    let what = "transactions of blocks";
    assert_eq!(
        village.hear_only(0, 1, ask(16_000)),
        [Goodbye::Greedy { what }]
    );
}

#[test]
fn who_asks_for_filters_a_hundred_times_before_reading_any_is_let_go_without_blame() {
    let mut village = pair();
    mine(village.chain(1), 20);
    let filters = GetCFilters {
        filter_type: 0,
        start_height: 1,
        stop_hash: village.chain(1).tip().id,
    };
    let ask = NetworkMessage::GetCFilters(filters);
    for _ in 0..100 {
        assert_eq!(village.hear_only(0, 1, ask.clone()), []);
    }
    let goodbyes = village.hear_only(0, 1, ask);
    assert_eq!(goodbyes, [Goodbye::Greedy { what: "filters" }]);
    assert!(!goodbyes[0].is_offence());
}

#[test]
fn small_transactions_and_unknown_ones_are_all_answered() {
    let mut village = pair();
    let known: Vec<Wtxid> = (1..=1_500)
        .map(|serial| village.chain(1).submit(serial))
        .collect();
    let mut items: Vec<Inventory> = known.into_iter().map(Inventory::WTx).collect();
    items.extend([Inventory::WTx(Wtxid::all_zeros()); 1_200]);
    village.heard.clear();
    village.say(0, 1, NetworkMessage::GetData(items));
    assert_eq!(village.count(1, 0, "tx"), 1_500);
    let missing = village
        .heard
        .iter()
        .filter_map(|heard| match &heard.message {
            Message::Stock(NetworkMessage::NotFound(items)) => Some(items.len()),
            _ => None,
        });
    assert_eq!(missing.sum::<usize>(), 1_200);
}

#[test]
fn all_that_waits_is_told_once_a_minute() {
    let mut village = pair();
    village.chain(1).submit(5);
    // A node that begins asks by itself.
    village.pass(61);
    let inventories = |village: &mut Village| {
        let outputs = village.try_saying(0, 1, NetworkMessage::MemPool);
        sent(&outputs, "inv")
    };
    assert_eq!([0; 3].map(|_| inventories(&mut village)), [1, 0, 0]);
    village.pass(61);
    assert_eq!(inventories(&mut village), 1);
}

/// Returns the blocks that node 0 asked somebody for, in order.
fn asked(village: &Village, of: usize) -> Vec<BlockHash> {
    let to = village
        .heard
        .iter()
        .filter(|heard| (heard.from, heard.to) == (0, of));
    let items = to.filter_map(|heard| match &heard.message {
        Message::Stock(NetworkMessage::GetData(items)) => Some(items.clone()),
        _ => None,
    });
    let blocks = items.flatten().filter_map(|item| match item {
        Inventory::WitnessBlock(id) | Inventory::CompactBlock(id) => Some(id),
        _ => None,
    });
    blocks.collect()
}

#[test]
fn a_slow_line_is_not_taken_for_silence() {
    let mut village = Village::new(3, &[(0, 1), (0, 2)]);
    village.pass(2);
    mine(village.chain(1), 30);
    village.nodes[2].chain = copy(village.chain(1));
    village.silent.extend([1, 2]);
    let headers: Vec<SealedHeader> = village.chain(1).headers_after(
        &village.chain(0).locator(&village.chain(0).tip().id),
        &BlockHash::all_zeros(),
        2_000,
    );
    for from in [1, 2] {
        village.say(from, 0, Message::SealHeaders(headers.clone()));
    }
    // Each sends what it was asked for in order, a block a second: the last one comes after a quarter of a minute.
    let mut given = [0, 0];
    while village.chain(0).tip().height < Height::new(30) {
        assert!(village.now < Duration::from_secs(60));
        village.pass(1);
        for from in [1, 2] {
            let Some(id) = asked(&village, from).get(given[from - 1]).copied() else {
                continue;
            };
            given[from - 1] += 1;
            let block = village.chain(1).block(&id).unwrap().block.clone();
            village.say(from, 0, NetworkMessage::Block(block));
        }
    }
    let all: Vec<BlockHash> = [1, 2]
        .into_iter()
        .flat_map(|of| asked(&village, of))
        .collect();
    let distinct: BTreeSet<BlockHash> = all.iter().copied().collect();
    assert_eq!(
        (all.len(), distinct.len()),
        (30, 30),
        "no block is asked for twice"
    );
    assert_eq!(village.goodbyes, []);
}

#[test]
fn news_of_an_address_reach_two_others_and_never_whoever_brought_them() {
    let mut village = Village::new(4, &[(1, 0), (2, 0), (3, 0)]);
    village.pass(2);
    let mut told: BTreeMap<usize, usize> = BTreeMap::new();
    for number in 0..10 {
        let news = AddressNotice {
            address: ([8, 8, number, 8], 1_000).into(),
            services: ServiceFlags::NETWORK,
            seen_at: village.time().unix_seconds,
        };
        village.heard.clear();
        village.say(1, 0, address_message(&[news], true));
        village.pass(70);
        for to in 1..4 {
            *told.entry(to).or_default() += village.count(0, to, "addrv2");
        }
    }
    assert_eq!(told, BTreeMap::from([(1, 0), (2, 10), (3, 10)]));
}

/// Lets a node connect with a peer that does not speak of seals; returns what the node does.
fn meet_stranger(network: &mut Network, chain: &Toy, peer: PeerId, now: Now) -> Vec<Output> {
    let identity = Identity {
        services: ServiceFlags::NETWORK,
        nonce: 5,
        user_agent: "/stranger/".to_owned(),
        height: Height::GENESIS,
        unix_seconds: 0,
        wants_transactions: true,
    };
    let mut stranger = Peer::new(identity, Direction::Outbound, Duration::ZERO);
    let first = stranger.handle(Duration::ZERO, Event::Connected);
    let [Action::Send(version)] = &first[..] else {
        panic!("whoever opens a connection speaks first");
    };
    let mut outputs = network.handle(now, Input::Connected(peer), chain);
    for message in [version.clone(), NetworkMessage::Verack.into()] {
        outputs.extend(network.handle(now, Input::Received(peer, message), chain));
    }
    outputs
}

#[test]
fn who_gives_no_blocks_is_not_tried_again() {
    let config = NetConfig::of(ChainName::Dev);
    let (mut network, chain) = (Network::new(config, [1; 32]), Toy::new(1));
    let at = |seconds| Now {
        since_start: Duration::from_secs(seconds),
        unix_seconds: 1_800_000_000 + seconds,
    };
    let heard = Input::Heard(vec![address(1)]);
    network.handle(at(0), heard, &chain);
    let mut tries = 0;
    for seconds in 1..3_000 {
        for output in network.handle(at(seconds), Input::Tick, &chain) {
            if let Output::Connect { peer, .. } = output {
                tries += 1;
                let outputs = meet_stranger(&mut network, &chain, peer, at(seconds));
                let is_over = |output: &Output| matches!(output, Output::Close(_, reason) if reason.code() == "peer.no_seals");
                assert!(outputs.iter().any(is_over), "{outputs:?}");
            }
        }
    }
    assert_eq!(tries, 1);
}

#[test]
fn a_question_goes_to_the_next_who_has_the_answer_and_nobody_else_can_hurry_it() {
    let (ours, theirs, nobody) = (PeerId(1), PeerId(2), PeerId(3));
    let name = Name::Wtxid(Wtxid::all_zeros());
    let at = Duration::from_secs;
    let mut wanted = Wanted::default();
    wanted.announce(name, theirs, at(2));
    for _ in 0..100 {
        // Somebody sends it, or says that it has it not, without having been asked.
        wanted.retract(&name, nobody, at(0));
    }
    assert_eq!(wanted.questions_to(theirs, at(1)), []);
    assert_eq!(wanted.questions_to(theirs, at(2)).len(), 1);
    wanted.announce(name, ours, at(2));
    wanted.retract(&name, theirs, at(3));
    assert_eq!(wanted.questions_to(theirs, at(3)), []);
    assert_eq!(wanted.questions_to(ours, at(3)).len(), 1);
}
