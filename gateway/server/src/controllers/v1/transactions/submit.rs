//! `POST /v1/transactions`
use axum::extract::State;
use axum::response::Response;
use bitcoin::Transaction;
use bitcoin::consensus::encode::deserialize_hex;
use moneta_api_types::{Problem, SubmitTransaction, SubmittedTransaction, codes};
use moneta_keys::finalise;
use moneta_wallet::decode_psbt;

use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Answer, Ticket, confirmed_within};
use crate::state::AppState;
use crate::views::block_of_transaction;

#[utoipa::path(
    post, path = "/v1/transactions", tag = "transactions", operation_id = "submit_transaction",
    summary = "Submit a transaction made elsewhere",
    description = include_str!("../../../../../../docs/api/transactions.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own"),
        WriteQuery,
    ),
    request_body = SubmitTransaction,
    responses(
        (status = 201, description = "The node took it", body = SubmittedTransaction),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn submit(
    State(state): State<AppState>,
    request: WriteRequest<SubmitTransaction>,
) -> Result<Response, ApiError> {
    request.once(state, false, take).await
}

async fn take(
    state: AppState,
    ticket: Ticket,
    body: SubmitTransaction,
) -> Result<Answer, ApiError> {
    let transaction = read(&body)?;
    let txid = transaction.compute_txid();
    state.node.check_transaction(transaction.clone()).await?;
    // The node keeps waiting transactions in memory only, so the key is noted once it has this one:
    // after a crash the client may simply ask again.
    state.node.submit_transaction(transaction).await?;
    if ticket.confirm {
        confirmed_within(&state, txid).await?;
    }
    let block = state
        .look(move |scene| block_of_transaction(&txid, &scene.view))
        .await?;
    let answer = Answer::created(&SubmittedTransaction {
        txid: txid.to_string(),
        block,
    });
    state
        .store
        .write(move |write| {
            ticket.remember(write, &answer)?;
            Ok(answer)
        })
        .await
}

fn read(body: &SubmitTransaction) -> Result<Transaction, ApiError> {
    let invalid = |said: &str, at: &str| ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(at);
    match (&body.hex, &body.psbt) {
        (Some(hex), None) => deserialize_hex(hex)
            .map_err(|_| invalid("this is no transaction in hexadecimal", "/hex")),
        (None, Some(psbt)) => {
            let psbt = decode_psbt(psbt.trim().as_bytes())
                .map_err(|error| ApiError::from(error).at("/psbt"))?;
            finalise(&psbt).map_err(|error| ApiError::from(error).at("/psbt"))
        }
        _ => Err(invalid("give either `hex` or `psbt`", "")),
    }
}
