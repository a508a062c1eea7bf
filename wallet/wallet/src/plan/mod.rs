//! From what somebody wants to a transaction that does exactly that.
mod error;
mod request;

use bitcoin::{Amount, Psbt, Txid};
use moneta_mips::Envelope;

pub use error::{FrozenCoin, Missing, PlanError};
pub use request::{Request, Terms};

use crate::WalletCoin;

/// A transaction that is ready to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The PSBT (version 0), with everything an offline signer needs to understand it.
    pub psbt: Psbt,
    /// What the miner gets.
    pub fee: Amount,
    /// Grains burned by the envelope output, the price of what is put into the registry.
    pub registry_price: Amount,
    /// Id of the transaction; signing does not change it, for all inputs are segwit.
    pub txid: Txid,
    /// What it says about assets, rights and identities.
    pub envelope: Option<Envelope>,
    /// How many addresses of change it uses, from `Terms::change_index` on.
    pub change_used: u32,
}

/// Builds the transaction that does what `request` says, out of `coins`.
///
/// # Errors
/// The coins do not reach, are frozen, or what is asked can't be done by any transaction.
pub fn plan(
    _request: &Request,
    _coins: &[WalletCoin],
    _terms: &Terms<'_>,
) -> Result<Plan, PlanError> {
    unimplemented!("plan")
}
