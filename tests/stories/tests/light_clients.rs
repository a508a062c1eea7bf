//! Stock clients of Bitcoin's, unpatched, over the network of peers: one finds a wallet's coins by filters, one
//! fetches headers and a block, and Wireshark reads what is said.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bip157::{Builder, Client, Event, Network, TrustedPeer};
use bitcoin::consensus::encode::deserialize_hex;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::{Address, Amount, ScriptBuf, Transaction};
use moneta_testkit::peers::{Link, Node, Speaker, wait_until};
use moneta_testkit::sandbox::Sandbox;
use serde_json::{Value, json};

/// How long something may take that should take a moment, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(120);
/// A sandbox whose chain others share, and that mines when it is told to or a transaction comes.
const SHARED: [&str; 4] = ["--p2p", "127.0.0.1:0", "--block-time", "0"];

/// Asks the faucet, and waits for the block.
fn give(sandbox: &Sandbox, address: &str, amount: &str) {
    let body = json!({"address": address, "amount": amount});
    let client = sandbox.client();
    client.post("/v1/faucet?confirm=true", &body).ok();
}

/// Makes a hosted wallet, and returns an address of it with its script.
fn address(sandbox: &Sandbox) -> (String, ScriptBuf) {
    let client = sandbox.client();
    let body = json!({"name": "light", "kind": "hosted"});
    let wallet = client.post("/v1/wallets", &body).ok();
    let id = wallet["id"].as_str().expect("an id");
    let path = format!("/v1/wallets/{id}/addresses");
    let made = client.post(&path, &json!({})).ok();
    let address = made["address"].as_str().expect("an address").to_owned();
    let parsed: Address<_> = address.parse().expect("an address");
    let script = parsed
        .require_network(Network::Regtest)
        .expect("dev is regtest");
    (address, script.script_pubkey())
}

/// Returns what blocks pay to a script, as a light client finds out with filters alone.
async fn scan(peer: SocketAddr, script: ScriptBuf) -> (Amount, u32) {
    let builder = Builder::new(Network::Regtest);
    let peer = TrustedPeer::from_socket_addr(peer);
    let (node, client) = builder.add_peer(peer).whitelist_only().build();
    let running = tokio::spawn(async move { node.run().await });
    let Client {
        requester,
        mut event_rx,
        mut info_rx,
        mut warn_rx,
    } = client;
    // What nobody listens to would fill up.
    tokio::spawn(async move { while info_rx.recv().await.is_some() {} });
    tokio::spawn(async move {
        while let Some(warning) = warn_rx.recv().await {
            eprintln!("bip157: {warning}");
        }
    });
    let mut hits = Vec::new();
    let tip = loop {
        match event_rx.recv().await.expect("the client runs") {
            Event::IndexedFilter(filter) => {
                if filter.contains_any([&script].into_iter()) {
                    hits.push(filter.block_hash());
                }
            }
            Event::FiltersSynced(update) => break update.tip(),
            Event::ChainUpdate(_) => {}
        }
    };
    let mut found = Amount::ZERO;
    for id in hits {
        let block = requester.get_block(id).await.expect("the peer has it");
        let outputs = block.block.txdata.iter().flat_map(|tx| &tx.output);
        found += outputs
            .filter(|output| output.script_pubkey == script)
            .map(|output| output.value)
            .sum();
    }
    requester.shutdown().expect("it runs");
    let _ = running.await;
    (found, tip.height)
}

#[test]
fn bip157_finds_the_coins_of_a_wallet_by_filters() {
    let sandbox = Sandbox::start_with(&SHARED);
    let (address, script) = address(&sandbox);
    give(&sandbox, &address, "1.5");
    sandbox.mine(3);
    give(&sandbox, &address, "0.25");
    // A node that took the chain from another serves it just as well.
    let node = Node::start(&[sandbox.p2p()]);
    let (height, _) = sandbox.tip();
    node.wait_for_height(height, PATIENCE);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let scan = runtime.block_on(async {
        let scan = scan(node.address(), script);
        tokio::time::timeout(PATIENCE, scan).await
    });
    let (found, seen) = scan.expect("in time");
    assert_eq!(found, Amount::from_sat(175_000_000));
    assert_eq!(u64::from(seen), height);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs python-bitcoinlib against a node; `None` where it is not installed.
fn run_bitcoinlib(peer: SocketAddr) -> Option<Value> {
    let python = root().join("target/examples/bin/python");
    let probe = Command::new(&python)
        .args(["-c", "import bitcoin"])
        .output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        let required = std::env::var_os("MONETA_REQUIRE_EXAMPLES").is_some();
        assert!(
            !required,
            "tests/stories/clients/requirements.txt is required"
        );
        eprintln!("SKIPPED: python-bitcoinlib is not in target/examples");
        return None;
    }
    let output = Command::new(&python)
        .arg(root().join("tests/stories/clients/bitcoinlib.py"))
        .args([peer.ip().to_string(), peer.port().to_string()])
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{failed}");
    let last = said.lines().last().expect("a line");
    Some(serde_json::from_str(last).expect("JSON"))
}

#[test]
fn python_bitcoinlib_fetches_headers_and_a_block() {
    let sandbox = Sandbox::start_with(&SHARED);
    let (address, _) = address(&sandbox);
    give(&sandbox, &address, "1");
    let Some(found) = run_bitcoinlib(sandbox.p2p()) else {
        return;
    };
    let (height, tip) = sandbox.tip();
    assert_eq!(found["height"], height);
    assert_eq!(found["tip"], tip);
    assert_eq!(found["txids"].as_array().map(Vec::len), Some(2));
}

/// Wireshark's reader at work on loopback.
struct Capture {
    child: Child,
    file: PathBuf,
}

impl Capture {
    /// Begins to capture what goes to and from a port; `None` where that can't be done.
    fn of(port: u16, folder: &Path) -> Option<Self> {
        let file = folder.join("capture.pcapng");
        let child = Command::new("tshark")
            .args(["-q", "-i", "lo", "-f", &format!("tcp port {port}"), "-w"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut capture = child.ok().map(|child| Self { child, file });
        let has_begun = |capture: &mut Self| loop {
            if capture.child.try_wait().expect("own child").is_some() {
                break false;
            }
            if capture.file.metadata().is_ok_and(|file| file.len() > 0) {
                break true;
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        if capture.as_mut().is_some_and(has_begun) {
            return capture;
        }
        let required = std::env::var_os("MONETA_REQUIRE_TSHARK").is_some();
        assert!(!required, "tshark is required, and leave to capture");
        eprintln!("SKIPPED: tshark is not here, or may not capture on loopback");
        None
    }

    /// Returns the names of the messages in what was captured so far.
    fn commands(&self, port: u16) -> String {
        let output = Command::new("tshark")
            .arg("-r")
            .arg(&self.file)
            .args(["-d", &format!("tcp.port=={port},bitcoin")])
            .args(["-T", "fields", "-e", "bitcoin.command"])
            .output()
            .expect("tshark reads");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the transaction by which the faucet gives one coin, mined in a block that the nodes behind `link` don't get.
fn given_beyond(link: &Link, sandbox: &Sandbox) -> Transaction {
    let (address, _) = address(sandbox);
    link.cut();
    let body = json!({"address": address, "amount": "1"});
    let given = sandbox.client().post("/v1/faucet?confirm=true", &body).ok();
    let txid = given["txid"].as_str().expect("a txid");
    let hex = sandbox.client().get(&format!("/api/tx/{txid}/hex"));
    assert_eq!(hex.status, 200, "{}", hex.text);
    deserialize_hex(&hex.text).expect("a transaction")
}

#[test]
fn wireshark_reads_what_nodes_say() {
    let sandbox = Sandbox::start_with(&SHARED);
    let link = Link::to(sandbox.p2p());
    let node = Node::start(&[link.address()]);
    let height = sandbox.tip().0;
    node.wait_for_height(height, PATIENCE);
    let port = node.address().port();
    let folder = tempfile::tempdir().expect("a folder");
    let Some(capture) = Capture::of(port, folder.path()) else {
        return;
    };
    // One node takes the chain of the other, and hears of a transaction that no block takes away before it is told of.
    let neighbour = Node::start(&[node.address()]);
    neighbour.wait_for_height(height, PATIENCE);
    let transaction = given_beyond(&link, &sandbox);
    let speaker = Speaker::connect(node.address()).expect("it listens");
    let mut speaker = speaker.greet(false).expect("a greeting");
    let told = speaker.say(NetworkMessage::Tx(transaction));
    told.expect("heard");
    // A light client, for plain `headers`.
    let _ = run_bitcoinlib(node.address());
    let wanted = [
        "version", "verack", "headers", "sealhdrs", "inv", "tx", "block",
    ];
    let all_there = || {
        let commands = capture.commands(port);
        let names: Vec<&str> = commands.split([',', '\n']).map(str::trim).collect();
        // The speaker's own `tx` came before anything was told of.
        let told = names.iter().skip_while(|name| **name != "inv");
        wanted.iter().all(|name| names.contains(name)) && told.into_iter().any(|name| *name == "tx")
    };
    wait_until("every kind of message is decoded", PATIENCE, all_there);
}
