//! `POST /faucet`: the front page's form, which works without JavaScript; in a sandbox only.
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use moneta_api_types::{Payment, codes};
use moneta_chain::parse_address;
use moneta_pages::Problem;
use serde::Deserialize;

use super::super::answer::PageError;
use super::super::visit::Visit;
use crate::error::ApiError;
use crate::flow::give_usual;

/// What the form asks.
#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    address: String,
}

/// Sends coins to an address and leads to the transaction.
pub(crate) async fn ask_faucet(
    visit: Visit,
    request: Result<Form<Request>, FormRejection>,
) -> Response {
    if !visit.state.sandbox {
        return visit.refuse(PageError::new(Problem::NoSuchPage, "/faucet"));
    }
    let address = match request {
        Ok(Form(request)) => request.address.trim().to_owned(),
        Err(rejection) => {
            let problem = PageError::new(Problem::BadRequest, "/faucet");
            return visit.refuse(problem.because(rejection));
        }
    };
    if let Err(error) = parse_address(&address, visit.state.node.params().network) {
        return visit.refuse(PageError::new(Problem::BadAddress, address).because(error));
    }
    let given = give_usual(visit.state.clone(), address.clone()).await;
    let payment = given.and_then(|answer| {
        let read = serde_json::from_str::<Payment>(&answer.body);
        read.map_err(|error| ApiError::internal(&error))
    });
    visit.refuse(match payment {
        Ok(payment) => PageError::Elsewhere(format!("/tx/{}", payment.operation.txid)),
        Err(error) if error.code() == codes::GATEWAY_INTERNAL => {
            PageError::new(Problem::Internal, "")
        }
        Err(error) => PageError::new(Problem::FaucetRefused, address).because(error.detail()),
    })
}
