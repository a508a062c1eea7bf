//! What can be known about a transaction without its past.
use std::collections::BTreeSet;

use bitcoin::{Amount, Transaction};
use moneta_chain::Params;
use moneta_mips::check_coinbase;

use super::TransactionError;

/// Bytes of two hashes side by side: an inner node of a merkle tree.
const MERKLE_NODE_LEN: usize = 64;
/// Weight units of a byte that is not witness.
const WEIGHT_PER_BYTE: u64 = 4;
/// Length that a coinbase's script may have, in bytes.
const COINBASE_SCRIPT_LEN: std::ops::RangeInclusive<usize> = 2..=100;

/// Checks a transaction by itself, coinbase or not.
///
/// # Errors
/// The first rule it breaks.
pub fn check_transaction_alone(tx: &Transaction, params: &Params) -> Result<(), TransactionError> {
    check_not_empty(tx)?;
    check_size(tx, params)?;
    check_not_64_bytes(tx)?;
    check_output_values(tx)?;
    check_inputs_differ(tx)?;
    check_null_inputs(tx)?;
    if tx.is_coinbase() {
        check_coinbase(tx)?;
    }
    Ok(())
}

/// # Consensus
/// > Neither the list of inputs nor the list of outputs may be empty. (Bitcoin, CheckTransaction)
const fn check_not_empty(tx: &Transaction) -> Result<(), TransactionError> {
    if tx.input.is_empty() {
        return Err(TransactionError::NoInputs);
    }
    if tx.output.is_empty() {
        return Err(TransactionError::NoOutputs);
    }
    Ok(())
}

/// # Consensus
/// > A transaction's size without witnesses, times 4, must not exceed the weight of a block. (BIP141)
fn check_size(tx: &Transaction, params: &Params) -> Result<(), TransactionError> {
    let stripped_size = tx.base_size();
    let max = params.max_block_weight.div_euclid(WEIGHT_PER_BYTE);
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    if stripped_size > max {
        return Err(TransactionError::TooLarge { stripped_size, max });
    }
    Ok(())
}

/// # Consensus
/// > Transactions whose witness-stripped serialized size is exactly 64 bytes are invalid. (BIP54)
pub(crate) fn check_not_64_bytes(tx: &Transaction) -> Result<(), TransactionError> {
    if tx.base_size() == MERKLE_NODE_LEN {
        return Err(TransactionError::Is64Bytes);
    }
    Ok(())
}

/// # Consensus
/// > Each output, and the sum of all outputs, must be in the range of 0 to 21 million coins. (Bitcoin,
/// > CheckTransaction)
fn check_output_values(tx: &Transaction) -> Result<(), TransactionError> {
    let mut total = Amount::ZERO;
    for (vout, output) in (0..).zip(&tx.output) {
        let value = output.value;
        if value > Amount::MAX_MONEY {
            return Err(TransactionError::OutputAboveLimit { vout, value });
        }
        total = total
            .checked_add(value)
            .filter(|total| *total <= Amount::MAX_MONEY)
            .ok_or(TransactionError::OutputsAboveLimit)?;
    }
    Ok(())
}

/// # Consensus
/// > No two inputs of a transaction spend the same coin. (Bitcoin, CheckTransaction; CVE-2018-17144)
fn check_inputs_differ(tx: &Transaction) -> Result<(), TransactionError> {
    let mut seen = BTreeSet::new();
    for outpoint in tx.input.iter().map(|input| input.previous_output) {
        if !seen.insert(outpoint) {
            return Err(TransactionError::DuplicateInput { outpoint });
        }
    }
    Ok(())
}

/// # Consensus
/// > A coinbase's script has 2 to 100 bytes; an input of any other transaction names a coin. (Bitcoin,
/// > CheckTransaction)
fn check_null_inputs(tx: &Transaction) -> Result<(), TransactionError> {
    if tx.is_coinbase() {
        let len = tx.input.first().map_or(0, |input| input.script_sig.len());
        return if COINBASE_SCRIPT_LEN.contains(&len) {
            Ok(())
        } else {
            Err(TransactionError::CoinbaseScriptLength { len })
        };
    }
    match (0..)
        .zip(&tx.input)
        .find(|(_, input)| input.previous_output.is_null())
    {
        Some((input, _)) => Err(TransactionError::NullInput { input }),
        None => Ok(()),
    }
}
