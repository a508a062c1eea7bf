//! The rules of headers, blocks and transactions as pure checks over views.
//!
#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::indexing_slicing
    )
)]

mod activation;
mod block;
mod difficulty;
mod header;
mod script;
mod stages;
mod transaction;
mod view;

pub use activation::{DeploymentState, KnownStates, VersionView, signals};
pub use block::{
    BlockError, check_alone, check_body_alone, check_in_chain, check_unsealed_block,
    commitments_of, is_coin, registry_changes, registry_reversal, spent_scripts,
};
pub use difficulty::{Anchor, Asert};
pub use header::{
    HeaderError, MEDIAN_SPAN, ParentBlock, RecentTimes, RefusedHeader, SealBudget, check_header,
    check_headers, check_unsealed_header, full_size, light_cache, required_bits,
};
pub use script::{SCRIPT_RULES, ScriptFailure, ScriptJob, ScriptTrust, ScriptVerifier, TakeJob};
pub use stages::{CheckedBlock, ValidBlock, ValidTransaction};
pub use transaction::{
    TransactionError, check_transaction_alone, check_transaction_in_chain, sigop_cost,
};
pub use view::{ChainView, CoinView, CommitmentView, Past};
