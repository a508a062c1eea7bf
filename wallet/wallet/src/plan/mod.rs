//! From what somebody wants to a transaction that does exactly that.
mod build;
mod draft;
mod error;
#[cfg(test)]
mod orders;
mod outputs;
mod pool;
#[cfg(test)]
mod properties;
mod psbt;
mod registration;
mod request;
#[cfg(test)]
mod tests;

use bitcoin::{Amount, Psbt, Txid};
use moneta_mips::{Envelope, find_envelope};

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
    /// The transaction that has to be in a block before this one: the commitment to a handle.
    pub first: Option<Box<Plan>>,
    /// How many addresses of change it uses, together with `first`, from `Terms::change_index` on.
    pub change_used: u32,
}

/// Builds the transaction that does what `request` says, out of `coins`.
///
/// It spends no frozen and no immature coin, pays fees with coins that hold grains only, and gives every
/// asset, right and identity that goes in out again. The same arguments give the same bytes.
///
/// An identity takes two transactions: the plan is the second, and its `first` has to be mined before.
///
/// # Errors
/// The coins do not reach, are frozen, or what is asked can't be done by any transaction.
pub fn plan(request: &Request, coins: &[WalletCoin], terms: &Terms<'_>) -> Result<Plan, PlanError> {
    if let Request::Register(register) = request {
        return registration::plan(register, coins, terms);
    }
    let draft = draft::Draft::of(request)?;
    let pool = pool::Pool::new(coins, terms);
    finish(&build::build(&draft, &pool, terms)?, terms)
}

/// Writes a built transaction as a plan.
fn finish(built: &build::Built<'_, '_>, terms: &Terms<'_>) -> Result<Plan, PlanError> {
    let psbt = psbt::write(built, terms)?;
    // What was asked may be no valid operation: then its own envelope does not read back.
    let read = find_envelope(&built.transaction)?;
    let envelope = read.map(|found| found.envelope);
    debug_assert_eq!(envelope, built.outputs.envelope, "written is read");
    Ok(Plan {
        psbt,
        fee: built.fee,
        registry_price: built.outputs.registry_price,
        txid: built.transaction.compute_txid(),
        envelope,
        first: None,
        change_used: built.outputs.change_used(),
    })
}
