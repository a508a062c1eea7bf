//! How much signature checking a transaction may ask for.
//!
//! Counted as Bitcoin Core counts, and on top of that where a coin's own script is run, so that no stock of old
//! coins makes a block slow. The `bitcoin` crate's own counter differs from it in scripts where one
//! multisignature opcode follows another, so it is not used here.
use bitcoin::opcodes::all::{
    OP_CHECKMULTISIG, OP_CHECKMULTISIGVERIFY, OP_CHECKSIG, OP_CHECKSIGVERIFY, OP_PUSHNUM_1,
    OP_PUSHNUM_16,
};
use bitcoin::script::Instruction;
use bitcoin::{Opcode, Script, Transaction, TxIn};
use moneta_mips::Coin;

use super::TransactionError;

/// Cost of a signature operation that is not in a witness.
pub(crate) const SIGOP_WEIGHT: u64 = 4;
/// Most signature operations before segwit that one transaction may execute (BIP54): each may hash it whole.
const MAX_EXECUTED_SIGOPS: u64 = 2_500;
/// Signatures that a multisignature opcode counts for where the number of keys is not looked at.
const MAX_MULTISIG_KEYS: u64 = 20;

/// Returns the signature-operation cost of a transaction. `spent[i]` is the coin of `tx.input[i]`; for a
/// coinbase there are none.
///
/// # Consensus
/// > Signature operations in input scripts, output scripts and pay-to-script-hash scripts cost 4, those of
/// > version 0 witness programs cost 1; a block's cost is at most 80,000. (BIP141)
/// >
/// > Operations in the output scripts of coins that are spent cost 4 too. (MIP-9, rule 2)
pub fn sigop_cost(tx: &Transaction, spent: &[Coin]) -> u64 {
    let (mut spent_scripts, mut witness) = (0_u64, 0_u64);
    for (input, coin) in tx.input.iter().zip(spent) {
        let output_script = &coin.output.script_pubkey;
        let program = program(input, output_script);
        spent_scripts = spent_scripts.saturating_add(count(program, true));
        witness = witness.saturating_add(witness_sigops(program, input));
    }
    legacy_sigops(tx)
        .saturating_add(spent_scripts)
        .saturating_mul(SIGOP_WEIGHT)
        .saturating_add(witness)
}

/// # Consensus
/// > The input scripts of a transaction and the output scripts of the coins that it spends, or the scripts
/// > behind their hashes, hold at most 2,500 signature operations. (BIP54; MIP-9, rule 1)
pub(super) fn check_executed_sigops(
    tx: &Transaction,
    spent: &[Coin],
) -> Result<(), TransactionError> {
    let inputs = tx.input.iter().zip(spent);
    let executed = inputs.map(|(input, coin)| {
        let spent = count(program(input, &coin.output.script_pubkey), true);
        count(&input.script_sig, true).saturating_add(spent)
    });
    let count = executed.fold(0, u64::saturating_add);
    if count > MAX_EXECUTED_SIGOPS {
        let max = MAX_EXECUTED_SIGOPS;
        return Err(TransactionError::TooManyExecutedSigops { count, max });
    }
    Ok(())
}

/// Returns the script that decides about a spend: the one behind a script hash, or the output script itself.
fn program<'a>(input: &'a TxIn, output_script: &'a Script) -> &'a Script {
    let redeem = output_script.is_p2sh().then(|| redeem_script(input));
    redeem.flatten().unwrap_or(output_script)
}

/// Counts the operations in input and output scripts as they stand, each multisignature for 20.
pub(crate) fn legacy_sigops(tx: &Transaction) -> u64 {
    let inputs = tx.input.iter().map(|input| input.script_sig.as_script());
    let outputs = tx
        .output
        .iter()
        .map(|output| output.script_pubkey.as_script());
    inputs
        .chain(outputs)
        .map(|script| count(script, false))
        .fold(0, u64::saturating_add)
}

/// Returns the script behind a script hash: the last push of an input script that only pushes.
fn redeem_script(input: &TxIn) -> Option<&Script> {
    let mut last = Script::new();
    for instruction in input.script_sig.instructions() {
        last = match instruction.ok()? {
            Instruction::PushBytes(bytes) => Script::from_bytes(bytes.as_bytes()),
            // Small numbers push too; as a script they are empty here.
            Instruction::Op(opcode) if opcode.to_u8() <= OP_PUSHNUM_16.to_u8() => Script::new(),
            Instruction::Op(_) => return None,
        };
    }
    Some(last)
}

fn witness_sigops(program: &Script, input: &TxIn) -> u64 {
    if program.is_p2wpkh() {
        1
    } else if program.is_p2wsh() {
        input
            .witness
            .last()
            .map_or(0, |script| count(Script::from_bytes(script), true))
    } else {
        0
    }
}

/// Counts the operations of a script up to the first push that runs over its end.
fn count(script: &Script, look_at_keys: bool) -> u64 {
    let mut operations = 0_u64;
    let mut before: Option<Opcode> = None;
    for instruction in script.instructions() {
        let Ok(instruction) = instruction else { break };
        let opcode = match instruction {
            Instruction::PushBytes(_) => None,
            Instruction::Op(opcode) => Some(opcode),
        };
        let counted = match opcode {
            Some(OP_CHECKSIG | OP_CHECKSIGVERIFY) => 1,
            Some(OP_CHECKMULTISIG | OP_CHECKMULTISIGVERIFY) => before
                .filter(|_| look_at_keys)
                .and_then(small_number)
                .unwrap_or(MAX_MULTISIG_KEYS),
            _ => 0,
        };
        operations = operations.saturating_add(counted);
        before = opcode;
    }
    operations
}

/// Returns the number that an opcode from `OP_1` to `OP_16` pushes.
fn small_number(opcode: Opcode) -> Option<u64> {
    let (opcode, one) = (opcode.to_u8(), OP_PUSHNUM_1.to_u8());
    let number = opcode.checked_sub(one)?.checked_add(1)?;
    (opcode <= OP_PUSHNUM_16.to_u8()).then_some(u64::from(number))
}
