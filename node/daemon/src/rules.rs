//! The daemon's side of the consensus rules: which of its parts plays which view.
use std::collections::BTreeSet;

use bitcoin::{OutPoint, Transaction};
use moneta_chain::{Height, Params, SealedBlock};
use moneta_consensus::{CheckedBlock, CoinView, ValidBlock, ValidTransaction};
use moneta_mips::AssetId;

use crate::chain::{Chain, ChainError};
use crate::mempool::PoolView;

/// Whether scripts are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    Verify,
    AssumeVerified,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("block")]
pub(crate) struct BlockRefusal;
impl BlockRefusal {
    pub(crate) const fn condemns(&self) -> bool {
        true
    }
    pub(crate) fn code(&self) -> &'static str {
        "block"
    }
}
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("tx")]
pub(crate) struct TransactionRefusal;
impl TransactionRefusal {
    pub(crate) fn code(&self) -> &'static str {
        "tx"
    }
}

pub(crate) fn judge_alone(
    _params: &Params,
    _block: &SealedBlock,
    _height: Height,
    _now: u64,
) -> Result<CheckedBlock, ChainError> {
    unimplemented!()
}
pub(crate) fn judge_next(
    _chain: &Chain,
    _block: &SealedBlock,
    _now: u64,
) -> Result<ValidBlock, ChainError> {
    unimplemented!()
}
pub(crate) fn judge_archived(
    _chain: &Chain,
    _block: &SealedBlock,
) -> Result<ValidBlock, ChainError> {
    unimplemented!()
}
pub(crate) fn judge_transaction(
    _tx: &Transaction,
    _chain: &Chain,
    _view: &PoolView<'_>,
    _frozen: &BTreeSet<(AssetId, OutPoint)>,
    _scripts: Scripts,
) -> Result<ValidTransaction, TransactionRefusal> {
    unimplemented!()
}

/// Tells whether some output of `tx` is a coin of the best chain.
pub(crate) fn is_confirmed(tx: &Transaction, chain: &Chain) -> bool {
    let txid = tx.compute_txid();
    (0_u32..)
        .zip(&tx.output)
        .any(|(vout, _)| chain.state().coin(&OutPoint::new(txid, vout)).is_some())
}
