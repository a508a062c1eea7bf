//! `moneta sandbox`: a whole Moneta on this machine. Starts the parts in order, says where they are, stops them.

pub(crate) mod data_dir;
pub(crate) mod facts;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use moneta_chain::Params;
use moneta_daemon::{
    LocalNode, MinerPolicy, NetConfig, NetOptions, NetService, keep_mempool, run_miner,
};
use moneta_node_api::NodeApi;
use moneta_server::{Gateway, GatewayConfig};
use tokio::net::TcpListener;
use tokio::sync::watch;

use facts::SandboxFacts;

use crate::node::peers;
use crate::process::{self, SAVE_PERIOD, interrupted, open_node, say, wait};

/// Blocks of a fresh chain: enough that the first coinbase can be spent.
const FIRST_BLOCKS: u32 = 110;
/// How long the miner waits after a transaction, so that those sent together share a block.
const BATCH: Duration = Duration::from_millis(200);

/// Arguments of `moneta sandbox`.
#[derive(clap::Args, Debug)]
pub(crate) struct SandboxArgs {
    /// Address and port to answer on
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder for chain and wallets [default: ~/.local/share/moneta/sandbox]
    #[arg(long, value_name = "DIR", env = "MONETA_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Begin anew: remove the chain and all wallets of the data folder first
    #[arg(long)]
    fresh: bool,
    /// Do not ask before `--fresh` removes anything
    #[arg(long, requires = "fresh")]
    yes: bool,
    /// Seconds between blocks when nothing happens; 0 for none (a transaction always gets a block)
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    block_time: u64,
    /// Let nodes (`moneta node --network dev`) and light clients connect here
    #[arg(long, value_name = "ADDR:PORT")]
    p2p: Option<SocketAddr>,
    /// Share the chain with this node or sandbox (may be repeated). A fresh sandbox takes its chain and mines none
    #[arg(long, value_name = "HOST[:PORT]")]
    connect: Vec<String>,
}

/// Runs the sandbox until Ctrl-C or SIGTERM.
pub(crate) fn run(args: SandboxArgs) -> anyhow::Result<()> {
    process::run("warn", serve(args))
}

async fn serve(args: SandboxArgs) -> anyhow::Result<()> {
    let dir = data_dir::resolve(args.data_dir, "sandbox")?;
    let listener = listen(args.listen).await?;
    data_dir::create(&dir)?;
    if args.fresh {
        wipe_unused(&dir, args.yes)?;
    }
    let address = listener
        .local_addr()
        .context("the listening address is unknown")?;
    let url = format!("http://{address}");

    let node = open_node(&dir, Params::dev())?;
    let config = GatewayConfig::sandbox(dir.clone(), url.clone());
    let gateway = Gateway::open(config, node.clone())
        .await
        .context("the gateway can't be opened")?;
    let payout = gateway.faucet_script();
    let service = join(&node, args.p2p, &args.connect).await?;
    if node.tip().await.height.to_u32() == 0 && args.connect.is_empty() {
        say("Mining the first blocks, so that the faucet has coins ...")?;
        node.mine_history(FIRST_BLOCKS, payout.clone())
            .await
            .context("the first blocks can't be mined")?;
    }
    let facts = SandboxFacts {
        url,
        api_key: gateway.demo_api_key(),
        p2p: service.as_ref().and_then(NetService::address),
        pid: std::process::id(),
    };
    facts.write(&dir)?;

    let (stop, stopped) = watch::channel(false);
    let policy = MinerPolicy {
        on_transaction: Some(BATCH),
        heartbeat: (args.block_time > 0).then(|| Duration::from_secs(args.block_time)),
        payout,
    };
    let miner = tokio::spawn(run_miner(node.clone(), policy, wait(stopped.clone())));
    let keeper = keep_mempool(node.clone(), SAVE_PERIOD, wait(stopped.clone()));
    let keeper = tokio::spawn(keeper);
    let server = tokio::spawn(gateway.serve(listener, wait(stopped)));
    greet(&facts, &dir, node.tip().await.height.to_u32())?;

    let fatal = tokio::select! {
        () = interrupted() => None,
        error = node.fatal() => Some(error.to_string()),
        () = broken(service.as_ref()) => Some("the network's thread broke off".to_owned()),
    };
    say("Stopping ...")?;
    if let Some(service) = service {
        service.stop().await;
    }
    stop.send_replace(true);
    miner
        .await
        .context("the miner broke off")?
        .context("the miner could not go on")?;
    keeper.await.context("saving the mempool broke off")?;
    server
        .await
        .context("the gateway broke off")?
        .context("the gateway could not go on")?;
    match fatal {
        None => say("Stopped. Start again to go on with the same chain and wallets."),
        Some(error) => bail!("{error}; the sandbox stopped so that nothing it says can be lost"),
    }
}

/// Shares the chain with others, if that is wanted.
async fn join(
    node: &Arc<LocalNode>,
    listen: Option<SocketAddr>,
    connect: &[String],
) -> anyhow::Result<Option<NetService>> {
    if listen.is_none() && connect.is_empty() {
        return Ok(None);
    }
    let params = Params::dev();
    let mut config = NetConfig::of(params.network);
    config.max_per_address = config.max_inbound;
    config.manual_only = true;
    for host in connect {
        peers::add(&mut config, host, params.port)?;
    }
    let magic = params.magic;
    let options = NetOptions {
        book: None,
        name_servers: Vec::new(),
        config,
        listen,
        magic,
    };
    peers::join(node, options).await.map(Some)
}

/// Waits until the network breaks off, which it never should.
async fn broken(service: Option<&NetService>) {
    match service {
        Some(service) => service.broken().await,
        None => std::future::pending().await,
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} can't be used (taken by another program?); choose another with --listen ADDR:PORT")
    })
}

/// Removes the data of a sandbox that does not run: opening its chain proves that nobody else has it open.
fn wipe_unused(dir: &Path, yes: bool) -> anyhow::Result<()> {
    if dir.join("node").exists() {
        moneta_daemon::ensure_unused(&dir.join("node")).context("--fresh removes nothing")?;
    }
    data_dir::wipe(dir, yes)
}

fn greet(facts: &SandboxFacts, dir: &Path, height: u32) -> anyhow::Result<()> {
    let SandboxFacts { url, api_key, .. } = facts;
    let p2p = facts.p2p.map_or_else(
        || "nobody (--p2p ADDR:PORT lets nodes connect)".to_owned(),
        |address| address.to_string(),
    );
    say(&format!(
        "
Moneta sandbox, block {height}

  Explorer   {url}
  API        {url}/v1     (OpenAPI: {url}/openapi.json)
  API docs   {url}/docs
  Esplora    {url}/api    (bdk, esplora-client: network regtest)
  API key    {api_key}
  Faucet     curl -X POST {url}/v1/faucet -H 'Authorization: Bearer {api_key}' \\
               -H \"Idempotency-Key: $(date +%s)\" -H 'Content-Type: application/json' \\
               -d '{{\"address\": \"bcrt1...\", \"amount\": \"1\"}}'
  Peers      {p2p}
  Data       {}
  Demo       moneta demo --data-dir {}

Press Ctrl-C to stop; start again to go on with the same chain and wallets.
",
        dir.display(),
        dir.display()
    ))
}
