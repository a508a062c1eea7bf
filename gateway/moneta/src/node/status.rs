//! What the status page tells, from what the network shows.
use std::sync::Arc;

use moneta_api_types::{NodePeer, NodeStatus};
use moneta_chain::Network;
use moneta_daemon::{NetView, PeerStatus, Purpose};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::process::wait;

/// Answers until all are told to stop.
pub(super) async fn serve(
    listener: TcpListener,
    mut views: watch::Receiver<Option<Arc<NetView>>>,
    (network, user_agent): (Network, String),
    stopped: watch::Receiver<bool>,
) {
    let (show, shown) = watch::channel(None);
    let follow = async {
        loop {
            let view = views.borrow_and_update().clone();
            show.send_replace(view.map(|view| status(network, &user_agent, &view)));
            if views.changed().await.is_err() {
                // The last view stays until all are told to stop.
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = moneta_server::serve_status(listener, shown, wait(stopped)) => {}
        () = follow => {}
    }
}

fn status(network: Network, user_agent: &str, view: &NetView) -> NodeStatus {
    let status = &view.status;
    let progress = view.progress;
    NodeStatus {
        network: network.name().to_owned(),
        user_agent: user_agent.to_owned(),
        height: status.height.to_u32(),
        headers: status.headers.to_u32(),
        is_syncing: status.is_syncing,
        blocks_per_1000_s: progress.map(|progress| progress.blocks_per_1000_s),
        seconds_left: progress
            .and_then(|progress| progress.left)
            .map(|left| left.as_secs()),
        in_flight: status.in_flight,
        peers: status
            .peers
            .iter()
            .map(|peer| self::peer(peer, view))
            .collect(),
    }
}

fn peer(peer: &PeerStatus, view: &NetView) -> NodePeer {
    let millis = |took: std::time::Duration| u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    NodePeer {
        id: peer.id.0,
        address: peer.address.to_string(),
        purpose: purpose(peer.purpose).to_owned(),
        user_agent: peer.user_agent.clone(),
        height: peer.height.map(|height| height.to_u32()),
        ping_ms: peer.round_trip.map(millis),
        in_flight: peer.in_flight,
        connected_s: view.at.saturating_sub(peer.connected_at).as_secs(),
    }
}

const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Inbound => "inbound",
        Purpose::Full => "full",
        Purpose::BlocksOnly => "blocks_only",
        Purpose::Feeler => "feeler",
        Purpose::Manual => "manual",
    }
}
