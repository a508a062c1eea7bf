//! What the inputs are and hold, proven from the transactions that made them.
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::psbt::{Input, PsbtSighashType};
use bitcoin::{EcdsaSighashType, Psbt, Transaction, TxIn, TxOut, Txid};
use moneta_keys::{AccountPublic, Keychain};
use moneta_mips::{Attachment, find_envelope};

use super::{PsbtError, ReadInput};

/// Reads every input.
pub(super) fn read(
    psbt: &Psbt,
    account: Option<&AccountPublic>,
) -> Result<Vec<ReadInput>, PsbtError> {
    if psbt.inputs.is_empty() {
        return Err(PsbtError::NoInputs);
    }
    let mut spent = BTreeSet::new();
    for (input, txin) in psbt.unsigned_tx.input.iter().enumerate() {
        if !spent.insert(txin.previous_output) {
            return Err(PsbtError::DuplicateInput { input });
        }
    }
    // Many inputs may come from one transaction: its envelope is read once.
    let mut seen = BTreeMap::new();
    let inputs = psbt.inputs.iter().zip(&psbt.unsigned_tx.input).enumerate();
    inputs
        .map(|(index, (input, txin))| {
            let (previous, output) = proven_output(index, input, txin)?;
            check_sighash(index, input)?;
            let outpoint = txin.previous_output;
            let attachments = match seen.entry(outpoint.txid) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(empty) => empty.insert(attachments_of(previous)?),
            };
            Ok(ReadInput {
                outpoint,
                output: output.clone(),
                attachment: attachments.get(&outpoint.vout).cloned(),
                ours: ours(input, output, account),
            })
        })
        .collect()
}

/// Returns the previous transaction and the output, after everything that is said about it agrees.
fn proven_output<'a>(
    index: usize,
    input: &'a Input,
    txin: &TxIn,
) -> Result<(&'a Transaction, &'a TxOut), PsbtError> {
    let outpoint = txin.previous_output;
    let previous = input
        .non_witness_utxo
        .as_ref()
        .ok_or(PsbtError::MissingPrevious { input: index })?;
    let id: Txid = previous.compute_txid();
    let output = previous.output.get(outpoint.vout as usize);
    let output = output
        .filter(|_| id == outpoint.txid)
        .ok_or(PsbtError::WrongPrevious { input: index })?;
    match &input.witness_utxo {
        Some(claimed) if claimed != output => Err(PsbtError::UtxoMismatch { input: index }),
        _ => Ok((previous, output)),
    }
}

fn check_sighash(index: usize, input: &Input) -> Result<(), PsbtError> {
    let all = PsbtSighashType::from(EcdsaSighashType::All);
    if input.sighash_type.is_some_and(|asked| asked != all) {
        return Err(PsbtError::SighashNotAll { input: index });
    }
    Ok(())
}

/// Returns what the outputs of a transaction of the chain hold.
fn attachments_of(transaction: &Transaction) -> Result<BTreeMap<u32, Attachment>, PsbtError> {
    // A coinbase allocates nothing, whatever is written in it.
    if transaction.is_coinbase() {
        return Ok(BTreeMap::new());
    }
    let Some(found) = find_envelope(transaction)? else {
        return Ok(BTreeMap::new());
    };
    let allocations = found.envelope.allocations.into_iter();
    Ok(allocations
        .map(|allocation| (allocation.vout, allocation.attachment))
        .collect())
}

/// Tells which key of `account` the input pays.
fn ours(input: &Input, output: &TxOut, account: Option<&AccountPublic>) -> Option<(Keychain, u32)> {
    let account = account?;
    input.bip32_derivation.iter().find_map(|(key, source)| {
        let (keychain, index) = account.locate(key, source)?;
        (account.script(keychain, index) == output.script_pubkey).then_some((keychain, index))
    })
}
