//! What peers take together has a bound, whatever they send, and while nobody looks at it.
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};

use bitcoin::absolute::LockTime;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::transaction::Version;
use bitcoin::{Amount, ScriptBuf, Transaction, TxOut};
use moneta_chain::Network as ChainName;
use moneta_p2p::{Input, MAX_PAYLOAD, NetConfig, PeerId, encode};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use super::super::link::Link;
use super::super::shared::{Limits, Shared};
use super::super::thinker::Word;

const MAGIC: [u8; 4] = *b"test";
/// Room that is made ahead of what has arrived of a message.
const AHEAD: usize = 256 << 10;
const PEERS: u64 = 24;
const LIMITS: Limits = Limits {
    held: 8 << 20,
    decoded: 16 << 20,
};

#[test]
fn all_that_peers_have_us_hold_is_less_than_a_gibibyte() {
    let config = NetConfig::of(ChainName::Main);
    let chosen = config.outbound_full + config.outbound_blocks_only + 1;
    let peers = config.max_inbound + chosen;
    let sockets = 2 * Limits::NODE.held + Limits::NODE.decoded + peers * AHEAD;
    let logic = moneta_p2p::most_memory(peers, chosen);
    let told = [sockets, logic, sockets + logic].map(|bytes| bytes >> 20);
    assert_eq!(told, [415, 590, 1_005], "docs/node.md says so");
}

/// A frame whose message takes ten times as much once it is decoded.
fn spreading() -> Vec<u8> {
    let output = TxOut {
        value: Amount::ZERO,
        script_pubkey: ScriptBuf::from_bytes(vec![1]),
    };
    let tx = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![bitcoin::TxIn::default()],
        output: vec![output; 31_251],
    };
    encode(MAGIC, &NetworkMessage::Tx(tx).into())
}

/// The first half of the longest message.
fn half() -> Vec<u8> {
    let mut bytes = encode(MAGIC, &NetworkMessage::Verack.into());
    bytes.truncate(24);
    bytes[4..16].copy_from_slice(b"block\0\0\0\0\0\0\0");
    bytes[16..20].copy_from_slice(&MAX_PAYLOAD.to_le_bytes());
    bytes.resize(2 << 20, 7);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn all_peers_together_take_no_more_than_their_bound_while_nobody_looks() {
    let (words, heard) = mpsc::channel();
    let shared = Arc::new(Shared::new(words, MAGIC, LIMITS));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (mut links, mut talkers) = (Vec::new(), Vec::new());
    for number in 0..PEERS {
        let mut theirs = TcpStream::connect(address).await.unwrap();
        let (ours, _) = listener.accept().await.unwrap();
        let from = SocketAddr::from(([127, 0, 0, 1], 1));
        let link = Link::new(PeerId(number), from, ours, &shared);
        link.establish();
        links.push(link);
        talkers.push(tokio::spawn(async move {
            let is_half = number % 2 == 1;
            let says = if is_half { half() } else { spreading() };
            while theirs.write_all(&says).await.is_ok() {
                if is_half {
                    // The other half never comes.
                    std::future::pending::<()>().await;
                }
            }
        }));
    }
    let most = 2 * LIMITS.held + usize::try_from(PEERS).unwrap() * AHEAD;
    let mut hung_up = 0;
    let (mut held, mut decoded) = (0, 0);
    let began = std::time::Instant::now();
    // Half messages are kept until their senders are too greedy; whole ones wait for room.
    while hung_up < 4 || decoded < LIMITS.decoded * 3 / 4 {
        assert!(
            began.elapsed().as_secs() < 60,
            "{hung_up} were hung up on, {decoded} bytes are decoded"
        );
        held = held.max(shared.held.load(Ordering::Relaxed));
        decoded = decoded.max(shared.decoded());
        assert!(held <= most, "{held} bytes are held");
        assert!(decoded <= LIMITS.decoded, "{decoded} bytes are decoded");
        while let Ok(word) = heard.try_recv() {
            match word {
                Word::Input(Input::Closed(_) | Input::Garbled(..), _) => hung_up += 1,
                // It is kept, as if the node had much else to do.
                kept => std::mem::forget(kept),
            }
        }
        tokio::task::yield_now().await;
    }
    drop(links);
    for talker in talkers {
        talker.abort();
    }
}
