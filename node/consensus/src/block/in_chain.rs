//! What can be known about a block where it stands.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use bitcoin::{Amount, Block, OutPoint, Transaction, Txid};
use moneta_chain::{Height, Seal, SealedBlock};
use moneta_commitments::Commitments;
use moneta_mips::{RegistryOverlay, Scene, Target, freezes_of, spent_of};

use super::commitments::{check_commitments, commitments};
use super::error::in_transaction;
use super::overlay::CoinOverlay;
use super::{BlockError, coinbase, is_coin};
use crate::script::RULES;
use crate::transaction::{check_final, judge, sigop_cost};
use crate::{
    CheckedBlock, CoinView, Past, ScriptJob, ScriptVerifier, TakeJob, TransactionError, ValidBlock,
    ValidTransaction,
};

/// Checks a block in its chain. `past` must end at its parent.
///
/// Its scripts are run beside the rest; a block that breaks another rule is refused for that one.
///
/// # Errors
/// The first rule it breaks.
pub fn check_in_chain(
    checked: CheckedBlock,
    past: &Past<'_>,
    scripts: &dyn ScriptVerifier,
) -> Result<ValidBlock, BlockError> {
    let mut walked = None;
    let verdict = scripts.verify(RULES, &mut |take| {
        let judged = check_transactions(&checked, past, take).and_then(|transactions| {
            let block = &checked.block.block;
            let commitments = check_commitments(block, &transactions, past)?;
            Ok((transactions, commitments))
        });
        let goes_on = judged.is_ok();
        walked = Some(judged);
        if goes_on {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    let (transactions, commitments) = walked.expect("every verifier takes its jobs")?;
    verdict.map_err(|failure| {
        // The coinbase has no scripts to run: jobs start with the second transaction.
        let index = failure.job.saturating_add(1);
        let txid = checked.txids.get(index).copied();
        let txid = txid.expect("a failure is that of a job");
        in_transaction(index, txid)(failure.into())
    })?;
    let CheckedBlock {
        block, id, height, ..
    } = checked;
    Ok(ValidBlock {
        block,
        id,
        height,
        transactions,
        commitments,
    })
}

/// Returns what a template at `height` is to commit to: everything about it but scripts and commitments is
/// checked on the way.
///
/// # Errors
/// The first rule it breaks.
pub fn commitments_of(
    block: Block,
    height: Height,
    past: &Past<'_>,
) -> Result<Commitments, BlockError> {
    let checked = CheckedBlock {
        id: block.block_hash(),
        height,
        txids: block.txdata.iter().map(Transaction::compute_txid).collect(),
        wtxids: block
            .txdata
            .iter()
            .map(Transaction::compute_wtxid)
            .collect(),
        block: SealedBlock {
            block,
            seal: Seal::default(),
        },
    };
    let transactions = check_transactions(&checked, past, &mut |_| ())?;
    Ok(commitments(&transactions, past))
}

/// Walks through the block in order; each transaction sees what those before it did, and once everything else
/// about it holds, its scripts are handed over.
fn check_transactions<'a>(
    checked: &'a CheckedBlock,
    past: &Past<'_>,
    take: TakeJob<'_, 'a>,
) -> Result<Vec<ValidTransaction>, BlockError> {
    let height = checked.height();
    let mut coins = CoinOverlay::new(past.coins, height, checked.txids.len());
    let mut registry = RegistryOverlay::new(past.registry);
    let frozen_in_block = freezes_of_block(checked.transactions());
    let spent_in_block = spent_of(checked.transactions(), &frozen_in_block);
    let mut transactions: Vec<ValidTransaction> = Vec::with_capacity(checked.txids.len());
    let mut sigops = 0;
    let ids = checked.txids.iter().zip(&checked.wtxids);
    for (index, (tx, (txid, wtxid))) in checked.transactions().iter().zip(ids).enumerate() {
        check_no_duplicate(tx, *txid, past.coins)?;
        let valid = if index == 0 {
            judge_coinbase(tx, *txid, checked, past)
        } else {
            let scene = Scene {
                registry: &registry,
                coins: &|outpoint| coins.coin(outpoint),
                frozen_in_block: &frozen_in_block,
                spent_in_block: &spent_in_block,
                height,
            };
            let past = Past {
                coins: &coins,
                ..*past
            };
            judge(tx, *txid, &past, &scene)
        };
        let valid = valid.map_err(in_transaction(index, *txid))?;
        sigops = add_sigops(sigops, tx, &valid, past)?;
        coins.apply(tx, &valid);
        for change in &valid.changes {
            registry.apply(change);
        }
        if index > 0 {
            take(ScriptJob {
                transaction: tx,
                wtxid: *wtxid,
                spent: &valid.spent,
            });
        }
        transactions.push(valid);
    }
    let first = checked
        .transactions()
        .first()
        .ok_or(BlockError::NoTransactions)?;
    coinbase::check_reward(first, &transactions, height, past.params)?;
    Ok(transactions)
}

/// # Consensus
/// > All freezes of a block apply to all its spends. (MIP-1)
fn freezes_of_block(transactions: &[Transaction]) -> BTreeSet<Target> {
    transactions.iter().skip(1).flat_map(freezes_of).collect()
}

fn judge_coinbase(
    tx: &Transaction,
    txid: Txid,
    checked: &CheckedBlock,
    past: &Past<'_>,
) -> Result<ValidTransaction, TransactionError> {
    let height = checked.height();
    check_final(tx, height, past.median_time_below(height))?;
    Ok(ValidTransaction {
        txid,
        spent: Vec::new(),
        attachments: BTreeMap::new(),
        changes: Vec::new(),
        fee: Amount::ZERO,
    })
}

/// # Consensus
/// > A block must not contain a transaction whose id is that of an earlier one with unspent outputs. (BIP30)
fn check_no_duplicate(
    tx: &Transaction,
    txid: Txid,
    coins: &dyn CoinView,
) -> Result<(), BlockError> {
    let outputs = (0..).zip(&tx.output).filter(|(_, output)| is_coin(output));
    let mut outpoints = outputs.map(|(vout, _)| OutPoint::new(txid, vout));
    match outpoints.find(|outpoint| coins.coin(outpoint).is_some()) {
        Some(outpoint) => Err(BlockError::DuplicateCoin { outpoint }),
        None => Ok(()),
    }
}

fn add_sigops(
    so_far: u64,
    tx: &Transaction,
    valid: &ValidTransaction,
    past: &Past<'_>,
) -> Result<u64, BlockError> {
    let cost = sigop_cost(tx, &valid.spent).saturating_add(so_far);
    let max = past.params.max_block_sigop_cost as u64;
    if cost > max {
        return Err(BlockError::TooManySigops { cost, max });
    }
    Ok(cost)
}
