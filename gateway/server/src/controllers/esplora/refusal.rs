//! Refusals as Esplora's clients expect them: a status and plain text.
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use moneta_chain::AddressError;
use moneta_index::IndexError;
use moneta_node_api::{NodeError, Rejection};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// What is asked for does not exist (here, or yet).
    #[error("{0}")]
    NotFound(&'static str),
    /// A parameter is not what it should be.
    #[error("{0}")]
    Malformed(&'static str),
    /// An address is not one of this network.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A page was asked for behind a transaction that the best chain does not hold (any more).
    #[error(
        "the last seen transaction is not in the best chain any more: read the list from its start"
    )]
    StalePage,
    /// More coins than one answer may hold.
    #[error("more than {0} unspent outputs: too many for one answer")]
    TooManyCoins(usize),
    /// A transaction breaks a rule.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The index failed.
    #[error("the index can't answer now")]
    Index(#[from] IndexError),
    /// The node failed.
    #[error("the node can't answer now")]
    Node(#[from] NodeError),
    /// A task died.
    #[error("the answer could not be made")]
    Lost,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Malformed(_) | Self::Address(_) | Self::TooManyCoins(_) | Self::Rejected(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::StalePage => StatusCode::UNPROCESSABLE_ENTITY,
            // Clients try again after a 503.
            Self::Index(_) | Self::Node(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Lost => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match &self {
            Self::Index(error) => tracing::error!(%error, code = error.code(), "esplora"),
            Self::Node(error) => tracing::error!(%error, code = error.code(), "esplora"),
            Self::Lost => tracing::error!("a task of esplora's died"),
            _ => {}
        }
        (status, self.to_string()).into_response()
    }
}
