//! Keeps the index at the node's tip and tells whoever waits for a block.
use std::time::Duration;

use moneta_index::{CatchUp, IndexError};

use crate::state::AppState;

/// How long to wait before a failed step is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a step may fail in a row before the gateway gives up: it would only grow stale.
const TRIES: u32 = 30;

/// Follows the chain until the gateway stops.
///
/// # Errors
/// The index could not follow for half a minute.
pub(crate) async fn follow_index(state: AppState) -> Result<(), IndexError> {
    let mut stopping = state.shared.stopping.subscribe();
    tokio::select! {
        error = follow(&state) => Err(error),
        _ = stopping.wait_for(|stop| *stop) => Ok(()),
    }
}

async fn follow(state: &AppState) -> IndexError {
    let (mut seen, mut failures) = (0, 0);
    loop {
        match step(state).await {
            Ok(CatchUp::Current) => {
                failures = 0;
                seen = state.node.changed(seen).await;
            }
            Ok(CatchUp::Stepped | CatchUp::Restarted) => {
                failures = 0;
                state.shared.steps.send_modify(|steps| *steps += 1);
            }
            Err(error) => {
                failures += 1;
                tracing::error!(%error, failures, "the index could not follow the chain");
                if failures == TRIES {
                    return error;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn step(state: &AppState) -> Result<CatchUp, IndexError> {
    let state = state.clone();
    // A step writes a file: a thread for blocking work does it, and waits for the node there.
    let runtime = tokio::runtime::Handle::current();
    let step = move || runtime.block_on(state.index.catch_up_step(&*state.node));
    match tokio::task::spawn_blocking(step).await {
        Ok(done) => done,
        Err(_) => Err(IndexError::Node(moneta_node_api::NodeError::Stopped)),
    }
}
