//! `POST /v1/payments/{payment_id}/signature`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{Payment, Problem, SubmitSignature};

use crate::error::ApiError;
use crate::extract::{ApiPath, WriteQuery, WriteRequest};
use crate::flow::accept_signature;
use crate::state::AppState;
use crate::store::OperationId;

#[utoipa::path(
    post, path = "/v1/payments/{payment_id}/signature", tag = "payments", operation_id = "sign_payment",
    summary = "Bring the signature of a watched wallet",
    description = include_str!("../../../../../../docs/api/signatures.md"),
    params(
        ("payment_id" = String, Path, description = "Id of the payment, or of any other write that awaits a signature"),
        ("Idempotency-Key" = String, Header, description = "A value of your own"),
        WriteQuery,
    ),
    request_body = SubmitSignature,
    responses(
        (status = 200, description = "The payment, submitted", body = Payment),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn sign(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    request: WriteRequest<SubmitSignature>,
) -> Result<Response, ApiError> {
    let id = OperationId::from_text(&id);
    request
        .once(state, false, move |state, ticket, body| async move {
            accept_signature(&state, &ticket, &id, &body).await
        })
        .await
}
