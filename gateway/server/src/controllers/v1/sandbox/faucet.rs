//! `POST /v1/faucet`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{Payment, Problem, codes};
use moneta_chain::address_of;
use moneta_keys::{AccountPublic, Keychain};

use super::only_in_sandbox;
use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Answer, Ticket, find_wallet, give_from_faucet};
use crate::state::AppState;
use crate::store::WalletId;

#[utoipa::path(
    post, path = "/v1/faucet", tag = "sandbox", operation_id = "faucet",
    summary = "Get MTA from the sandbox's faucet",
    description = include_str!("../../../../../../docs/api/faucet.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each payment"),
        WriteQuery,
    ),
    request_body = moneta_api_types::Faucet,
    responses(
        (status = 201, description = "What it gives", body = Payment),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn faucet(
    State(state): State<AppState>,
    request: WriteRequest<moneta_api_types::Faucet>,
) -> Result<Response, ApiError> {
    only_in_sandbox(&state)?;
    request.once(state, false, give).await
}

async fn give(
    state: AppState,
    ticket: Ticket,
    body: moneta_api_types::Faucet,
) -> Result<Answer, ApiError> {
    let address = match (body.address, body.wallet_id) {
        (Some(address), None) => address,
        (None, Some(wallet)) => first_address(&state, &ticket, &wallet).await?,
        _ => {
            let said = "give either `address` or `wallet_id`";
            return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said));
        }
    };
    give_from_faucet(&state, &ticket, address, body.amount.as_deref()).await
}

/// The faucet pays a wallet at its first address, handed out or not: play money needs no privacy.
async fn first_address(
    state: &AppState,
    ticket: &Ticket,
    wallet: &str,
) -> Result<String, ApiError> {
    let found = find_wallet(state, &ticket.tenant, &WalletId::from_text(wallet)).await;
    let wallet = found.map_err(|error| error.at("/wallet_id"))?;
    let account: AccountPublic = wallet
        .descriptor
        .parse()
        .map_err(|error| ApiError::internal(&error))?;
    let script = account.script(Keychain::External, 0);
    Ok(address_of(&script, state.network()).unwrap_or_default())
}
