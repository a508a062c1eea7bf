//! Conversations: with ourselves, with stock nodes, with nodes that mean no good.
use std::time::Duration;

use bitcoin::block::Header;
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::Address;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use moneta_chain::{Height, Params, Seal, SealedHeader};
use proptest::prelude::*;

use super::{Action, Bucket, Direction, Event, Identity, MIN_VERSION, Misbehaviour, Peer, VERSION};
use crate::Message;

const START: Duration = Duration::from_secs(1_000);

fn identity(nonce: u64) -> Identity {
    Identity {
        services: ServiceFlags::NETWORK | ServiceFlags::WITNESS,
        nonce,
        user_agent: "/moneta:0.1.0/".to_owned(),
        height: Height::new(7),
        unix_seconds: 1_700_000_000,
        wants_transactions: true,
    }
}

fn stock(message: NetworkMessage) -> Event {
    Event::Received(message.into())
}

fn sent(actions: &[Action]) -> Vec<Message> {
    let sent = actions.iter().filter_map(|action| match action {
        Action::Send(message) => Some(message.clone()),
        _ => None,
    });
    sent.collect()
}

/// What a stock node of this version says first.
fn version_of(version: u32, nonce: u64) -> NetworkMessage {
    let mut peer = Peer::new(identity(nonce), Direction::Outbound, START);
    let first = sent(&peer.handle(START, Event::Connected)).remove(0);
    let Message::Stock(NetworkMessage::Version(mut message)) = first else {
        unreachable!()
    };
    message.version = version;
    NetworkMessage::Version(message)
}

/// A conversation past its handshake.
fn established(has_seals: bool) -> Peer {
    let mut peer = Peer::new(identity(1), Direction::Inbound, START);
    peer.handle(START, stock(version_of(VERSION, 2)));
    if has_seals {
        peer.handle(START, Event::Received(Message::SendSeals));
    }
    peer.handle(START, stock(NetworkMessage::Verack));
    assert!(peer.features().is_some());
    peer
}

fn end(actions: &[Action]) -> Option<&Misbehaviour> {
    match actions {
        [Action::Disconnect(misbehaviour)] => Some(misbehaviour),
        _ => None,
    }
}

fn run(length: u32) -> Vec<Header> {
    let mut headers = vec![Params::dev().genesis.header];
    for nonce in 1..length {
        let last = headers[headers.len() - 1];
        headers.push(Header {
            prev_blockhash: last.block_hash(),
            nonce,
            ..last
        });
    }
    headers
}

fn with_seals(headers: Vec<Header>) -> Message {
    let sealed = headers.into_iter().map(|header| SealedHeader {
        header,
        seal: Seal::default(),
    });
    Message::SealHeaders(sealed.collect())
}

#[test]
fn two_of_our_nodes_agree_on_seals_wtxids_and_addr_v2() {
    let mut ends = [
        Peer::new(identity(1), Direction::Outbound, START),
        Peer::new(identity(2), Direction::Inbound, START),
    ];
    let mut said = sent(&ends[0].handle(START, Event::Connected));
    assert!(ends[1].handle(START, Event::Connected).is_empty());
    let mut turn = 1;
    while !said.is_empty() {
        let messages = std::mem::take(&mut said);
        for message in messages {
            let actions = ends[turn].handle(START, Event::Received(message));
            assert_eq!(end(&actions), None);
            said.extend(sent(&actions));
        }
        turn = 1 - turn;
    }
    for peer in &ends {
        let features = peer.features().expect("the handshake is done");
        assert!(features.has_seals && features.has_wtxid_relay && features.has_addr_v2);
        assert_eq!(features.version.start_height, 7);
        assert!(features.version.relay);
    }
}

#[test]
fn an_old_stock_node_is_asked_for_nothing_it_does_not_know() {
    let mut peer = Peer::new(identity(1), Direction::Inbound, START);
    let said = sent(&peer.handle(START, stock(version_of(MIN_VERSION, 2))));
    let commands: Vec<_> = said.iter().map(Message::command).collect();
    assert_eq!(commands, ["version", "verack"]);
    let actions = peer.handle(START, stock(NetworkMessage::Verack));
    assert!(matches!(actions[0], Action::Established(_)));
    assert!(!peer.features().unwrap().has_seals);
}

#[test]
fn who_is_too_old_or_ourselves_is_let_go_without_blame() {
    for (message, code) in [
        (version_of(MIN_VERSION - 1, 2), "peer.outdated"),
        (version_of(VERSION, 1), "peer.ourselves"),
    ] {
        let mut peer = Peer::new(identity(1), Direction::Inbound, START);
        let actions = peer.handle(START, stock(message));
        let misbehaviour = end(&actions).unwrap();
        assert_eq!(misbehaviour.code(), code);
        assert!(!misbehaviour.is_offence());
        assert!(peer.handle(START, stock(NetworkMessage::Verack)).is_empty());
    }
}

#[test]
fn what_comes_at_the_wrong_time_ends_the_conversation() {
    let mut early = Peer::new(identity(1), Direction::Inbound, START);
    let actions = early.handle(START, stock(NetworkMessage::Ping(1)));
    assert_eq!(end(&actions).unwrap().code(), "peer.before_version");
    for (message, code) in [
        (Message::SendSeals, "peer.too_late"),
        (NetworkMessage::WtxidRelay.into(), "peer.too_late"),
        (NetworkMessage::SendAddrV2.into(), "peer.too_late"),
        (NetworkMessage::Verack.into(), "peer.repeated"),
        (version_of(VERSION, 3).into(), "peer.repeated"),
    ] {
        let actions = established(true).handle(START, Event::Received(message));
        let misbehaviour = end(&actions).unwrap();
        assert_eq!(misbehaviour.code(), code);
        assert!(misbehaviour.is_offence());
    }
}

#[test]
fn what_an_eager_peer_says_between_version_and_verack_is_not_heard() {
    let mut peer = Peer::new(identity(1), Direction::Inbound, START);
    peer.handle(START, stock(version_of(VERSION, 2)));
    assert!(
        peer.handle(START, stock(NetworkMessage::GetAddr))
            .is_empty()
    );
    assert!(
        peer.handle(START, Event::Received(with_seals(run(2))))
            .is_empty()
    );
}

#[test]
fn seals_come_only_from_those_who_agreed_on_them() {
    let seals = Event::Received(with_seals(run(3)));
    assert!(matches!(
        established(true).handle(START, seals.clone())[..],
        [Action::Deliver(_)]
    ));
    let actions = established(false).handle(START, seals);
    assert_eq!(end(&actions), Some(&Misbehaviour::UnexpectedSeals));
}

#[test]
fn headers_that_do_not_follow_one_another_are_an_offence() {
    let mut headers = run(5);
    headers.remove(3);
    for message in [
        NetworkMessage::Headers(headers.clone()).into(),
        with_seals(headers),
    ] {
        let actions = established(true).handle(START, Event::Received(message));
        assert_eq!(end(&actions), Some(&Misbehaviour::HeaderGap { at: 3 }));
    }
}

#[test]
fn who_never_finishes_the_handshake_is_let_go_after_a_minute() {
    let mut peer = Peer::new(identity(1), Direction::Inbound, START);
    let tick = Event::Tick { random: 5 };
    assert!(
        peer.handle(START + Duration::from_secs(59), tick.clone())
            .is_empty()
    );
    let actions = peer.handle(START + Duration::from_secs(60), tick);
    assert_eq!(end(&actions), Some(&Misbehaviour::HandshakeTimeout));
}

#[test]
fn a_ping_goes_out_every_two_minutes_and_is_to_be_answered_within_twenty() {
    let tick = |random| Event::Tick { random };
    let mut peer = established(false);
    let first = START + Duration::from_secs(120);
    assert!(
        peer.handle(first - Duration::from_millis(1), tick(5))
            .is_empty()
    );
    let ping = Action::Send(NetworkMessage::Ping(6).into());
    assert_eq!(peer.handle(first, tick(6)), [ping]);
    // An answer to something else is none.
    assert!(
        peer.handle(first, stock(NetworkMessage::Pong(9)))
            .is_empty()
    );
    let answered = first + Duration::from_millis(80);
    let round_trip = Action::RoundTrip(Duration::from_millis(80));
    assert_eq!(
        peer.handle(answered, stock(NetworkMessage::Pong(6))),
        [round_trip]
    );
    let second = answered + Duration::from_secs(120);
    assert_eq!(peer.handle(second, tick(7)).len(), 1);
    let late = second + Duration::from_secs(1_200);
    assert!(
        peer.handle(late - Duration::from_millis(1), tick(8))
            .is_empty()
    );
    let actions = peer.handle(late, tick(8));
    assert_eq!(end(&actions), Some(&Misbehaviour::PingTimeout));
}

#[test]
fn who_floods_is_read_more_slowly_and_not_punished() {
    let mut peer = established(false);
    for nonce in 0..300 {
        let pong = Action::Send(NetworkMessage::Pong(nonce).into());
        assert_eq!(
            peer.handle(START, stock(NetworkMessage::Ping(nonce))),
            [pong]
        );
    }
    let actions = peer.handle(START, stock(NetworkMessage::Ping(1)));
    let Action::PauseUntil(until) = actions[0] else {
        panic!("{actions:?}")
    };
    // 30 a second: the next one is there after a thirtieth.
    assert_eq!(until, START + Duration::from_millis(34));
    assert_eq!(peer.handle(until, stock(NetworkMessage::Ping(1))).len(), 1);
}

#[test]
fn announcements_cost_by_their_number() {
    let mut peer = established(false);
    let block = Inventory::Block(Params::dev().genesis.block_hash());
    let inv = |count| stock(NetworkMessage::Inv(vec![block; count]));
    assert!(matches!(
        peer.handle(START, inv(50_000))[..],
        [Action::Deliver(_)]
    ));
    let actions = peer.handle(START, inv(2_000));
    assert_eq!(
        actions[0],
        Action::PauseUntil(START + Duration::from_secs(2))
    );
}

#[test]
fn bodies_and_headers_that_we_ask_for_are_never_slowed_down() {
    let mut peer = established(true);
    let block = Params::dev().genesis;
    for _ in 0..1_000 {
        let actions = peer.handle(START, stock(NetworkMessage::Block(block.clone())));
        assert!(matches!(actions[..], [Action::Deliver(_)]));
    }
}

#[test]
fn of_many_addresses_only_the_share_is_heard() {
    let mut peer = established(false);
    let nobody = Address {
        services: ServiceFlags::NONE,
        address: [0; 8],
        port: 1,
    };
    let heard = |peer: &mut Peer, now| {
        let told = NetworkMessage::Addr(vec![(0, nobody.clone()); 700]);
        match &peer.handle(now, stock(told))[..] {
            [Action::Deliver(Message::Stock(NetworkMessage::Addr(list)))] => list.len(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(heard(&mut peer, START), 1, "nobody asked it");
    assert_eq!(heard(&mut peer, START), 0);
    peer.expect_addresses();
    assert_eq!(heard(&mut peer, START), 700);
    assert_eq!(heard(&mut peer, START), 300);
    assert_eq!(heard(&mut peer, START + Duration::from_secs(50)), 5);
}

#[test]
fn seals_are_checked_at_fifty_a_second_for_each_peer() {
    let mut peer = established(true);
    assert_eq!(peer.charge_seals(100, START), Ok(()));
    let later = START + Duration::from_secs(1);
    assert_eq!(peer.charge_seals(50, START), Err(later));
    assert_eq!(peer.charge_seals(50, later), Ok(()));
}

#[test]
fn a_budget_loses_nothing_to_a_clock_that_is_looked_at_often() {
    let mut bucket = Bucket::new(10, 1_000, Duration::ZERO);
    assert_eq!(bucket.take_up_to(10, Duration::ZERO), 10);
    for micros in 1..=2_000_000 / 300 {
        assert!(bucket.take_up_to(0, Duration::from_micros(micros * 300)) == 0);
    }
    assert_eq!(bucket.take_up_to(10, Duration::from_secs(2)), 2);
    // A clock that goes back gives nothing, and takes nothing.
    assert_eq!(bucket.take_up_to(10, Duration::ZERO), 0);
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Connected),
        any::<u64>().prop_map(|random| Event::Tick { random }),
        (MIN_VERSION - 1..VERSION + 2, 1_u64..9)
            .prop_map(|(version, nonce)| stock(version_of(version, nonce))),
        Just(stock(NetworkMessage::Verack)),
        Just(Event::Received(Message::SendSeals)),
        Just(stock(NetworkMessage::GetAddr)),
        any::<u64>().prop_map(|nonce| stock(NetworkMessage::Pong(nonce))),
        (0_u32..5).prop_map(|length| Event::Received(with_seals(run(length)))),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_nothing_is_delivered_before_the_handshake_nor_after_the_end(
        is_inbound in any::<bool>(),
        events in prop::collection::vec((any_event(), 0_u64..200_000), 0..60),
    ) {
        let direction = if is_inbound { Direction::Inbound } else { Direction::Outbound };
        let mut peer = Peer::new(identity(1), direction, START);
        let (mut now, mut is_established, mut is_over) = (START, false, false);
        for (event, millis) in events {
            now += Duration::from_millis(millis);
            for action in peer.handle(now, event) {
                prop_assert!(!is_over, "{action:?} after the end");
                match action {
                    Action::Established(_) => {
                        prop_assert!(!is_established);
                        is_established = true;
                    }
                    Action::Deliver(_) | Action::RoundTrip(_) => prop_assert!(is_established),
                    Action::Disconnect(_) => is_over = true,
                    Action::Send(_) | Action::PauseUntil(_) => {}
                }
            }
            prop_assert_eq!(peer.features().is_some(), is_established && !is_over);
        }
    }
}
