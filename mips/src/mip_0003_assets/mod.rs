//! MIP-3: the extended UTXO and fungible assets. What a coin can hold beside grains, and that nothing of
//! it is ever lost or made by accident.
//!
#![doc = include_str!("README.md")]

mod check;
mod error;
mod issue;
#[cfg(test)]
mod tests;

pub(crate) use check::{
    check_allocations, check_burn, check_conserved, check_grains, check_known, check_mint,
    check_no_envelope, check_nothing_attached, check_price, check_renounce, check_right_used,
    check_roles_mature,
};
pub use error::AssetError;
pub use issue::{MAX_DECIMALS, MAX_NAME_LEN, MAX_SYMBOL_LEN, is_name, is_symbol};
pub(crate) use issue::{check_issue, is_invisible};
#[cfg(test)]
pub(crate) use tests::vectors;
