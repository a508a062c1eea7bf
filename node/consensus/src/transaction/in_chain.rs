//! What can be known about a transaction where it stands.
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use bitcoin::{Amount, Transaction, Txid};
use moneta_chain::Height;
use moneta_mips::{Coin, Scene, Target, check_transaction};

use super::locks::{check_final, check_relative_locks};
use super::sigops::check_executed_sigops;
use super::{TransactionError, check_transaction_alone};
use crate::script::RULES;
use crate::{CoinView, Past, ScriptJob, ScriptVerifier, ValidTransaction};

/// Checks a transaction whole, by itself and where it would stand: in a block at `height`, after all that
/// `past` shows. `frozen_in_block` names everything that is frozen along with it.
///
/// # Errors
/// The first rule it breaks.
pub fn check_transaction_in_chain(
    tx: &Transaction,
    past: &Past<'_>,
    frozen_in_block: &BTreeSet<Target>,
    height: Height,
    scripts: &dyn ScriptVerifier,
) -> Result<ValidTransaction, TransactionError> {
    check_transaction_alone(tx, past.params)?;
    if tx.is_coinbase() {
        return Err(TransactionError::Coinbase);
    }
    let scene = Scene {
        registry: past.registry,
        coins: &|outpoint| past.coins.coin(outpoint),
        frozen_in_block,
        spent_in_block: &BTreeSet::new(),
        height,
    };
    let valid = judge(tx, tx.compute_txid(), past, &scene)?;
    let job = ScriptJob {
        transaction: tx,
        wtxid: tx.compute_wtxid(),
        spent: &valid.spent,
    };
    scripts.verify(RULES, &mut |take| {
        take(job);
        ControlFlow::Continue(())
    })?;
    Ok(valid)
}

/// Checks every rule of a transaction that is right by itself and no coinbase; only its scripts are left.
pub(crate) fn judge(
    tx: &Transaction,
    txid: Txid,
    past: &Past<'_>,
    scene: &Scene<'_>,
) -> Result<ValidTransaction, TransactionError> {
    let height = scene.height;
    check_final(tx, height, past.median_time_below(height))?;
    let spent = find_coins(tx, past.coins)?;
    check_maturity(tx, &spent, height, past)?;
    let fee = check_values(tx, &spent)?;
    check_relative_locks(tx, &spent, height, past)?;
    check_executed_sigops(tx, &spent)?;
    let effects = check_transaction(tx, &spent, scene)?;
    Ok(ValidTransaction {
        txid,
        spent,
        attachments: effects.attachments,
        changes: effects.changes,
        fee,
    })
}

/// # Consensus
/// > Each input spends a coin that exists and is not spent. (Bitcoin, CheckTxInputs)
fn find_coins(tx: &Transaction, coins: &dyn CoinView) -> Result<Vec<Coin>, TransactionError> {
    let outpoints = tx.input.iter().map(|input| input.previous_output);
    outpoints
        .map(|outpoint| {
            coins
                .coin(&outpoint)
                .ok_or(TransactionError::MissingInput { outpoint })
        })
        .collect()
}

/// # Consensus
/// > An output of a coinbase can't be spent until 100 blocks stand above it. (Bitcoin, CheckTxInputs)
fn check_maturity(
    tx: &Transaction,
    spent: &[Coin],
    height: Height,
    past: &Past<'_>,
) -> Result<(), TransactionError> {
    for (input, coin) in tx.input.iter().zip(spent).filter(|(_, coin)| coin.coinbase) {
        let matures = coin.height.saturating_add(past.params.coinbase_maturity);
        if height < matures {
            let outpoint = input.previous_output;
            return Err(TransactionError::ImmatureCoinbase { outpoint, matures });
        }
    }
    Ok(())
}

/// Returns the fee.
///
/// # Consensus
/// > The inputs hold at least what the outputs pay, and never more than 21 million coins. (Bitcoin,
/// > CheckTxInputs)
fn check_values(tx: &Transaction, spent: &[Coin]) -> Result<Amount, TransactionError> {
    let inputs = spent
        .iter()
        .try_fold(Amount::ZERO, |total, coin| {
            total.checked_add(coin.output.value)
        })
        .filter(|total| *total <= Amount::MAX_MONEY)
        .ok_or(TransactionError::InputsAboveLimit)?;
    let outputs = tx
        .output
        .iter()
        .try_fold(Amount::ZERO, |total, output| {
            total.checked_add(output.value)
        })
        .ok_or(TransactionError::OutputsAboveLimit)?;
    inputs
        .checked_sub(outputs)
        .ok_or(TransactionError::OutputsAboveInputs { inputs, outputs })
}
