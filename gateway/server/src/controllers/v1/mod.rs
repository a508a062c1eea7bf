//! The gateway's own API, `/v1`: one folder a resource, one file an action.

mod addresses;
mod assets;
mod chain;
mod events;
mod force_transfers;
mod freezes;
mod identities;
mod notarisations;
mod payments;
mod sandbox;
mod transactions;
mod unfreezes;
mod wallets;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::MAX_TRANSACTION_BODY;
use crate::state::AppState;

/// Returns the routes of this surface with their description.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(chain::show))
        .routes(routes!(chain::health))
        .routes(routes!(wallets::create, wallets::list))
        .routes(routes!(wallets::show))
        .routes(routes!(wallets::balances))
        .routes(routes!(wallets::coins))
        .routes(routes!(wallets::transactions))
        .routes(routes!(wallets::recovery_phrase))
        .routes(routes!(addresses::create, addresses::list))
        .routes(routes!(payments::create))
        .routes(routes!(payments::show))
        .routes(routes!(assets::issue, assets::list))
        .routes(routes!(assets::show))
        .routes(routes!(assets::show_named))
        .routes(routes!(assets::mint))
        .routes(routes!(assets::burn))
        .routes(routes!(freezes::create, freezes::list))
        .routes(routes!(unfreezes::create))
        .routes(routes!(force_transfers::create))
        .routes(routes!(identities::register))
        .routes(routes!(identities::show))
        .routes(routes!(identities::did))
        .routes(routes!(notarisations::create))
        .routes(routes!(notarisations::show))
        .routes(routes!(notarisations::proof))
        .routes(routes!(transactions::show))
        .routes(routes!(sandbox::faucet))
        .routes(routes!(sandbox::mine))
        .routes(routes!(events::stream))
        .merge(with_transactions_in_bodies())
}

/// Those whose body holds a whole transaction or PSBT, and so may be longer.
fn with_transactions_in_bodies() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(payments::sign))
        .routes(routes!(transactions::submit))
        .layer(DefaultBodyLimit::max(MAX_TRANSACTION_BODY))
}
