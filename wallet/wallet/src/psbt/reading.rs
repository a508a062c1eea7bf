//! The reading of a PSBT.
use bitcoin::psbt::Output;
use bitcoin::{Amount, OutPoint, Psbt, TxOut, Txid};
use moneta_chain::Network;
use moneta_keys::{AccountPublic, Keychain};
use moneta_mips::{Attachment, Envelope, find_envelope};

use super::{ProvenFacts, PsbtError, Warning, balance, decode_psbt, inputs, warnings};

/// An input, proven from the transaction that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadInput {
    /// What it spends.
    pub outpoint: OutPoint,
    /// Grains and script.
    pub output: TxOut,
    /// What it holds beside its grains.
    pub attachment: Option<Attachment>,
    /// Which key of the reader's account it pays, if it does.
    pub ours: Option<(Keychain, u32)>,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOutput {
    /// Grains and script.
    pub output: TxOut,
    /// What it will hold beside its grains.
    pub attachment: Option<Attachment>,
    /// Which key of the reader's account it pays, if it does.
    pub ours: Option<(Keychain, u32)>,
}

/// What a PSBT does.
#[derive(Debug, Clone)]
pub struct PsbtReading {
    /// The PSBT itself, ready to be signed.
    pub psbt: Psbt,
    /// Network whose addresses are shown.
    pub network: Network,
    /// Id of the transaction.
    pub txid: Txid,
    /// What goes in.
    pub inputs: Vec<ReadInput>,
    /// What comes out.
    pub outputs: Vec<ReadOutput>,
    /// What the transaction says about assets, rights and identities.
    pub envelope: Option<Envelope>,
    /// What is known about the assets and identities it names.
    pub facts: ProvenFacts,
    /// What the miner gets.
    pub fee: Amount,
    /// What to look at twice.
    pub warnings: Vec<Warning>,
}

/// Reads a PSBT (binary or base64) and proves what it does. `account` tells which keys are the reader's.
///
/// # Errors
/// The bytes are no PSBT, it lies about an input, or it would lose an asset, a right or an identity.
pub fn read_psbt(
    bytes: &[u8],
    network: Network,
    account: Option<&AccountPublic>,
) -> Result<PsbtReading, PsbtError> {
    let psbt = decode_psbt(bytes)?;
    let inputs = inputs::read(&psbt, account)?;
    let envelope = find_envelope(&psbt.unsigned_tx)?.map(|found| found.envelope);
    let held = inputs.iter().filter_map(|input| input.attachment.as_ref());
    let first = psbt.unsigned_tx.input[0].previous_output;
    balance::check(held, envelope.as_ref(), &first)?;
    let outputs = read_outputs(&psbt, envelope.as_ref(), account);
    let fee = fee_of(&inputs, &outputs)?;
    let facts = ProvenFacts::of(&psbt)?;
    let mut reading = PsbtReading {
        txid: psbt.unsigned_tx.compute_txid(),
        psbt,
        network,
        inputs,
        outputs,
        envelope,
        facts,
        fee,
        warnings: Vec::new(),
    };
    reading.warnings = warnings::of(&reading, account);
    Ok(reading)
}

fn read_outputs(
    psbt: &Psbt,
    envelope: Option<&Envelope>,
    account: Option<&AccountPublic>,
) -> Vec<ReadOutput> {
    let allocations = envelope.map_or(&[][..], |envelope| &envelope.allocations);
    let outputs = psbt.unsigned_tx.output.iter().zip(&psbt.outputs);
    (0_u32..)
        .zip(outputs)
        .map(|(vout, (output, said))| ReadOutput {
            output: output.clone(),
            attachment: allocations
                .iter()
                .find(|allocation| allocation.vout == vout)
                .map(|allocation| allocation.attachment.clone()),
            ours: account.and_then(|account| ours(account, said, output)),
        })
        .collect()
}

/// Tells which key of `account` the output pays: said by the PSBT, proven by derivation.
fn ours(account: &AccountPublic, said: &Output, output: &TxOut) -> Option<(Keychain, u32)> {
    said.bip32_derivation.iter().find_map(|(key, source)| {
        let (keychain, index) = account.locate(key, source)?;
        (account.script(keychain, index) == output.script_pubkey).then_some((keychain, index))
    })
}

fn fee_of(inputs: &[ReadInput], outputs: &[ReadOutput]) -> Result<Amount, PsbtError> {
    let inputs = total(inputs.iter().map(|input| input.output.value))?;
    let outputs = total(outputs.iter().map(|output| output.output.value))?;
    inputs
        .checked_sub(outputs)
        .ok_or(PsbtError::NegativeFee { inputs, outputs })
}

pub(super) fn total(mut amounts: impl Iterator<Item = Amount>) -> Result<Amount, PsbtError> {
    amounts
        .try_fold(Amount::ZERO, Amount::checked_add)
        .ok_or(PsbtError::Overflow)
}
