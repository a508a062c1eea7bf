//! `moneta sandbox`: a whole Moneta on this machine. Starts the parts in order, says where they are, stops them.

pub(crate) mod data_dir;
pub(crate) mod facts;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use moneta_chain::Params;
use moneta_daemon::{
    LocalNode, MinerPolicy, NodeConfig, OpenProgress, SystemClock, keep_mempool, run_miner,
};
use moneta_node_api::NodeApi;
use moneta_server::{Gateway, GatewayConfig};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use facts::SandboxFacts;

/// Blocks of a fresh chain: enough that the first coinbase can be spent.
const FIRST_BLOCKS: u32 = 110;
/// How long the miner waits after a transaction, so that those sent together share a block.
const BATCH: Duration = Duration::from_millis(200);
/// How often the mempool is saved while the node runs.
const SAVE_PERIOD: Duration = Duration::from_secs(180);

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
}

/// Runs the sandbox until Ctrl-C or SIGTERM.
pub(crate) fn run(args: SandboxArgs) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("MONETA_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the async runtime can't be started")?
        .block_on(serve(args))
}

async fn serve(args: SandboxArgs) -> anyhow::Result<()> {
    let dir = data_dir::resolve(args.data_dir)?;
    let listener = listen(args.listen).await?;
    data_dir::create(&dir)?;
    if args.fresh {
        wipe_unused(&dir, args.yes)?;
    }
    let address = listener
        .local_addr()
        .context("the listening address is unknown")?;
    let url = format!("http://{address}");

    let node = open_node(&dir)?;
    let config = GatewayConfig::sandbox(dir.clone(), url.clone());
    let gateway = Gateway::open(config, node.clone())
        .await
        .context("the gateway can't be opened")?;
    let payout = gateway.faucet_script();
    if node.tip().await.height.to_u32() == 0 {
        say("Mining the first blocks, so that the faucet has coins ...")?;
        node.mine_history(FIRST_BLOCKS, payout.clone())
            .await
            .context("the first blocks can't be mined")?;
    }
    let facts = SandboxFacts {
        url,
        api_key: gateway.demo_api_key(),
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
        error = node.fatal() => Some(error),
    };
    say("Stopping ...")?;
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

fn open_node(dir: &Path) -> anyhow::Result<Arc<LocalNode>> {
    let config = NodeConfig {
        dir: dir.join("node"),
        params: Params::dev(),
        clock: Arc::new(SystemClock),
        state_memory: NodeConfig::STATE_MEMORY,
    };
    let mut last = Instant::now();
    let node = LocalNode::open_reporting(config, |progress: OpenProgress| {
        // A line a second: long work shows progress, short work stays silent.
        if last.elapsed() > Duration::from_secs(1) {
            last = Instant::now();
            let _ = say(&format!(
                "Reading the chain: {} of {} blocks ...",
                progress.blocks, progress.total
            ));
        }
    });
    node.with_context(|| format!("the chain in {} can't be opened", dir.display()))
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means the sender is gone, which is a stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn greet(facts: &SandboxFacts, dir: &Path, height: u32) -> anyhow::Result<()> {
    let SandboxFacts { url, api_key, .. } = facts;
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
  Data       {}
  Demo       moneta demo --data-dir {}

Press Ctrl-C to stop; start again to go on with the same chain and wallets.
",
        dir.display(),
        dir.display()
    ))
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("standard output is closed")
}
