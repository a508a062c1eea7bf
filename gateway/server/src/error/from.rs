//! Errors of the parts -> what the client is told.
use std::borrow::Cow;

use moneta_api_types::{AmountError, codes};
use moneta_chain::AddressError;
use moneta_index::IndexError;
use moneta_keys::{DescriptorError, FinaliseError};
use moneta_node_api::{NodeError, Rejection};
use moneta_wallet::{PlanError, ProofError, PsbtError};

use super::ApiError;
use crate::custody::CustodyError;
use crate::store::StoreError;

/// Errors whose code and sentence a client may see as they are.
macro_rules! told {
    ($($error:ty),*) => {
        $(impl From<$error> for ApiError {
            fn from(error: $error) -> Self {
                Self::of(Cow::Borrowed(error.code()), error.to_string())
            }
        })*
    };
}

told!(
    AddressError,
    AmountError,
    DescriptorError,
    FinaliseError,
    PsbtError
);

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> Self {
        match error {
            // Not the client's doing: the wallet was read wrongly.
            PlanError::CoinMismatch { .. } => Self::internal(&error),
            told => Self::of(Cow::Borrowed(told.code()), told.to_string()),
        }
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        Self::of(Cow::Owned(rejection.code), rejection.detail)
    }
}

impl From<NodeError> for ApiError {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::TooFarAhead { .. } => {
                Self::of(Cow::Borrowed(error.code()), error.to_string())
            }
            inside => Self::internal(&inside),
        }
    }
}

impl From<CustodyError> for ApiError {
    fn from(error: CustodyError) -> Self {
        match error {
            CustodyError::NoSeed => Self::new(
                codes::WALLET_NOT_HOSTED,
                "this wallet's keys are not here: the gateway only watches it",
            ),
            CustodyError::Store(error) => error.into(),
            CustodyError::Seal(_) | CustodyError::Stopped => Self::internal(&error),
            refused => {
                // The planner and the signer disagree: somebody should look.
                tracing::error!(%refused, "the signer refused");
                Self::new(
                    codes::CUSTODY_REFUSED,
                    "the signer found something in the transaction that was not asked for, and did not sign",
                )
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<IndexError> for ApiError {
    fn from(error: IndexError) -> Self {
        Self::internal(&error)
    }
}

impl From<ProofError> for ApiError {
    fn from(error: ProofError) -> Self {
        // Built from our own blocks: if it fails, the gateway is wrong.
        Self::internal(&error)
    }
}
