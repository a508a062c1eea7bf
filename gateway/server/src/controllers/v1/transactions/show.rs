//! `GET /v1/transactions/{txid}`
use axum::Json;
use axum::extract::State;
use bitcoin::Txid;
use moneta_api_types::{Problem, Transaction, codes};

use crate::error::ApiError;
use crate::extract::ApiPath;
use crate::state::{AppState, Scene};
use crate::views::{Found, render_transaction};

#[utoipa::path(
    get, path = "/v1/transactions/{txid}", tag = "transactions", operation_id = "show_transaction",
    summary = "One transaction, decoded and explained",
    description = "In a block or waiting for one. No API key is needed.",
    params(("txid" = String, Path, description = "Id of the transaction")),
    responses((status = 200, body = Transaction), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    ApiPath(txid): ApiPath<String>,
) -> Result<Json<Transaction>, ApiError> {
    let unknown = || {
        let said = "no transaction of this id is in a block or waits for one";
        ApiError::new(codes::TRANSACTION_UNKNOWN, said)
    };
    let txid: Txid = txid.parse().map_err(|_| unknown())?;
    let found = state.look(move |scene| {
        let found = find(&txid, scene)?.ok_or_else(unknown)?;
        render_transaction(&found, scene)
    });
    found.await.map(Json)
}

fn find(txid: &Txid, scene: &Scene) -> Result<Option<Found>, ApiError> {
    if let Some(found) = scene.view.transaction(txid)? {
        return Ok(Some(Found {
            txid: *txid,
            transaction: found.transaction,
            spent: found.spent,
            attachments: found.attachments,
            fee: found.fee,
        }));
    }
    Ok(scene.pending.transaction(txid).map(|entry| Found {
        txid: *txid,
        transaction: (*entry.transaction).clone(),
        spent: entry.spent.clone(),
        attachments: entry.attachments.clone(),
        fee: entry.fee,
    }))
}
