//! The mempool is not kept on disk: at start, what was accepted and is not in a block is submitted again.
use crate::error::ApiError;
use crate::state::AppState;

/// Submits every unsettled operation again. One that the chain refuses now shows as failed.
///
/// # Errors
/// The store or the index fails.
pub(crate) async fn resubmit(state: &AppState) -> Result<(), ApiError> {
    let unsettled = state
        .store
        .read(|read| Ok::<_, ApiError>(read.unsettled()?))
        .await?;
    let mut waiting = Vec::new();
    for (_, operation) in unsettled {
        let txid = operation.txid;
        let place = state
            .look(move |scene| Ok(scene.view.place_of(&txid)?))
            .await?;
        if place.is_none() {
            waiting.extend(operation.commitment.map(|first| first.transaction));
            waiting.push(operation.transaction);
        }
    }
    // Those that spend what others make may stand before them: go round while anything moves.
    loop {
        let before = waiting.len();
        let mut refused = Vec::new();
        for transaction in waiting {
            if let Err(error) = state.node.submit_transaction(transaction.clone()).await {
                tracing::debug!(%error, txid = %transaction.compute_txid(), "not resubmitted");
                refused.push(transaction);
            }
        }
        waiting = refused;
        if waiting.is_empty() || waiting.len() == before {
            return Ok(());
        }
    }
}
