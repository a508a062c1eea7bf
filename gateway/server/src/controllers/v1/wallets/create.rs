//! `POST /v1/wallets`
use axum::extract::State;
use axum::response::Response;
use bitcoin::NetworkKind;
use moneta_api_types::{CreateWallet, Problem, Wallet, WalletKind, codes};
use moneta_chain::Network;
use moneta_keys::AccountPublic;

use super::render_wallet;
use crate::error::ApiError;
use crate::extract::WriteRequest;
use crate::flow::{Answer, Ticket};
use crate::references::check_text;
use crate::state::AppState;
use crate::store::{WalletId, WalletRecord};

#[utoipa::path(
    post, path = "/v1/wallets", tag = "wallets", operation_id = "create_wallet",
    summary = "Make a wallet",
    description = include_str!("../../../../../../docs/api/wallets.md"),
    params(("Idempotency-Key" = String, Header, description = "A value of your own, new for each wallet")),
    request_body = CreateWallet,
    responses(
        (status = 201, description = "The wallet", body = Wallet),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    request: WriteRequest<CreateWallet>,
) -> Result<Response, ApiError> {
    check_text(&request.body.name, 64, "/name")?;
    request.once(state, false, make).await
}

async fn make(state: AppState, ticket: Ticket, body: CreateWallet) -> Result<Answer, ApiError> {
    let id = WalletId::new("wal", &state.draw());
    let (sealed, account) = match (body.kind, &body.descriptor) {
        (WalletKind::Hosted, None) => {
            let seed = state.signer.make(&ticket.tenant, &id).await?;
            (Some(seed.sealed), seed.account)
        }
        (WalletKind::Watch, Some(descriptor)) => (None, read(descriptor, state.network())?),
        (WalletKind::Hosted, Some(_)) => {
            return Err(misplaced(
                "a hosted wallet gets new keys here: leave `descriptor` out",
            ));
        }
        (WalletKind::Watch, None) => {
            return Err(misplaced(
                "a watched wallet needs the `descriptor` of its account",
            ));
        }
    };
    let wallet = WalletRecord {
        id,
        name: body.name,
        kind: body.kind,
        descriptor: account.to_string(),
        created: state.now(),
        next_external: 0,
        next_internal: 0,
    };
    let answer = Answer::created(&render_wallet(&wallet));
    state
        .store
        .write(move |write| {
            write.put_wallet(&ticket.tenant, &wallet)?;
            if let Some(sealed) = &sealed {
                write.put_sealed_seed(&ticket.tenant, &wallet.id, sealed)?;
            }
            ticket.remember(write, &answer)?;
            Ok(answer)
        })
        .await
}

fn misplaced(said: &str) -> ApiError {
    ApiError::new(codes::REQUEST_INVALID_FIELD, said).at("/descriptor")
}

/// Reads a descriptor, and refuses one whose keys are for coins of another kind of network.
fn read(text: &str, network: Network) -> Result<AccountPublic, ApiError> {
    let account: AccountPublic = text
        .parse()
        .map_err(|error: moneta_keys::DescriptorError| ApiError::from(error).at("/descriptor"))?;
    let expected = match network {
        Network::Main => NetworkKind::Main,
        Network::Test | Network::Dev => NetworkKind::Test,
    };
    if account.xpub().network != expected {
        let said = match expected {
            NetworkKind::Main => {
                "this descriptor's key is a tpub, for test networks; here xpubs are used"
            }
            NetworkKind::Test => {
                "this descriptor's key is an xpub, for the main network; here tpubs are used"
            }
        };
        return Err(misplaced(said));
    }
    Ok(account)
}
