//! A node's own page and its JSON, for `moneta node --status`.
use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use moneta_api_types::{NodePeer, NodeStatus};
use moneta_pages::files::STYLE;
use moneta_pages::{CONTENT_SECURITY_POLICY, Node, render_node};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::connections::{self, Limits};

/// What is told: `None` before the node has begun.
type Source = watch::Receiver<Option<NodeStatus>>;

/// Answers `/` with a page and `/status.json` with the same as JSON, until `stop` is ready.
pub async fn serve_status(
    listener: TcpListener,
    status: watch::Receiver<Option<NodeStatus>>,
    stop: impl Future<Output = ()>,
) {
    let router = Router::new()
        .route("/", get(page))
        .route("/status.json", get(json))
        .route(STYLE.path(), get(style))
        .with_state(status);
    connections::serve(listener, router, Limits::STATUS, stop).await;
}

/// Waits for the first that is told; `None` if the node ends before.
async fn told(mut source: Source) -> Option<NodeStatus> {
    source.wait_for(Option::is_some).await.ok()?.clone()
}

async fn json(State(source): State<Source>) -> Response {
    match told(source).await {
        Some(status) => Json(status).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn page(State(source): State<Source>) -> Response {
    let Some(status) = told(source).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, render_node(&view(status))).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, STYLE.content_type)], STYLE.bytes).into_response()
}

fn view(status: NodeStatus) -> Node {
    let progress = status.is_syncing.then(|| progress(&status));
    Node {
        network: status.network,
        user_agent: status.user_agent,
        height: status.height,
        headers: status.headers,
        progress,
        peers: status.peers.into_iter().map(peer).collect(),
    }
}

fn progress(status: &NodeStatus) -> String {
    let mut text = "Fetching the chain".to_owned();
    if let Some(rate) = status.blocks_per_1000_s {
        let _ = write!(
            text,
            ": {}.{} blocks a second",
            rate / 1_000,
            rate % 1_000 / 100
        );
    }
    if let Some(seconds) = status.seconds_left {
        let (hours, minutes) = (seconds / 3_600, seconds % 3_600 / 60);
        let _ = match (hours, minutes) {
            (0, 0) => write!(text, ", {seconds} s left"),
            (0, minutes) => write!(text, ", {minutes} min left"),
            (hours, minutes) => write!(text, ", {hours} h {minutes} min left"),
        };
    }
    text
}

fn peer(peer: NodePeer) -> moneta_pages::NodePeer {
    moneta_pages::NodePeer {
        address: peer.address,
        purpose: peer.purpose.replace('_', " "),
        user_agent: peer.user_agent.unwrap_or_default(),
        height: peer.height,
        ping_ms: peer.ping_ms,
    }
}
