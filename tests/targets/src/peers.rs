//! What peers send: bytes of the wire, and whole conversations.
use std::time::Duration;

use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::message::NetworkMessage;
use moneta_chain::{Height, Params};
use moneta_p2p::{Action, Decoder, Direction, Event, Identity, Message, Peer, encode};

/// Most memory the decoder may hold for each byte that has arrived, and a little to begin with.
const HELD: (usize, usize) = (2, 64);

/// Bytes of a peer whose handshake is done: no panic, no room made ahead of what arrives, and what is read is the same
/// again.
pub fn wire(data: &[u8]) {
    let magic = Params::dev().magic;
    let mut decoder = Decoder::new(magic);
    decoder.establish();
    let mut rest = data;
    while let Ok(Some(message)) = decoder.read(&mut rest) {
        let bytes = encode(magic, &message);
        let mut again = Decoder::new(magic);
        again.establish();
        let found = again
            .read(&mut &bytes[..])
            .expect("our own frames are read");
        assert_eq!(found, Some(message));
    }
    let (times, begin) = HELD;
    assert!(decoder.held_bytes() <= times * data.len() + begin);
}

/// A conversation: a byte says who began it, then a byte for each thing that happens, some with an operand.
/// Nothing is delivered before the handshake is done, and nothing is said after the end.
pub fn conversation(data: &[u8]) {
    let Some((first, mut rest)) = data.split_first() else {
        return;
    };
    let direction = match first & 1 {
        0 => Direction::Inbound,
        _ => Direction::Outbound,
    };
    let mut now = Duration::ZERO;
    let mut peer = Peer::new(identity(1), direction, now);
    let (mut is_established, mut is_over) = (false, false);
    while let Some((happening, later)) = next(&mut now, rest) {
        rest = later;
        for action in happening.map_or_else(Vec::new, |event| peer.handle(now, event)) {
            assert!(!is_over, "{action:?} after the end");
            match action {
                Action::Established(_) => {
                    assert!(!is_established, "established twice");
                    is_established = true;
                }
                Action::Deliver(_) | Action::RoundTrip(_) => assert!(is_established),
                Action::PauseUntil(until) => assert!(until > now),
                Action::Disconnect(_) => is_over = true,
                Action::Send(_) => {}
            }
        }
        assert_eq!(peer.features().is_some(), is_established && !is_over);
    }
}

/// Conversations that come far: a handshake each, then a `ping`, and time.
pub(crate) fn conversations() -> Vec<Vec<u8>> {
    [0, 1]
        .map(|first| vec![first, 0, 3, 2, 5, 6, 7, 4, 9, 8, 1, 255, 2, 9, 8, 1, 10])
        .to_vec()
}

/// Frames of messages, one behind the other.
pub(crate) fn frames() -> Vec<Vec<u8>> {
    let params = Params::dev();
    let genesis = params.genesis.clone();
    let messages = [
        version(2),
        NetworkMessage::Verack.into(),
        Message::SendSeals,
        NetworkMessage::Ping(7).into(),
        NetworkMessage::Headers(vec![genesis.header]).into(),
        NetworkMessage::Block(genesis).into(),
    ];
    let frames = messages.map(|message| encode(params.magic, &message));
    let row = frames.concat();
    frames.into_iter().chain([row]).collect()
}

/// Reads what happens next; `None` inside when only time passes.
fn next<'a>(now: &mut Duration, data: &'a [u8]) -> Option<(Option<Event>, &'a [u8])> {
    let (code, rest) = data.split_first()?;
    let operand = rest.first().copied().unwrap_or_default();
    let message = match code % 11 {
        0 => return Some((Some(Event::Connected), rest)),
        1 => {
            *now += Duration::from_secs(u64::from(operand));
            return Some((None, rest.get(1..).unwrap_or_default()));
        }
        2 => {
            let random = u64::from(operand);
            return Some((Some(Event::Tick { random }), rest));
        }
        3 => version(u64::from(operand)),
        4 => NetworkMessage::Verack.into(),
        5 => Message::SendSeals,
        6 => NetworkMessage::WtxidRelay.into(),
        7 => NetworkMessage::SendAddrV2.into(),
        8 => NetworkMessage::Pong(u64::from(operand)).into(),
        9 => NetworkMessage::Ping(u64::from(operand)).into(),
        _ => Message::SealHeaders(Vec::new()),
    };
    Some((Some(Event::Received(message)), rest))
}

fn identity(nonce: u64) -> Identity {
    Identity {
        services: ServiceFlags::NETWORK,
        nonce,
        user_agent: "/fuzz/".to_owned(),
        height: Height::new(0),
        unix_seconds: 0,
        wants_transactions: true,
    }
}

/// Returns the `version` of a node with this nonce.
pub(crate) fn version(nonce: u64) -> Message {
    let mut peer = Peer::new(identity(nonce), Direction::Outbound, Duration::ZERO);
    let actions = peer.handle(Duration::ZERO, Event::Connected);
    match actions.into_iter().next() {
        Some(Action::Send(message)) => message,
        other => panic!("whoever opens a connection speaks first, not {other:?}"),
    }
}
