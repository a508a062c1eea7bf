//! The one door to all MIP rules: a transaction, the coins it spends and the registry, to its effects.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Amount, OutPoint, Transaction};
use moneta_chain::Height;

use crate::{AssetId, Attachment, Change, Coin, Envelope, EnvelopeError, Operation, RegistryView};

/// Where a transaction is judged.
pub struct Scene<'a> {
    /// The registry after the transactions that stand before this one.
    pub registry: &'a dyn RegistryView,
    /// Every (asset, coin) that any transaction of the same block freezes: a freeze wins in its block.
    pub frozen_in_block: &'a BTreeSet<(AssetId, OutPoint)>,
    /// Height of the block that holds, or would hold, the transaction.
    pub height: Height,
}

/// What a valid transaction does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects {
    /// What its outputs hold, by output index.
    pub attachments: BTreeMap<u32, Attachment>,
    /// What happens to the registry, in order.
    pub changes: Vec<Change>,
    /// The envelope it carried.
    pub envelope: Option<Envelope>,
}

/// Why a transaction breaks a MIP rule. `code()` is stable; the variants are the MIPs' own errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MipError {
    /// The envelope is not one.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl MipError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Envelope(error) => error.code(),
        }
    }
}

/// Checks every MIP rule for a transaction that is no coinbase. `spent[i]` is the coin of `tx.input[i]`.
///
/// # Errors
/// The first rule that the transaction breaks.
pub fn check_transaction(
    _tx: &Transaction,
    _spent: &[Coin],
    _scene: &Scene<'_>,
) -> Result<Effects, MipError> {
    unimplemented!("rules")
}

/// Returns every (asset, coin) that the transaction's envelope freezes, whether or not it is valid.
pub fn freezes_of(_tx: &Transaction) -> Vec<(AssetId, OutPoint)> {
    unimplemented!("rules")
}

/// Returns the grains that the envelope output must burn for `operation` at `height`.
pub fn registry_price(_operation: &Operation, _height: Height) -> Amount {
    unimplemented!("rules")
}
