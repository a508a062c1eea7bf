//! The API's description, OpenAPI 3.1: what each handler says of itself, and what holds for all.
use utoipa::OpenApi;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

/// What holds for all paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Moneta gateway",
        description = include_str!("../../../docs/api/conventions.md"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "wallets", description = "Hosted wallets, and wallets whose keys are elsewhere"),
        (name = "payments", description = "MTA and units of assets on the move"),
        (name = "assets", description = "Issue, mint, burn, look up"),
        (name = "freezes", description = "Freeze and release coins; the public register"),
        (name = "identities", description = "Handles, documents, DIDs"),
        (name = "notarisations", description = "Digests in the chain, and proofs for offline use"),
        (name = "transactions", description = "Transactions made elsewhere, or decoded"),
        (name = "chain", description = "Where the chain stands, and what happens"),
        (name = "sandbox", description = "What only a sandbox has"),
    ),
)]
struct Whole;

/// Returns the description to which the routes add theirs.
pub(crate) fn base() -> utoipa::openapi::OpenApi {
    let mut api = Whole::openapi();
    let mut key = Http::new(HttpAuthScheme::Bearer);
    key.description = Some("Your API key, `mk_...`".into());
    api.components
        .get_or_insert_default()
        .add_security_scheme("api_key", SecurityScheme::Http(key));
    api
}

/// Gives a description to every response that has none: OpenAPI asks for one.
pub(crate) fn describe_responses(api: &mut utoipa::openapi::OpenApi) {
    for item in api.paths.paths.values_mut() {
        for operation in operations(item) {
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response
                    && response.description.is_empty()
                {
                    response.description = match status.as_bytes().first() {
                        Some(b'4') => "Refused".into(),
                        Some(b'5') => "Not possible now".into(),
                        _ => operation.summary.clone().unwrap_or_default(),
                    };
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post].into_iter().flatten()
}
