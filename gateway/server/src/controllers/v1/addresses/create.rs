//! `POST /v1/wallets/{wallet_id}/addresses`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{Address, CreateAddress, Problem, codes};
use moneta_chain::address_of;
use moneta_keys::{Keychain, MAX_INDEX};

use super::render_address;
use crate::error::ApiError;
use crate::extract::{ApiPath, WriteRequest};
use crate::flow::{Answer, Ticket, find_wallet};
use crate::references::check_text;
use crate::state::AppState;
use crate::store::{AddressRecord, WalletId};
use crate::wallets::WalletScripts;

#[utoipa::path(
    post, path = "/v1/wallets/{wallet_id}/addresses", tag = "wallets", operation_id = "create_address",
    summary = "Hand out a fresh address",
    description = include_str!("../../../../../../docs/api/addresses.md"),
    params(
        ("wallet_id" = String, Path, description = "Id of the wallet"),
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each address"),
    ),
    request_body = CreateAddress,
    responses(
        (status = 201, description = "The address", body = Address),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    request: WriteRequest<CreateAddress>,
) -> Result<Response, ApiError> {
    if let Some(label) = &request.body.label {
        check_text(label, 128, "/label")?;
    }
    let id = WalletId::from_text(&id);
    request
        .once(state, false, move |state, ticket, body| {
            make(state, ticket, id, body)
        })
        .await
}

async fn make(
    state: AppState,
    ticket: Ticket,
    id: WalletId,
    body: CreateAddress,
) -> Result<Answer, ApiError> {
    let _locked = state.shared.lock_wallet(&id).await;
    let wallet = find_wallet(&state, &ticket.tenant, &id).await?;
    let (seen, shared) = (wallet.clone(), state.shared.clone());
    // Beyond what was handed out and beyond what the chain has seen: never the same address twice.
    let (account, index) = state
        .look(move |scene| {
            let scripts = WalletScripts::find(&seen, scene, &shared)?;
            Ok((scripts.account, scripts.next_external))
        })
        .await?;
    if index > MAX_INDEX {
        let said = "this wallet has handed out every address it has";
        return Err(ApiError::new(codes::WALLET_NO_MORE_ADDRESSES, said));
    }
    let script = account.script(Keychain::External, index);
    let address = AddressRecord {
        address: address_of(&script, state.network()).unwrap_or_default(),
        index,
        label: body.label,
        created: state.now(),
    };
    let answer = Answer::created(&render_address(&address));
    state
        .store
        .write(move |write| {
            let mut wallet = wallet;
            wallet.next_external = index + 1;
            write.put_wallet(&ticket.tenant, &wallet)?;
            write.put_address(&ticket.tenant, &id, &address)?;
            ticket.remember(write, &answer)?;
            Ok(answer)
        })
        .await
}
