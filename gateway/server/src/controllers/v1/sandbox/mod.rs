//! What only a sandbox has: a faucet, and blocks on demand.

mod faucet;
mod mine;

pub(crate) use faucet::{__path_faucet, faucet};
pub(crate) use mine::{__path_mine, mine};
use moneta_api_types::codes;

use crate::error::ApiError;
use crate::state::{AppState, Faucet};

/// Returns the faucet of a sandbox.
fn only_in_sandbox(state: &AppState) -> Result<Faucet, ApiError> {
    state.faucet.clone().ok_or_else(|| {
        ApiError::new(
            codes::SANDBOX_ONLY,
            "this gateway is no sandbox: it has no such path",
        )
    })
}
