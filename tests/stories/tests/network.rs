//! Nodes of several processes keep one chain: through partitions, kills, slow and hostile peers.
use std::time::Duration;

use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::{GetHeadersMessage, Inventory};
use bitcoin::{Block, BlockHash};
use moneta_p2p::Message;
use moneta_testkit::peers::{Link, Node, Siege, Speaker, digest, wait_until};
use moneta_testkit::sandbox::Sandbox;

/// How long something may take that should take a moment, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);
/// A sandbox whose chain others share, and that mines when it is told to.
const SHARED: [&str; 4] = ["--p2p", "127.0.0.1:0", "--block-time", "0"];

fn wait_for_tip(sandbox: &Sandbox, tip: &(u64, String), patience: Duration) -> Duration {
    wait_until(&format!("{tip:?}"), patience, || sandbox.tip() == *tip)
}

#[test]
fn a_node_takes_the_chain_of_a_sandbox_and_shows_how_it_does() {
    let mut sandbox = Sandbox::start_with(&SHARED);
    let node = Node::start(&[sandbox.p2p()]);
    let (height, _) = sandbox.tip();
    node.wait_for_height(height, PATIENCE);
    sandbox.mine(3);
    node.wait_for_height(height + 3, PATIENCE);
    let status = node.status();
    assert_eq!(status["network"], "dev");
    assert_eq!(status["peers"][0]["purpose"], "manual");
    let page = node.page().get("/");
    assert_eq!(page.status, 200);
    let block = format!("Block {}", height + 3);
    assert!(page.text.contains(&block), "{}", page.text);
    // A second sandbox has the same chain, wallets of its own, and passes on what it is given.
    let peer = node.address().to_string();
    let mut args = SHARED.to_vec();
    args.extend(["--connect", &peer]);
    let other = Sandbox::start_with(&args);
    wait_for_tip(&other, &sandbox.tip(), PATIENCE);
    other.mine(1);
    wait_for_tip(&sandbox, &other.tip(), PATIENCE);
    assert!(sandbox.interrupt().success());
    let whole = digest(sandbox.dir());
    assert_eq!(node.stop_and_digest(), whole);
}

#[test]
fn a_node_finds_its_peers_again_after_a_restart() {
    let sandbox = Sandbox::start_with(&SHARED);
    // A name server that knows one node.
    let seed = format!("--dns-seed={}", sandbox.p2p());
    let mut node = Node::start_with(&[seed]);
    let (height, _) = sandbox.tip();
    node.wait_for_height(height, PATIENCE);
    assert_eq!(node.status()["peers"][0]["purpose"], "full");
    assert!(node.interrupt().success());
    sandbox.mine(2);
    // Nobody is named: the address book knows.
    node.restart_with(&[]);
    node.wait_for_height(height + 2, PATIENCE);
}

#[test]
fn five_nodes_that_were_parted_for_fifty_blocks_agree_within_a_minute() {
    let mut first = Sandbox::start_with(&SHARED);
    let near = Node::start(&[first.p2p()]);
    // What joins the two sides can be cut.
    let links = [Link::to(first.p2p()), Link::to(near.address())];
    let bridge = links[0].address().to_string();
    let mut args = SHARED.to_vec();
    args.extend(["--connect", &bridge]);
    let mut second = Sandbox::start_with(&args);
    let far = Node::start(&[second.p2p(), links[1].address()]);
    let farther = Node::start(&[far.address()]);
    let nodes = [&near, &far, &farther];
    wait_for_tip(&second, &first.tip(), PATIENCE);
    let (start, _) = first.tip();
    for node in nodes {
        node.wait_for_height(start, PATIENCE);
    }
    links.iter().for_each(Link::cut);
    first.mine(50);
    second.mine(51);
    near.wait_for_height(start + 50, PATIENCE);
    far.wait_for_height(start + 51, PATIENCE);
    farther.wait_for_height(start + 51, PATIENCE);
    assert_eq!(first.tip().0, start + 50, "the sides are parted");
    links.iter().for_each(Link::mend);
    let longest = second.tip();
    let healed = wait_for_tip(&first, &longest, PATIENCE);
    let healed = healed + near.wait_for_height(longest.0, PATIENCE);
    println!("measured healing after 50 blocks: {healed:?}");
    assert!(healed < PATIENCE, "{healed:?}");
    assert!(first.interrupt().success() && second.interrupt().success());
    let whole = digest(first.dir());
    assert_eq!(digest(second.dir()), whole);
    for node in [near, far, farther] {
        assert_eq!(node.stop_and_digest(), whole);
    }
}

#[test]
fn a_node_that_is_killed_in_the_middle_of_a_sync_goes_on_where_it_was() {
    let mut sandbox = Sandbox::start_with(&SHARED);
    for _ in 0..5 {
        sandbox.mine(100);
    }
    let (height, _) = sandbox.tip();
    let link = Link::to(sandbox.p2p());
    // All headers, and some of the blocks.
    link.cut_after(120_000);
    let mut node = Node::start(&[link.address()]);
    for _ in 0..3 {
        wait_until("the link breaks", PATIENCE, || link.is_cut());
        wait_until("some blocks", PATIENCE, || node.height() > 0);
        assert!(node.height() < height, "it has all of them already");
        node.kill();
        link.mend();
        link.cut_after(120_000);
        node.restart(&[link.address()]);
    }
    link.mend();
    node.wait_for_height(height, PATIENCE);
    assert!(sandbox.interrupt().success());
    assert_eq!(node.stop_and_digest(), digest(sandbox.dir()));
}

#[test]
fn a_light_client_that_sends_byte_by_byte_gets_headers_and_a_block() {
    let sandbox = Sandbox::start_with(&SHARED);
    let speaker = Speaker::connect(sandbox.p2p()).expect("it listens");
    let mut speaker = speaker.in_pieces_of(1).greet(false).expect("a greeting");
    let (height, tip) = sandbox.tip();
    let genesis = moneta_chain::Params::dev().genesis.block_hash();
    let question = GetHeadersMessage::new(vec![genesis], BlockHash::all_zeros());
    speaker
        .say(NetworkMessage::GetHeaders(question))
        .expect("heard");
    let headers = speaker.hear_about(|message| match message {
        Message::Stock(NetworkMessage::Headers(headers)) => Some(headers),
        _ => None,
    });
    let headers = headers.expect("headers");
    assert_eq!(headers.len() as u64, height);
    let last = headers.last().expect("a tip").block_hash();
    assert_eq!(last.to_string(), tip);
    let question = NetworkMessage::GetData(vec![Inventory::WitnessBlock(last)]);
    speaker.say(question).expect("heard");
    let block: Block = speaker
        .hear_about(|message| match message {
            Message::Stock(NetworkMessage::Block(block)) => Some(block),
            _ => None,
        })
        .expect("a block");
    assert_eq!(block.block_hash(), last);
    assert!(block.check_merkle_root());
}

#[test]
fn an_honest_tip_comes_through_a_crowd_of_hostile_peers() {
    let sandbox = Sandbox::start_with(&SHARED);
    let node = Node::start(&[sandbox.p2p()]);
    let (height, _) = sandbox.tip();
    node.wait_for_height(height, PATIENCE);
    let siege = Siege::lay(node.address(), 18);
    wait_until("every attacker has struck", PATIENCE, || {
        siege.rounds() > 36
    });
    for mined in 1..4 {
        sandbox.mine(1);
        let took = node.wait_for_height(height + mined, PATIENCE);
        println!("measured tip under siege: {took:?}");
    }
    siege.lift();
    let memory = node.peak_memory_kib();
    println!("measured memory under siege: {memory} KiB");
    assert!(memory < 1 << 20, "{memory} KiB");
}
