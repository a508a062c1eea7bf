//! `GET /v1/events`
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bitcoin::BlockHash;
use futures_util::stream;
use moneta_api_types::{MempoolSummary, Problem, TipEvent, codes, rfc3339};
use tokio::sync::OwnedSemaphorePermit;

use crate::error::ApiError;
use crate::state::AppState;

/// How often a silent stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

#[utoipa::path(
    get, path = "/v1/events", tag = "chain", operation_id = "stream_events",
    summary = "What happens, as it happens (server-sent events)",
    description = include_str!("../../../../../../docs/api/events.md"),
    responses(
        (status = 200, description = "Events `tip` and `mempool`", body = TipEvent, content_type = "text/event-stream"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn stream(State(state): State<AppState>) -> Result<Response, ApiError> {
    let permit = state
        .shared
        .streams
        .clone()
        .try_acquire_owned()
        .map_err(|_| {
            ApiError::new(
                codes::REQUEST_BUSY,
                "too many listen already; poll `/v1/chain` meanwhile",
            )
        })?;
    let listener = Listener {
        state,
        seen: 0,
        tip: None,
        mempool: None,
        waiting: Vec::new(),
        _permit: permit,
    };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response())
}

/// One client that listens, and what it was told last.
struct Listener {
    state: AppState,
    seen: u64,
    tip: Option<BlockHash>,
    mempool: Option<u64>,
    waiting: Vec<Event>,
    _permit: OwnedSemaphorePermit,
}

impl Listener {
    /// Returns the next event; `None` once the gateway stops. The first ones say how things stand.
    async fn next(&mut self) -> Option<Event> {
        let mut stopping = self.state.shared.stopping.subscribe();
        loop {
            if let Some(event) = self.waiting.pop() {
                return Some(event);
            }
            tokio::select! {
                seen = self.state.node.changed(self.seen) => self.seen = seen,
                _ = stopping.wait_for(|stop| *stop) => return None,
            }
            self.look().await;
        }
    }

    async fn look(&mut self) {
        // Who hears of a block asks about it next: the index should have it by then. If it lags, the
        // news is not held back.
        let _ = self.state.catch_up().await;
        let mempool = self.state.node.mempool().await;
        if self.mempool.replace(mempool.revision) != Some(mempool.revision) {
            let summary = MempoolSummary {
                transactions: mempool.entries.len(),
                vsize: mempool.entries.iter().map(|entry| entry.vsize).sum(),
            };
            self.waiting
                .extend(Event::default().event("mempool").json_data(summary));
        }
        let tip = self.state.node.tip().await;
        if self.tip.replace(tip.id) != Some(tip.id) {
            let told = TipEvent {
                height: tip.height.to_u32(),
                hash: tip.id.to_string(),
                time: rfc3339(u64::from(tip.time)),
            };
            self.waiting
                .extend(Event::default().event("tip").json_data(told));
        }
    }
}
