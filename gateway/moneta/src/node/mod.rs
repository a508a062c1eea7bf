//! `moneta node`: a node of the network, without wallets. Starts the parts in order, says where they are, stops them.

mod args;
pub(crate) mod peers;
mod status;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use moneta_chain::{Network, Params};
use moneta_daemon::{LocalNode, NetService, keep_mempool};
use moneta_node_api::NodeApi;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub(crate) use args::NodeArgs;

use crate::process::{self, SAVE_PERIOD, interrupted, open_node, say, wait};
use crate::sandbox::data_dir;

/// What is told of, unless `MONETA_LOG` says otherwise: peers, progress, and what goes wrong.
const LOG: &str = "warn,moneta_daemon::net=info";

/// Runs the node until Ctrl-C or SIGTERM.
pub(crate) fn run(args: NodeArgs) -> anyhow::Result<()> {
    process::run(LOG, serve(args))
}

async fn serve(args: NodeArgs) -> anyhow::Result<()> {
    let params = Params::of(args.network);
    let dir = data_dir::resolve(args.data_dir.clone(), args.network.name())?;
    let options = args.options(&dir)?;
    let page = match args.status {
        Some(address) => Some(listen_for_status(address).await?),
        None => None,
    };
    data_dir::create(&dir)?;
    let node = open_node(&dir, params)?;
    let user_agent = options.config.user_agent.clone();
    let service = peers::join(&node, options).await?;

    let (stop, stopped) = watch::channel(false);
    let keeper = keep_mempool(node.clone(), SAVE_PERIOD, wait(stopped.clone()));
    let keeper = tokio::spawn(keeper);
    greet(args.network, &dir, &node, &service, page.as_ref()).await?;
    let page = page.map(|listener| {
        let views = service.views();
        let naming = (args.network, user_agent);
        tokio::spawn(status::serve(listener, views, naming, stopped.clone()))
    });
    let telling = tokio::spawn(tell_when_up_to_date(Arc::clone(&node), service.views()));

    let fatal = tokio::select! {
        () = interrupted() => None,
        error = node.fatal() => Some(error.to_string()),
        () = service.broken() => Some("the network's thread broke off".to_owned()),
    };
    say("Stopping ...")?;
    telling.abort();
    service.stop().await;
    stop.send_replace(true);
    keeper.await.context("saving the mempool broke off")?;
    if let Some(page) = page {
        page.await.context("the status page broke off")?;
    }
    match fatal {
        None => say("Stopped. Start again to go on with the same chain."),
        Some(error) => bail!("{error}; the node stopped so that nothing it says can be lost"),
    }
}

async fn listen_for_status(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("the status page can't answer on {address} (taken by another program?); name another with --status ADDR:PORT")
    })
}

async fn greet(
    network: Network,
    dir: &Path,
    node: &LocalNode,
    service: &NetService,
    page: Option<&TcpListener>,
) -> anyhow::Result<()> {
    let height = node.tip().await.height;
    say(&format!(
        "\nMoneta {} node, block {height}\n",
        network.name()
    ))?;
    match service.address() {
        Some(address) => say(&format!("  Peers      {address}"))?,
        None => say("  Peers      nobody can connect to this node (--no-listen)")?,
    }
    if let Some(address) = page.map(TcpListener::local_addr) {
        let address = address.context("the status page's address is unknown")?;
        say(&format!("  Status     http://{address}"))?;
    }
    say(&format!("  Data       {}\n", dir.display()))?;
    say("Press Ctrl-C to stop; start again to go on with the same chain.")
}

/// Says so once the node has all that its peers have.
async fn tell_when_up_to_date(
    node: Arc<LocalNode>,
    mut views: watch::Receiver<Option<Arc<moneta_daemon::NetView>>>,
) {
    let seen = views.wait_for(|view| {
        view.as_ref().is_some_and(|view| {
            let status = &view.status;
            let has_peers = status.peers.iter().any(|peer| peer.height.is_some());
            has_peers && !status.is_syncing && status.height == status.headers
        })
    });
    if seen.await.is_ok() {
        let height = node.tip().await.height;
        let _ = say(&format!("Up to date at block {height}."));
    }
}
