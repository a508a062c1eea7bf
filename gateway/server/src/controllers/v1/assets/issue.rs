//! `POST /v1/assets`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{AmountError, AssetPower, IssueAsset, IssuedAsset, Problem, codes};
use moneta_mips::{AssetId, Holders, IdentityId, Rights};
use moneta_wallet::{Plan, Request};

use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::{find_identity, read_amount, read_hash};
use crate::state::{AppState, Scene};
use crate::store::{Subject, WalletId};

/// Most decimal places of an asset (MIP-3).
const MAX_DECIMALS: u8 = 12;

#[utoipa::path(
    post, path = "/v1/assets", tag = "assets", operation_id = "issue_asset",
    summary = "Issue an asset",
    description = include_str!("../../../../../../docs/api/assets.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each asset; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = IssueAsset,
    responses(
        (status = 201, description = "The asset", body = IssuedAsset),
        (status = 200, description = "A dry run: what would happen", body = IssuedAsset),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn issue(
    State(state): State<AppState>,
    request: WriteRequest<IssueAsset>,
) -> Result<Response, ApiError> {
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, |state, ticket, body| async move {
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "op",
            };
            execute(&state, &ticket, errand, move |scene| intend(&body, scene)).await
        })
        .await
}

fn intend(body: &IssueAsset, scene: &Scene) -> Result<Intent, ApiError> {
    let issuer = match &body.issuer {
        Some(issuer) => Some(
            find_identity(issuer, &scene.view)
                .map_err(|error| error.at("/issuer"))?
                .id,
        ),
        None => None,
    };
    let asset = read(body, issuer)?;
    let issue = asset.clone();
    Ok(Intent {
        request: Request::Issue { asset, to: None },
        asset: None,
        identity: issuer,
        subject: Box::new(move |plan| Subject::Issue {
            asset: id_of(&issue, plan),
        }),
    })
}

fn read(
    body: &IssueAsset,
    issuer: Option<IdentityId>,
) -> Result<moneta_mips::IssueAsset, ApiError> {
    if body.decimals > MAX_DECIMALS {
        let said = format!("an asset has at most {MAX_DECIMALS} decimal places");
        return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at("/decimals"));
    }
    let initial = match read_amount(&body.supply, body.decimals, "/supply") {
        // Nothing now is fine where more can be minted later.
        Err(error) if error.code() == AmountError::Zero.code() => 0,
        other => other?,
    };
    let cap = match &body.cap {
        Some(cap) => read_amount(cap, body.decimals, "/cap")?,
        None => initial,
    };
    let contract_hash = match &body.document_hash {
        Some(hash) => read_hash(hash, "/document_hash")?,
        None => [0; 32],
    };
    Ok(moneta_mips::IssueAsset {
        symbol: body.symbol.clone(),
        issuer,
        decimals: body.decimals,
        initial,
        cap,
        powers: body
            .powers
            .iter()
            .fold(Rights::NONE, |all, power| all.union(right(*power))),
        holders: Holders::Open,
        name: body.name.clone(),
        contract_hash,
    })
}

const fn right(power: AssetPower) -> Rights {
    match power {
        AssetPower::Mint => Rights::MINT,
        AssetPower::Freeze => Rights::FREEZE,
        AssetPower::Compliance => Rights::COMPLIANCE,
        AssetPower::Enrol => Rights::ENROL,
        AssetPower::Meta => Rights::META,
    }
}

/// The id hashes the first input and the operation, so the plan tells it before anything is signed.
fn id_of(issue: &moneta_mips::IssueAsset, plan: &Plan) -> AssetId {
    let first = &plan.psbt.unsigned_tx.input[0].previous_output;
    AssetId::derive(first, 0, issue)
}
