//! What the driver bears, and what it does not.
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::GetHeadersMessage;
use bitcoin::{BlockHash, ScriptBuf};
use moneta_chain::{Network, Params};
use moneta_p2p::{MAX_PAYLOAD, Message, NetConfig, VERSION, encode};

use super::peer::{TestPeer, version};
use crate::net::{NetOptions, NetService};
use crate::{Clock, LocalNode, NodeConfig, SystemClock};

/// A node with its service, over a folder that goes with it.
struct TestNode {
    chain: Arc<LocalNode>,
    service: NetService,
    _folder: tempfile::TempDir,
}

async fn node(change: impl FnOnce(&mut NetConfig)) -> TestNode {
    let params = Params::dev();
    let mut config = NetConfig::of(Network::Dev);
    config.max_per_address = 100;
    config.manual_only = true;
    change(&mut config);
    let options = NetOptions {
        book: None,
        name_servers: Vec::new(),
        config,
        listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        magic: params.magic,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let chain = LocalNode::open(NodeConfig {
        dir: folder.path().to_owned(),
        params,
        clock: Arc::clone(&clock),
        state_memory: NodeConfig::STATE_MEMORY,
    });
    let chain = chain.expect("a new chain");
    let port = chain.network_port();
    let service = NetService::start(chain.clone(), port, clock, options);
    TestNode {
        chain,
        service: service.await.expect("loopback has room"),
        _folder: folder,
    }
}

async fn greeted(node: &TestNode) -> TestPeer {
    let mut peer = stranger(node).await;
    peer.greet(usize::MAX).await;
    peer
}

async fn stranger(node: &TestNode) -> TestPeer {
    let address = node.service.address().expect("it listens");
    TestPeer::connect(address, Params::dev().magic).await
}

/// Waits until the node is seen to have so many peers that it has greeted.
async fn until_greeted(node: &TestNode, count: usize) {
    let mut views = node.service.views();
    let seen = views.wait_for(|view| {
        let peers = view.iter().flat_map(|view| &view.status.peers);
        peers.filter(|peer| peer.user_agent.is_some()).count() == count
    });
    let seen = tokio::time::timeout(Duration::from_secs(60), seen).await;
    drop(seen.expect("in time").expect("the node runs"));
}

/// Waits until nothing is held for any peer: the tasks of one that has left end in their own time.
async fn until_nothing_held(node: &TestNode) {
    let empty = async {
        while node.service.shared.held.load(Ordering::Relaxed) > 0 {
            tokio::task::yield_now().await;
        }
    };
    let empty = tokio::time::timeout(Duration::from_secs(60), empty).await;
    empty.expect("what was held is forgotten");
}

async fn hear_pong(peer: &mut TestPeer, nonce: u64) {
    loop {
        let heard = peer.hear().await.expect("the node stays");
        if heard == NetworkMessage::Pong(nonce).into() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_sends_byte_by_byte_is_heard() {
    let node = node(|_| {}).await;
    let mut peer = stranger(&node).await;
    peer.greet(1).await;
    until_greeted(&node, 1).await;
    peer.say(NetworkMessage::Ping(77), 1).await;
    hear_pong(&mut peer, 77).await;
    node.service.stop().await;
    while peer.hear().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_find_each_other_and_notice_when_one_goes() {
    let first = node(|_| {}).await;
    let address = first.service.address().expect("it listens");
    let second = node(|config| config.manual = vec![address]).await;
    until_greeted(&first, 1).await;
    until_greeted(&second, 1).await;
    second.service.stop().await;
    until_greeted(&first, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_may_be_named_and_a_name_that_means_nothing_stops_nobody() {
    let first = node(|_| {}).await;
    let port = first.service.address().expect("it listens").port();
    let names = ["nowhere.invalid:1".to_owned(), format!("localhost:{port}")];
    let second = node(|config| config.named = names.to_vec()).await;
    until_greeted(&first, 1).await;
    until_greeted(&second, 1).await;
    let view = second.service.view().expect("it was seen");
    let peers = view.status.peers.iter();
    let there: Vec<u16> = peers.map(|peer| peer.address.port()).collect();
    assert!(there.contains(&port), "{there:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_asks_and_never_reads_takes_little_memory_and_disturbs_nobody() {
    let node = node(|_| {}).await;
    let mined = node.chain.mine_history(700, ScriptBuf::new());
    mined.await.expect("a chain of some length");
    let mut deaf = greeted(&node).await;
    let genesis = Params::dev().genesis.block_hash();
    let question = GetHeadersMessage::new(vec![genesis], BlockHash::all_zeros());
    let question = Message::Stock(NetworkMessage::GetHeaders(question));
    // Each answer has 57 KB: what these ask for fits in no socket's buffers.
    let questions = encode(Params::dev().magic, &question).repeat(280);
    deaf.say_bytes(&questions).await.expect("room for that");
    let mut peer = greeted(&node).await;
    for nonce in 0..20 {
        peer.say(NetworkMessage::Ping(nonce), 5).await;
        hear_pong(&mut peer, nonce).await;
    }
    let held = node.service.shared.held.load(Ordering::Relaxed);
    assert!(held < 4 << 20, "{held} bytes wait for one peer");
    // Once it reads, it gets all that it asked for.
    let mut answers = 0;
    while answers < 280 {
        if let Message::Stock(NetworkMessage::Headers(_)) = deaf.hear().await.expect("answers") {
            answers += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_giants_are_hung_up_on() {
    let node = node(|_| {}).await;
    let magic = Params::dev().magic;
    let mut head = encode(magic, &NetworkMessage::Verack.into());
    head[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut early = encode(magic, &NetworkMessage::Version(version()).into());
    early[16..20].copy_from_slice(&MAX_PAYLOAD.to_le_bytes());
    for bytes in [vec![0x55; 4_096], head.clone(), early] {
        let mut peer = stranger(&node).await;
        // It may hang up before it has heard all.
        let _ = peer.say_bytes(&bytes).await;
        while peer.hear().await.is_some() {}
    }
    // After a handshake that is polite as well.
    let mut peer = greeted(&node).await;
    let _ = peer.say_bytes(&head).await;
    while peer.hear().await.is_some() {}
    until_greeted(&node, 0).await;
    until_nothing_held(&node).await;
    let mut old = stranger(&node).await;
    let mut version = version();
    version.version = VERSION - 10_000;
    old.say(NetworkMessage::Version(version), usize::MAX).await;
    while old.hear().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn half_read_messages_are_counted_and_forgotten() {
    let node = node(|_| {}).await;
    let magic = Params::dev().magic;
    let mut peer = greeted(&node).await;
    until_greeted(&node, 1).await;
    let mut block = encode(magic, &NetworkMessage::Verack.into());
    block.truncate(24);
    block[4..16].copy_from_slice(b"block\0\0\0\0\0\0\0");
    block[16..20].copy_from_slice(&MAX_PAYLOAD.to_le_bytes());
    block.resize(1 << 20, 7);
    peer.say_bytes(&block).await.expect("room for that");
    let held = || node.service.shared.held.load(Ordering::Relaxed);
    let mut views = node.service.views();
    while held() < 1 << 20 {
        views.changed().await.expect("the node runs");
    }
    assert!(held() < 3 << 20, "{} bytes for one of 1 MiB", held());
    drop(peer);
    until_greeted(&node, 0).await;
    until_nothing_held(&node).await;
}
