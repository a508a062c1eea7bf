//! The daemon's side of the consensus rules: which of its parts plays which view.
use std::collections::BTreeSet;

use bitcoin::{Block, OutPoint, Transaction};
use moneta_chain::SealedBlock;
use moneta_commitments::Commitments;
use moneta_consensus::{
    BlockError, CheckedBlock, CoinView, ParentBlock, Past, ScriptTrust, ScriptVerifier,
    TransactionError, ValidBlock, ValidTransaction, check_alone, check_body_alone, check_in_chain,
    check_transaction_in_chain, commitments_of, is_coin,
};
use moneta_mips::{RegistryView, Target};

use crate::chain::Chain;
use crate::scripts::ScriptRunner;

/// Checks a block by itself, on a parent that need not be the tip.
///
/// # Errors
/// The rule it breaks.
pub(crate) fn judge_alone(
    chain: &Chain,
    block: SealedBlock,
    parent: &ParentBlock,
    now: u64,
) -> Result<CheckedBlock, BlockError> {
    check_alone(block, parent, now, chain.params(), &**chain.seals())
}

/// Checks a block whose parent is the tip: by itself, then in its chain.
///
/// # Errors
/// The rule it breaks.
pub(crate) fn judge_next(
    chain: &Chain,
    block: SealedBlock,
    now: u64,
) -> Result<ValidBlock, BlockError> {
    let checked = judge_alone(chain, block, &chain.parent(), now)?;
    let scripts = ScriptRunner::of_block(chain.scripts());
    check_in_chain(checked, &past(chain), &scripts)
}

/// Checks a block by itself whose header was verified before, on a parent that need not be the tip.
///
/// # Errors
/// The rule it breaks.
pub(crate) fn judge_body_alone(
    chain: &Chain,
    block: SealedBlock,
    parent: &ParentBlock,
) -> Result<CheckedBlock, BlockError> {
    check_body_alone(block, parent, chain.params())
}

/// Checks a block whose header was verified earlier and whose parent is the tip now: with its header that came first,
/// or as a whole block that was kept. A verified header is never verified twice.
///
/// # Errors
/// The rule it breaks.
pub(crate) fn judge_kept(
    chain: &Chain,
    block: SealedBlock,
    scripts: ScriptTrust,
) -> Result<ValidBlock, BlockError> {
    let checked = check_body_alone(block, &chain.parent(), chain.params())?;
    let runner = ScriptRunner::of_block(chain.scripts());
    check_in_chain(checked, &past(chain), either(&runner, &scripts))
}

/// Returns whoever is to run scripts.
fn either<'a>(runner: &'a ScriptRunner<'_>, trust: &'a ScriptTrust) -> &'a dyn ScriptVerifier {
    match trust {
        ScriptTrust::Verify => runner,
        ScriptTrust::AssumeChecked => trust,
    }
}

/// Checks a transaction for the block after the tip, over `coins` and `registry`.
///
/// # Errors
/// The rule it breaks.
pub(crate) fn judge_transaction(
    tx: &Transaction,
    chain: &Chain,
    coins: &dyn CoinView,
    registry: &dyn RegistryView,
    frozen: &BTreeSet<Target>,
    scripts: ScriptTrust,
) -> Result<ValidTransaction, TransactionError> {
    let past = Past {
        coins,
        registry,
        ..past(chain)
    };
    let height = chain.tip().height.next();
    let runner = ScriptRunner::of_pool(chain.scripts());
    let scripts = either(&runner, &scripts);
    check_transaction_in_chain(tx, &past, frozen, height, scripts)
}

/// Returns what a template for the block after the tip is to commit to.
///
/// # Errors
/// The rule that the template breaks; its scripts are not run.
pub(crate) fn commitments_of_template(
    chain: &Chain,
    block: &Block,
) -> Result<Commitments, BlockError> {
    commitments_of(block.clone(), chain.tip().height.next(), &past(chain))
}

/// Tells whether some output of `tx` is a coin of the best chain.
pub(crate) fn is_confirmed(tx: &Transaction, chain: &Chain) -> bool {
    let txid = tx.compute_txid();
    (0_u32..)
        .zip(&tx.output)
        .filter(|(_, output)| is_coin(output))
        .any(|(vout, _)| chain.state().coin(&OutPoint::new(txid, vout)).is_some())
}

fn past(chain: &Chain) -> Past<'_> {
    Past {
        chain,
        coins: chain.state(),
        registry: chain.state().registry(),
        commitments: chain.commitments(),
        params: chain.params(),
    }
}
