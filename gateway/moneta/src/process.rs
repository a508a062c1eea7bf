//! What every command that runs until it is stopped does alike: log, runtime, chain, signals, a line for the user.
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use moneta_chain::Params;
use moneta_daemon::{LocalNode, NodeConfig, OpenProgress, SystemClock};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

/// How often the mempool is saved while the node runs.
pub(crate) const SAVE_PERIOD: Duration = Duration::from_secs(180);

/// Runs a command, with a log on standard error: `MONETA_LOG` says how much of it.
pub(crate) fn run(
    log: &str,
    command: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("MONETA_LOG").unwrap_or_else(|_| EnvFilter::new(log));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the async runtime can't be started")?
        .block_on(command)
}

/// Opens the chain in `dir`, and says how far it is when that takes long.
pub(crate) fn open_node(dir: &Path, params: Params) -> anyhow::Result<Arc<LocalNode>> {
    let config = NodeConfig {
        dir: dir.join("node"),
        params,
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

/// Waits until all are told to stop.
pub(crate) async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means the sender is gone, which is a stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Waits for Ctrl-C or SIGTERM.
pub(crate) async fn interrupted() {
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

/// Prints a line.
pub(crate) fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("standard output is closed")
}
