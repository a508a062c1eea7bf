//! Chooses coins for a draft until amounts, registry price and the exact fee are reached.
use bitcoin::absolute::LockTime;
use bitcoin::transaction::{InputWeightPrediction, Version, predict_weight};
use bitcoin::{Amount, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Weight, Witness};
use moneta_mips::Attachment;

use super::draft::Draft;
use super::outputs::{Kept, Outputs, price_of};
use super::pool::Pool;
use super::{PlanError, Terms};
use crate::WalletCoin;

/// Signatures may be made by a signer that does not look for short ones, so the longest is reckoned:
/// the rate is then never below what was asked.
const INPUT: InputWeightPrediction = InputWeightPrediction::P2WPKH_MAX;
const HEAVIEST: Weight = Weight::from_wu(Transaction::MAX_STANDARD_WEIGHT.to_wu());

/// A transaction, the coins it spends, and which outputs come back.
pub(super) struct Built<'a, 't> {
    pub(super) transaction: Transaction,
    /// In input order: identity and rights, assets, grains.
    pub(super) inputs: Vec<&'a WalletCoin>,
    pub(super) outputs: Outputs<'t>,
    pub(super) fee: Amount,
}

/// Chooses coins for `draft` and builds the transaction.
pub(super) fn build<'a, 't>(
    draft: &Draft,
    pool: &Pool<'a>,
    terms: &'t Terms<'t>,
) -> Result<Built<'a, 't>, PlanError> {
    let (mut inputs, kept) = choose_attached(draft, pool, terms)?;
    let brought = sum(inputs.iter().map(|coin| coin.value()))?;
    // A coin that holds less than it costs to spend would only raise the fee.
    let cost = fee_of(INPUT.weight(), terms)?;
    let mut grains = pool.grains().filter(|coin| coin.value() > cost);
    if inputs.is_empty() {
        let first = grains.next();
        inputs.push(first.ok_or_else(|| no_coin(draft, pool, terms))?);
    }
    let mut outputs = Outputs::write(draft, inputs[0].outpoint, &kept, terms)?;
    let carrier = outputs.carrier()?;
    let all_outputs = || outputs.list.iter().chain(&carrier);
    let wanted = sum(all_outputs().map(|output| output.value))?;
    let script_lengths: Vec<usize> = all_outputs()
        .map(|output| output.script_pubkey.len())
        .collect();

    let left = loop {
        let weight = weigh(inputs.len(), &script_lengths);
        if weight > HEAVIEST {
            let most = HEAVIEST;
            return Err(PlanError::TooHeavy { weight, most });
        }
        let need = sum([wanted, fee_of(weight, terms)?])?;
        let available = sum(inputs.iter().map(|coin| coin.value()))?;
        if let Some(left) = available.checked_sub(need) {
            break left;
        }
        let short = need.checked_sub(brought).unwrap_or(need);
        let coin = grains.next().ok_or_else(|| pool.missing_grains(short))?;
        inputs.push(coin);
    };
    add_change(&mut outputs, left, inputs.len(), script_lengths)?;
    if let Some(carrier) = carrier {
        outputs.push(carrier, None);
    }
    let available = sum(inputs.iter().map(|coin| coin.value()))?;
    let paid = sum(outputs.list.iter().map(|output| output.value))?;
    Ok(Built {
        transaction: transaction(&inputs, &outputs.list, terms),
        fee: available.checked_sub(paid).ok_or(PlanError::Overflow)?,
        inputs,
        outputs,
    })
}

/// Chooses coins with attachments, and says which attachments come back to the wallet: asset change,
/// then every right and identity as it was.
fn choose_attached<'a>(
    draft: &Draft,
    pool: &Pool<'a>,
    terms: &Terms<'_>,
) -> Result<(Vec<&'a WalletCoin>, Vec<Kept>), PlanError> {
    let mut inputs = Vec::new();
    if let Some(identity) = draft.identity {
        inputs.push(pool.identity(identity)?);
    }
    if let Some((asset, rights)) = draft.rights {
        inputs.extend(pool.rights(asset, rights)?);
    }
    let roles: Vec<Kept> = inputs
        .iter()
        .filter_map(|coin| coin.coin.attachment.clone().map(Kept::on_change))
        .collect();
    let mut kept = Vec::new();
    for (&asset, &need) in &draft.units {
        let (coins, held) = pool.units(asset, need)?;
        if held > need {
            let amount = held - need;
            let attachment = Attachment::Asset { id: asset, amount };
            // A fresh address is not enrolled. What is left is less than the last coin held, or it would not have
            // been chosen; so that coin's script may have it back (MIP-5, 5.5).
            let last = coins.last().copied();
            let back = last.filter(|_| terms.proofs.asks_for_enrolment(&asset));
            kept.push(Kept {
                attachment,
                back: back.map(|coin| (coin.keychain, coin.index)),
            });
        }
        inputs.extend(coins);
    }
    kept.extend(roles);
    Ok((inputs, kept))
}

/// Gives what is left back, unless the change would cost as much as it holds: then the miner has it.
fn add_change(
    outputs: &mut Outputs<'_>,
    left: Amount,
    inputs: usize,
    mut script_lengths: Vec<usize>,
) -> Result<(), PlanError> {
    let terms = outputs.terms();
    let (script_pubkey, index) = outputs.own_script()?;
    let without = weigh(inputs, &script_lengths);
    script_lengths.push(script_pubkey.len());
    let with = weigh(inputs, &script_lengths);
    let extra = fee_of(with, terms)?
        .checked_sub(fee_of(without, terms)?)
        .ok_or(PlanError::Overflow)?;
    match left.checked_sub(extra) {
        Some(value) if value >= script_pubkey.minimal_non_dust() && with <= HEAVIEST => {
            let output = TxOut {
                value,
                script_pubkey,
            };
            outputs.push_change(output, index);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The error when there is not one coin to start with: all that is known to be needed.
fn no_coin(draft: &Draft, pool: &Pool<'_>, terms: &Terms<'_>) -> PlanError {
    let payments = draft.payments.iter().map(|output| output.value);
    let attached = draft.grants.iter().map(|grant| grant.value);
    let price = price_of(draft, terms);
    match price.and_then(|price| sum(payments.chain(attached).chain([price]))) {
        Ok(need) => pool.missing_grains(need),
        Err(error) => error,
    }
}

pub(super) fn weigh(inputs: usize, script_lengths: &[usize]) -> Weight {
    let inputs = std::iter::repeat_n(INPUT, inputs);
    predict_weight(inputs, script_lengths.iter().copied())
}

/// Returns the fee of so much weight, rounded up.
pub(super) fn fee_of(weight: Weight, terms: &Terms<'_>) -> Result<Amount, PlanError> {
    let fee = terms.fee_rate.checked_mul_by_weight(weight);
    fee.ok_or(PlanError::Overflow)
}

pub(super) fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, PlanError> {
    amounts.into_iter().try_fold(Amount::ZERO, |sum, amount| {
        sum.checked_add(amount).ok_or(PlanError::Overflow)
    })
}

pub(super) fn transaction(
    inputs: &[&WalletCoin],
    outputs: &[TxOut],
    terms: &Terms<'_>,
) -> Transaction {
    // Valid in the next block and not before: nobody gains by mining the last block again.
    let tip = terms.next_height.previous().unwrap_or_default();
    let input = |coin: &&WalletCoin| TxIn {
        previous_output: coin.outpoint,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
        witness: Witness::new(),
    };
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::from_height(tip.to_u32()).unwrap_or(LockTime::ZERO),
        input: inputs.iter().map(input).collect(),
        output: outputs.to_vec(),
    }
}
