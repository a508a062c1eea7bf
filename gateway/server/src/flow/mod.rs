//! How a write on the chain comes about, from what a client wants to a block.
//!
//! ```text
//! once (Idempotency-Key) -> lock the wallet -> plan -> sign -> dry run at the node
//!     -> one durable transaction: operation + answer -> submit -> (refused: take both back) -> answer
//! ```

mod answer;
mod execute;
mod faucet;
mod once;
mod prepare;
mod progress;
mod refusal;
mod signature;

pub(crate) use answer::Answer;
pub(crate) use execute::{Errand, execute, find_wallet};
pub(crate) use faucet::{give_from_faucet, give_usual};
pub(crate) use once::Ticket;
pub(crate) use prepare::Intent;
pub(crate) use progress::{Progress, confirmed_within, progress_of, send_next};
pub(crate) use signature::accept_signature;
