//! What can be said of a transaction and the coins it spends, without running a script.
use bitcoin::script::Instruction;
use bitcoin::{Script, ScriptBuf, Transaction, TxIn, WitnessVersion};
use moneta_mips::Coin;

use super::PolicyError;
use super::shape::{is_key, multisig_keys};

/// Most signature operations behind a script hash.
const MAX_REDEEM_SIGOPS: usize = 15;
/// Longest witness script of version 0, in bytes.
const MAX_WITNESS_SCRIPT: usize = 3_600;
/// Most elements that a witness script of version 0 is given.
const MAX_WITNESS_COUNT: usize = 100;
/// Longest element that a witness script is given, in bytes.
const MAX_WITNESS_ELEMENT: usize = 80;
/// First byte of an annex (BIP341).
const ANNEX: u8 = 0x50;
/// Leaf version of tapscript (BIP342), the parity bit left aside.
const TAPSCRIPT: u8 = 0xc0;
/// The program of an anchor that anybody can spend (P2A), version 1.
const ANCHOR: [u8; 2] = [0x4e, 0x73];

/// Checks how a transaction spends its coins. `spent[i]` is the coin of input `i`.
///
/// # Errors
/// The first policy it breaks.
pub(crate) fn check_spends(tx: &Transaction, spent: &[Coin]) -> Result<(), PolicyError> {
    for ((index, txin), coin) in (0..).zip(&tx.input).zip(spent) {
        check_spend(index, txin, &coin.output.script_pubkey)?;
    }
    Ok(())
}

fn check_spend(input: u32, txin: &TxIn, coin: &Script) -> Result<(), PolicyError> {
    let plain = coin.is_p2pkh() || is_key(coin) || multisig_keys(coin).is_some();
    if plain {
        return check_no_witness(input, txin);
    }
    if coin.is_p2sh() {
        let redeem = redeem_script(txin).ok_or(PolicyError::InputCoin { input })?;
        if redeem.is_witness_program() {
            return check_program(input, txin, &redeem, true);
        }
        let (count, max) = (redeem.count_sigops(), MAX_REDEEM_SIGOPS);
        if count > max {
            return Err(PolicyError::RedeemSigops { input, count, max });
        }
        return check_no_witness(input, txin);
    }
    if coin.is_witness_program() {
        return check_program(input, txin, coin, false);
    }
    Err(PolicyError::InputCoin { input })
}

fn check_no_witness(input: u32, txin: &TxIn) -> Result<(), PolicyError> {
    if txin.witness.is_empty() {
        Ok(())
    } else {
        Err(PolicyError::WitnessUnused { input })
    }
}

fn check_program(
    input: u32,
    txin: &TxIn,
    program: &Script,
    nested: bool,
) -> Result<(), PolicyError> {
    match program.witness_version() {
        Some(WitnessVersion::V0) if program.is_p2wsh() => check_script_hash(input, txin),
        // What a key hash takes is a rule.
        Some(WitnessVersion::V0) => Ok(()),
        Some(WitnessVersion::V1) if program.is_p2tr() && !nested => check_taproot(input, txin),
        Some(WitnessVersion::V1) if program.as_bytes().get(2..) == Some(&ANCHOR) && !nested => {
            check_no_witness(input, txin)
        }
        _ => Err(PolicyError::InputCoin { input }),
    }
}

fn check_script_hash(input: u32, txin: &TxIn) -> Result<(), PolicyError> {
    let Some(script) = txin.witness.last() else {
        // A rule will say so.
        return Ok(());
    };
    let (len, max) = (script.len(), MAX_WITNESS_SCRIPT);
    if len > max {
        return Err(PolicyError::WitnessScriptSize { input, len, max });
    }
    let (count, max) = (txin.witness.len().saturating_sub(1), MAX_WITNESS_COUNT);
    if count > max {
        return Err(PolicyError::WitnessCount { input, count, max });
    }
    check_elements(input, txin.witness.iter().take(count))
}

fn check_taproot(input: u32, txin: &TxIn) -> Result<(), PolicyError> {
    let witness = &txin.witness;
    let annex = |last: &[u8]| last.first() == Some(&ANNEX);
    if witness.len() >= 2 && witness.last().is_some_and(annex) {
        return Err(PolicyError::Annex { input });
    }
    if witness.len() < 2 {
        return Ok(());
    }
    let leaf = witness.last().and_then(|control| control.first());
    if leaf.is_some_and(|leaf| leaf & 0xfe == TAPSCRIPT) {
        return check_elements(input, witness.iter().take(witness.len() - 2));
    }
    Ok(())
}

fn check_elements<'a>(
    input: u32,
    mut elements: impl Iterator<Item = &'a [u8]>,
) -> Result<(), PolicyError> {
    let max = MAX_WITNESS_ELEMENT;
    match elements.find(|element| element.len() > max) {
        Some(element) => Err(PolicyError::WitnessElementSize {
            input,
            len: element.len(),
            max,
        }),
        None => Ok(()),
    }
}

/// Returns the script behind a script hash: what an input script, known to push only, pushes last.
fn redeem_script(txin: &TxIn) -> Option<ScriptBuf> {
    match txin.script_sig.instructions().last()?.ok()? {
        Instruction::PushBytes(bytes) => Some(ScriptBuf::from_bytes(bytes.as_bytes().to_vec())),
        Instruction::Op(_) => None,
    }
}
