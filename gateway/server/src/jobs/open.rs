//! Opens commitments: a registration can be mined once its commitment is, so it is sent at each new tip.
use crate::error::ApiError;
use crate::flow::send_next;
use crate::state::AppState;

/// Opens commitments at each step of the index, until the gateway stops.
pub(crate) async fn keep_opening(state: AppState) {
    let mut steps = state.shared.steps.subscribe();
    let mut stopping = state.shared.stopping.subscribe();
    loop {
        if let Err(error) = open_commitments(&state).await {
            tracing::error!(code = error.code(), "commitments could not be opened");
        }
        tokio::select! {
            step = steps.changed() => if step.is_err() { return },
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

/// Sends what each unfinished registration needs next, and says whether there was any. One that the chain refuses
/// shows as failed.
///
/// # Errors
/// The store or the index fails.
pub(crate) async fn open_commitments(state: &AppState) -> Result<bool, ApiError> {
    let unopened = state
        .store
        .read(|read| Ok::<_, ApiError>(read.unopened()?))
        .await?;
    let mut waits = false;
    for (_, operation) in unopened {
        let txid = operation.txid;
        let place = state
            .look(move |scene| Ok(scene.view.place_of(&txid)?))
            .await?;
        if place.is_some() {
            continue;
        }
        waits = true;
        if let Err(error) = send_next(state, &operation).await? {
            tracing::debug!(%error, %txid, "not registered yet");
        }
    }
    Ok(waits)
}
