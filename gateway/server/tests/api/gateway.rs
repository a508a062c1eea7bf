//! A real gateway on a port of its own, over a real node in the same process.
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moneta_chain::{Params, SealedBlock};
use moneta_daemon::{Clock, LocalNode, MinerPolicy, NodeConfig, SystemClock, run_miner};
use moneta_server::{Gateway, GatewayConfig};
use moneta_testkit::sandbox::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::door::{Door, Turn};

/// The system's clock, but ahead by so many seconds: chains of more than 700 blocks in a moment need it.
#[derive(Debug, Default)]
pub(crate) struct ClockAhead(AtomicU64);

impl Clock for ClockAhead {
    fn now(&self) -> u64 {
        SystemClock.now() + self.0.load(Ordering::Relaxed)
    }
}

/// A gateway that runs until it is dropped.
pub(crate) struct TestGateway {
    /// Speaks with the demo key.
    pub(crate) client: Client,
    /// Speaks with the key of another tenant.
    pub(crate) stranger: Client,
    /// The demo key itself.
    pub(crate) demo_key: String,
    /// Makes the node refuse what is submitted.
    pub(crate) shut: Arc<AtomicBool>,
    node: Option<Arc<LocalNode>>,
    turn: Arc<Mutex<Turn>>,
    clock: Arc<ClockAhead>,
    mining: bool,
    dir: Option<TempDir>,
    stop: watch::Sender<bool>,
    parts: Vec<JoinHandle<()>>,
    runtime: Option<Runtime>,
}

impl TestGateway {
    /// Starts a gateway over a fresh chain whose faucet has coins.
    pub(crate) fn start() -> Self {
        Self::over(tempfile::tempdir().expect("a folder"), true)
    }

    /// The same, but blocks are made on demand only.
    pub(crate) fn without_miner() -> Self {
        Self::over(tempfile::tempdir().expect("a folder"), false)
    }

    fn over(dir: TempDir, mining: bool) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let (stop, stopped) = watch::channel(false);
        let shut = Arc::new(AtomicBool::new(false));
        let clock = Arc::new(ClockAhead::default());
        let turn = Arc::new(Mutex::default());
        let door = open_door(dir.path(), shut.clone(), Arc::clone(&turn), clock.clone());
        let node = Arc::clone(&door.node);
        let (client, stranger, demo_key, parts) = runtime
            .block_on(open(dir.path(), mining, door, stopped))
            .expect("the gateway opens");
        Self {
            client,
            stranger,
            demo_key,
            shut,
            node: Some(node),
            turn,
            clock,
            mining,
            dir: Some(dir),
            stop,
            parts,
            runtime: Some(runtime),
        }
    }

    /// Stops the gateway and starts it again over the same folder.
    pub(crate) fn restart(mut self) -> Self {
        self.shut_down();
        let dir = self.dir.take().expect("a folder until the end");
        Self::over(dir, self.mining)
    }

    /// Returns the node behind it.
    pub(crate) fn node(&self) -> &LocalNode {
        self.node.as_ref().expect("a node until the end")
    }

    /// Gives the node these blocks once so many blocks have been read from now on.
    pub(crate) fn turn_after(&self, after: usize, blocks: Vec<SealedBlock>) {
        *self.turn.lock().expect("nobody panics here") = Turn { after, blocks };
    }

    /// Runs what has to be waited for.
    pub(crate) fn wait_for<T>(&self, what: impl Future<Output = T>) -> T {
        let runtime = self.runtime.as_ref().expect("a runtime until the end");
        runtime.block_on(what)
    }

    fn shut_down(&mut self) {
        self.stop.send_replace(true);
        // The folder is free when the last who holds the node is gone.
        self.node = None;
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        let parts = std::mem::take(&mut self.parts);
        runtime.block_on(async {
            for part in parts {
                part.await.expect("no part panics");
            }
        });
        runtime.shutdown_timeout(Duration::from_secs(5));
    }

    /// Makes a hosted wallet and returns its id and its first address.
    pub(crate) fn wallet(&self, name: &str) -> (String, String) {
        let body = json!({"name": name, "kind": "hosted"});
        let id = text(&self.client.post("/v1/wallets", &body).ok(), "/id");
        let address = self
            .client
            .post(&format!("/v1/wallets/{id}/addresses"), &json!({}))
            .ok();
        (id, text(&address, "/address"))
    }

    /// Makes a hosted wallet with MTA.
    pub(crate) fn funded(&self, name: &str, amount: &str) -> (String, String) {
        let (id, address) = self.wallet(name);
        let body = json!({"address": address, "amount": amount});
        self.client.post("/v1/faucet?confirm=true", &body).ok();
        (id, address)
    }

    /// Lets so many blocks pass.
    pub(crate) fn pass(&self, blocks: u64) {
        for _ in 0..blocks.div_ceil(100) {
            self.clock.0.fetch_add(100, Ordering::Relaxed);
            let made = self.client.post("/v1/blocks", &json!({"count": 100})).ok();
            assert_eq!(made["blocks"].as_array().map_or(100, Vec::len), 100);
        }
    }

    /// Opens a bare connection.
    pub(crate) fn socket(&self) -> TcpStream {
        let address = self
            .client
            .url
            .strip_prefix("http://")
            .expect("a plain URL");
        TcpStream::connect(address).expect("the gateway listens")
    }

    /// Posts without an Idempotency-Key; returns status and body.
    pub(crate) fn post_without_key(&self, path: &str, body: &Value) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut response = agent
            .post(format!("{}{path}", self.client.url))
            .header("authorization", format!("Bearer {}", self.demo_key))
            .send_json(body)
            .expect("the gateway answers");
        let body = response.body_mut().read_json().expect("JSON");
        (response.status().as_u16(), body)
    }

    /// Returns what a wallet holds of an asset, in one of its states.
    pub(crate) fn balance(&self, wallet: &str, asset: &str, state: &str) -> String {
        let balances = self
            .client
            .get(&format!("/v1/wallets/{wallet}/balances"))
            .ok();
        let items = balances["items"].as_array().expect("items").clone();
        let held = items.iter().find(|item| item["asset"] == asset);
        held.map_or_else(
            || "0".into(),
            |held| text(held, &format!("/{state}/amount")),
        )
    }
}

impl Drop for TestGateway {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn open_door(
    dir: &Path,
    shut: Arc<AtomicBool>,
    turn: Arc<Mutex<Turn>>,
    clock: Arc<ClockAhead>,
) -> Door {
    let node = LocalNode::open(NodeConfig {
        dir: dir.join("node"),
        params: Params::dev(),
        clock,
        state_memory: NodeConfig::STATE_MEMORY,
    });
    Door {
        node: node.expect("a folder that nobody else uses"),
        shut,
        turn,
    }
}

async fn open(
    dir: &Path,
    mining: bool,
    door: Door,
    stopped: watch::Receiver<bool>,
) -> Result<(Client, Client, String, Vec<JoinHandle<()>>), Box<dyn std::error::Error>> {
    let node = Arc::clone(&door.node);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let config = GatewayConfig::sandbox(dir.to_owned(), url.clone());
    let gateway = Gateway::open(config, Arc::new(door)).await?;
    let payout = gateway.faucet_script();
    node.mine_history(130, payout.clone()).await?;
    let demo_key = gateway.demo_api_key();
    let client = Client::new(&url, Some(&demo_key));
    let stranger = Client::new(&url, Some(&gateway.create_api_key().await?));
    let policy = MinerPolicy {
        on_transaction: Some(Duration::from_millis(20)),
        heartbeat: None,
        payout,
    };
    let miner = run_miner(node, policy, wait(stopped.clone()));
    let server = gateway.serve(listener, wait(stopped));
    let mut parts = vec![tokio::spawn(async {
        server.await.expect("the gateway goes on");
    })];
    if mining {
        parts.push(tokio::spawn(async {
            miner.await.expect("the miner goes on");
        }));
    }
    Ok((client, stranger, demo_key, parts))
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Returns the text at a JSON pointer.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
        .to_owned()
}
