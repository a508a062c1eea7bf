//! `GET /v1/payments/{payment_id}`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Payment, Problem, codes};
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::{ApiPath, Caller};
use crate::flow::progress_of;
use crate::state::AppState;
use crate::store::OperationId;
use crate::views::{find_operation, render_operation};

#[utoipa::path(
    get, path = "/v1/payments/{payment_id}", tag = "payments", operation_id = "show_payment",
    summary = "One payment, and how far it has come",
    description = "Takes the id of any other write as well (`operation.id` of an issue, the id of a freeze), and answers with that resource.",
    params(("payment_id" = String, Path, description = "Id of the payment")),
    responses((status = 200, body = Payment), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<Value>, ApiError> {
    let id = OperationId::from_text(&id);
    let payment = find_operation(&state, &caller.tenant, &id, codes::PAYMENT_UNKNOWN).await?;
    let progress = progress_of(&state, &payment).await?;
    render_operation(&state, &payment, &progress)
        .await
        .map(Json)
}
