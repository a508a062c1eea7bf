//! Once in a while: settles what lies deep, forgets old answers.
use std::time::Duration;

use crate::error::ApiError;
use crate::state::AppState;

/// How often.
const PERIOD: Duration = Duration::from_secs(600);
/// Blocks on an operation after which it is not resubmitted at start.
const DEEP: u32 = 100;
/// Seconds after which an Idempotency-Key is forgotten: 30 days.
const REMEMBERED: u64 = 30 * 24 * 3_600;

/// Keeps house until the gateway stops.
pub(crate) async fn keep_house(state: AppState) {
    let mut stopping = state.shared.stopping.subscribe();
    loop {
        if let Err(error) = sweep(&state).await {
            tracing::error!(code = error.code(), "housekeeping failed");
        }
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

/// Settles what lies deep and forgets old answers.
///
/// # Errors
/// The store or the index fails.
async fn sweep(state: &AppState) -> Result<(), ApiError> {
    let unsettled = state
        .store
        .read(|read| Ok::<_, ApiError>(read.unsettled()?))
        .await?;
    let mut deep = Vec::new();
    for (tenant, operation) in unsettled {
        let txid = operation.txid;
        let (place, tip) = state
            .look(move |scene| Ok((scene.view.place_of(&txid)?, scene.view.tip())))
            .await?;
        if place.is_some_and(|place| tip.height.blocks_since(place.height) >= DEEP) {
            deep.push((tenant, operation.id));
        }
    }
    let horizon = state.now().saturating_sub(REMEMBERED);
    state
        .store
        .write(move |write| {
            for (tenant, id) in &deep {
                write.settle(tenant, id)?;
            }
            write.forget_given_before(horizon)?;
            Ok(())
        })
        .await
}
