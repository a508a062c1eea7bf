//! MIP-2: digital identity. A handle with a public document, controlled by whoever can spend its coin.
//!
#![doc = include_str!("README.md")]

mod check;
mod commit;
#[cfg(test)]
mod commits;
mod error;
mod life;
#[cfg(test)]
mod lives;
mod record;
mod skeleton;
#[cfg(test)]
mod tests;

pub use check::{MAX_DOCUMENT_LEN, MAX_HANDLE_LEN, MIN_HANDLE_LEN, check_registration, is_handle};
pub(crate) use check::{check_conserved, check_register};
pub use commit::{has_lapsed, is_open};
pub use error::IdentityError;
pub use life::MAX_YEARS;
pub(crate) use life::{
    as_they_count, check_claim, check_in_force, check_recover, check_renew, check_revoke,
    check_update, end_recoveries,
};
pub use record::{
    COMMITMENT_BLOCKS, GRACE_BLOCKS, RECOVERY_BLOCKS, Recovery, Standing, TERM_BLOCKS,
};
pub use skeleton::skeleton;
#[cfg(test)]
pub(crate) use tests::vectors;
