//! `POST /v1/notarisations`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{Notarisation, Notarise, Problem};
use moneta_wallet::Request;

use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::{check_text, read_hash};
use crate::state::AppState;
use crate::store::{Subject, WalletId, hex};

#[utoipa::path(
    post, path = "/v1/notarisations", tag = "notarisations", operation_id = "notarise",
    summary = "Notarise a document's digest",
    description = include_str!("../../../../../../docs/api/notarisations.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each notarisation; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = Notarise,
    responses(
        (status = 201, description = "The notarisation", body = Notarisation),
        (status = 200, description = "A dry run: what would happen", body = Notarisation),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    request: WriteRequest<Notarise>,
) -> Result<Response, ApiError> {
    let digest = read_hash(&request.body.digest, "/digest")?;
    if let Some(label) = &request.body.label {
        check_text(label, 128, "/label")?;
    }
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, move |state, ticket, body| async move {
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "ntr",
            };
            let subject = Subject::Notarisation {
                digest: hex(&digest),
                label: body.label,
            };
            let intent = Intent {
                request: Request::Anchor { digest },
                asset: None,
                identity: None,
                subject: Box::new(move |_| subject),
            };
            execute(&state, &ticket, errand, move |_| Ok(intent)).await
        })
        .await
}
