//! `POST /v1/faucet`
use axum::extract::State;
use axum::response::Response;
use bitcoin::Amount;
use moneta_api_types::{NATIVE_DECIMALS, Payment, Problem, codes};
use moneta_chain::{COIN, address_of};
use moneta_keys::{AccountPublic, Keychain};
use moneta_wallet::Request;

use super::only_in_sandbox;
use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Answer, Errand, Intent, Ticket, execute, find_wallet};
use crate::references::{read_address, read_amount};
use crate::state::AppState;
use crate::store::{Subject, WalletId};

/// Most the faucet gives at a time, in grains.
const MOST: u64 = 4 * COIN;
/// What it gives where nobody says how much.
const USUAL: &str = "1";

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

/// Gives the usual amount to an address, as the explorer's form asks; goes on if the visitor leaves.
///
/// # Errors
/// This is no sandbox, the address is none, or the faucet is empty.
pub(crate) async fn give_usual(state: AppState, address: String) -> Result<Answer, ApiError> {
    let faucet = only_in_sandbox(&state)?;
    let ticket = Ticket::own(&state, faucet.tenant);
    let body = moneta_api_types::Faucet {
        address: Some(address),
        ..Default::default()
    };
    tokio::spawn(give(state, ticket, body))
        .await
        .unwrap_or_else(|error| Err(ApiError::internal(&error)))
}

async fn give(
    state: AppState,
    ticket: Ticket,
    body: moneta_api_types::Faucet,
) -> Result<Answer, ApiError> {
    let faucet = only_in_sandbox(&state)?;
    let amount = read_amount(
        body.amount.as_deref().unwrap_or(USUAL),
        NATIVE_DECIMALS,
        "/amount",
    )?;
    if amount > MOST {
        let said = format!("the faucet gives at most {} MTA at a time", MOST / COIN);
        return Err(ApiError::new(codes::FAUCET_TOO_MUCH, said).at("/amount"));
    }
    let address = match (body.address, body.wallet_id) {
        (Some(address), None) => address,
        (None, Some(wallet)) => first_address(&state, &ticket, &wallet).await?,
        _ => {
            let said = "give either `address` or `wallet_id`";
            return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said));
        }
    };
    let to = read_address(&address, state.network(), "/address")?;
    let decimals = NATIVE_DECIMALS;
    let subject = Subject::Payment {
        to: address,
        asset: None,
        amount,
        decimals,
        note: None,
    };
    let intent = Intent {
        request: Request::Pay {
            to,
            amount: Amount::from_sat(amount),
        },
        asset: None,
        identity: None,
        subject: Box::new(move |_| subject),
    };
    let errand = Errand {
        owner: faucet.tenant,
        wallet: faucet.wallet,
        prefix: "pay",
    };
    execute(&state, &ticket, errand, move |_| Ok(intent))
        .await
        .map_err(|error| {
            if error.code() == codes::WALLET_INSUFFICIENT_FUNDS {
                let said = "the faucet has given all it has for now; it fills with every block";
                return ApiError::new(codes::FAUCET_EMPTY, said);
            }
            error
        })
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
