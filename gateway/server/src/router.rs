//! All routes of the gateway, put together.
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, Method};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum::{Json, Router};
use moneta_api_types::codes;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::controllers::{esplora, explorer, v1};
use crate::error::ApiError;
use crate::layers::{
    MOST, add_safety_headers, add_tip, on_panic, read_short_body, shed_load, stop_late,
    write_problems,
};
use crate::state::AppState;

/// Longest body of a request, in bytes.
const MAX_BODY: usize = 256 * 1_024;
/// The same where a whole transaction or PSBT comes: 400,000 weight units in hexadecimal, and more.
pub(crate) const MAX_TRANSACTION_BODY: usize = 4 * 1_024 * 1_024;
/// How long a browser may remember that it may ask.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3_600);

/// Returns every route: `/v1`, Esplora's under `/api`, the explorer's pages, and the documentation.
pub(crate) fn router(state: AppState) -> Router {
    let (api, description) = described();
    let api = api
        .route(
            "/openapi.json",
            get({
                let description = description.clone();
                move || async { Json(description) }
            }),
        )
        .route("/v1", axum::routing::any(nothing_here))
        .route("/v1/", axum::routing::any(nothing_here))
        .route("/v1/{*rest}", axum::routing::any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(state.clone(), add_tip))
        .layer(from_fn(stop_late))
        .layer(from_fn_with_state(
            Arc::new(Semaphore::new(MOST)),
            shed_load,
        ))
        .layer(DefaultBodyLimit::max(MAX_BODY));
    let esplora = esplora::router().layer(DefaultBodyLimit::max(MAX_TRANSACTION_BODY));
    let open = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .expose_headers(["x-tip-height", "x-tip-hash", "x-request-id"].map(HeaderName::from_static))
        .max_age(PREFLIGHT_AGE);
    Router::new()
        .merge(api)
        .nest("/api", esplora)
        .layer(open)
        .merge(SwaggerUi::new("/docs").url("/docs/openapi.json", description))
        .merge(explorer::router())
        .layer(CatchPanicLayer::custom(on_panic))
        .layer(from_fn(read_short_body))
        .layer(from_fn(add_safety_headers))
        .layer(from_fn_with_state(state.clone(), write_problems))
        .with_state(state)
}

/// Returns `/v1` and its description.
pub(crate) fn described() -> (Router<AppState>, OpenApi) {
    let (routes, mut description) = OpenApiRouter::with_openapi(crate::openapi::base())
        .merge(v1::router())
        .split_for_parts();
    crate::openapi::describe_responses(&mut description);
    (routes, description)
}

async fn nothing_here() -> ApiError {
    ApiError::new(
        codes::REQUEST_NOT_FOUND,
        "there is nothing at this path; `/docs` lists what there is",
    )
}

async fn wrong_method() -> ApiError {
    ApiError::new(
        codes::REQUEST_METHOD_NOT_ALLOWED,
        "this path does not know the method; `/docs` lists what there is",
    )
}
