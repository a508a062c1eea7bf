//! The coinbase: first, alone, at its height, and not too rich.
use bitcoin::script::Builder;
use bitcoin::{Amount, Block, Transaction};
use moneta_chain::{Height, Params};

use super::BlockError;
use crate::ValidTransaction;

/// # Consensus
/// > The first transaction of a block is a coinbase, and no other is. (Bitcoin, CheckBlock)
pub(super) fn check_first_and_only(block: &Block) -> Result<(), BlockError> {
    if !block.txdata.first().is_some_and(Transaction::is_coinbase) {
        return Err(BlockError::NoCoinbase);
    }
    let mut rest = block.txdata.iter().enumerate().skip(1);
    match rest.find(|(_, tx)| tx.is_coinbase()) {
        Some((index, _)) => Err(BlockError::SecondCoinbase { index }),
        None => Ok(()),
    }
}

/// # Consensus
/// > The coinbase's script begins with the block's height, as a minimal push of a script number. (BIP34)
pub(super) fn check_height(coinbase: &Transaction, height: Height) -> Result<(), BlockError> {
    let expected = Builder::new()
        .push_int(i64::from(height.to_u32()))
        .into_script();
    let script = coinbase
        .input
        .first()
        .map(|input| input.script_sig.as_bytes());
    if !script.is_some_and(|script| script.starts_with(expected.as_bytes())) {
        return Err(BlockError::BadCoinbaseHeight { height });
    }
    Ok(())
}

/// # Consensus
/// > The coinbase pays at most the subsidy of its height and the fees of all other transactions. (Bitcoin,
/// > ConnectBlock)
pub(super) fn check_reward(
    coinbase: &Transaction,
    transactions: &[ValidTransaction],
    height: Height,
    params: &Params,
) -> Result<(), BlockError> {
    let fees = transactions.iter().map(|tx| tx.fee);
    let allowed = fees.fold(params.subsidy(height), saturating_add);
    let paid = coinbase.output.iter().map(|output| output.value);
    let paid = paid.fold(Amount::ZERO, saturating_add);
    if paid > allowed {
        return Err(BlockError::RewardTooHigh { paid, allowed });
    }
    Ok(())
}

/// All amounts that get here are sums of coins that exist, so far below the highest there is.
fn saturating_add(a: Amount, b: Amount) -> Amount {
    Amount::from_sat(a.to_sat().saturating_add(b.to_sat()))
}
