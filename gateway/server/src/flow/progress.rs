//! How far an operation has come: asked of chain and mempool, never kept.
use std::time::Duration;

use bitcoin::Txid;
use moneta_api_types::{BlockRef, Failure, OperationStatus};
use moneta_node_api::Rejection;

use crate::error::ApiError;
use crate::state::{AppState, Scene};
use crate::store::OperationRecord;
use crate::views::block_of_transaction;

/// How long a client may wait for a block.
const PATIENCE: Duration = Duration::from_secs(30);

/// How far an operation has come.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// In a word.
    pub(crate) status: OperationStatus,
    /// The block that holds it.
    pub(crate) block: Option<BlockRef>,
    /// Why it failed.
    pub(crate) failure: Option<Failure>,
}

impl Progress {
    /// Wraps a status that needs no more words.
    pub(crate) const fn of(status: OperationStatus) -> Self {
        Self {
            status,
            block: None,
            failure: None,
        }
    }
}

/// Finds out how far an operation has come. One that fell out of the mempool is submitted again.
///
/// # Errors
/// The index fails.
pub(crate) async fn progress_of(
    state: &AppState,
    operation: &OperationRecord,
) -> Result<Progress, ApiError> {
    if let Some(progress) = seen(state, operation.txid).await? {
        return Ok(progress);
    }
    if operation.psbt.is_some() {
        return Ok(Progress::of(OperationStatus::AwaitingSignature));
    }
    let Err(rejection) = send_next(state, operation).await? else {
        return Ok(Progress::of(OperationStatus::Pending));
    };
    // It may have been mined between the two questions.
    if let Some(progress) = seen(state, operation.txid).await? {
        return Ok(progress);
    }
    Ok(Progress {
        status: OperationStatus::Failed,
        block: None,
        failure: Some(Failure {
            code: rejection.code,
            detail: rejection.detail,
        }),
    })
}

/// Hands the node the transaction of the operation that can be mined next: its commitment, until that is in a
/// block. The outer error is the gateway's own, the inner one the node's verdict.
///
/// # Errors
/// The index fails.
pub(crate) async fn send_next(
    state: &AppState,
    operation: &OperationRecord,
) -> Result<Result<Txid, Rejection>, ApiError> {
    let mut next = operation.transaction.clone();
    if let Some(commitment) = &operation.commitment {
        match seen(state, commitment.txid).await? {
            None => next = commitment.transaction.clone(),
            // It waits for its block; the other one waits for that.
            Some(progress) if progress.block.is_none() => return Ok(Ok(commitment.txid)),
            Some(_) => {}
        }
    }
    Ok(state.node.submit_transaction(next).await)
}

async fn seen(state: &AppState, txid: Txid) -> Result<Option<Progress>, ApiError> {
    state
        .look(move |scene| {
            if let Some(block) = block_of_transaction(&txid, &scene.view)? {
                let confirmed = Progress::of(OperationStatus::Confirmed);
                return Ok(Some(Progress {
                    block: Some(block),
                    ..confirmed
                }));
            }
            let waits = scene.pending.transaction(&txid).is_some();
            Ok(waits.then(|| Progress::of(OperationStatus::Pending)))
        })
        .await
}

/// Waits until the index has the transaction in a block, and says whether it came to that in time.
///
/// # Errors
/// The index fails.
pub(crate) async fn confirmed_within(state: &AppState, txid: Txid) -> Result<bool, ApiError> {
    let mut steps = state.shared.steps.subscribe();
    let mut stopping = state.shared.stopping.subscribe();
    let confirmed = async {
        loop {
            let found = move |scene: &Scene| Ok(scene.view.place_of(&txid)?.is_some());
            if state.look(found).await? {
                return Ok(true);
            }
            if steps.changed().await.is_err() {
                return Ok(false);
            }
        }
    };
    tokio::select! {
        confirmed = tokio::time::timeout(PATIENCE, confirmed) => confirmed.unwrap_or(Ok(false)),
        _ = stopping.wait_for(|stop| *stop) => Ok(false),
    }
}
