//! Bitcoin Core's script engine, with every soft fork up to taproot switched on.
use bitcoin::Transaction;
use bitcoin::consensus::serialize;
use bitcoinconsensus::{
    Utxo, VERIFY_CHECKLOCKTIMEVERIFY, VERIFY_CHECKSEQUENCEVERIFY, VERIFY_DERSIG, VERIFY_NULLDUMMY,
    VERIFY_P2SH, VERIFY_TAPROOT, VERIFY_WITNESS, verify_with_flags,
};
use moneta_mips::Coin;

use crate::TransactionError;

/// The rules of a block: BIP16, BIP66, BIP147, BIP65, BIP112, BIP141 and BIP143, BIP341 and BIP342.
const FLAGS: u32 = VERIFY_P2SH
    | VERIFY_DERSIG
    | VERIFY_NULLDUMMY
    | VERIFY_CHECKLOCKTIMEVERIFY
    | VERIFY_CHECKSEQUENCEVERIFY
    | VERIFY_WITNESS
    | VERIFY_TAPROOT;

/// Whether scripts are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptTrust {
    /// Run them: nobody has, or nobody we trust.
    Verify,
    /// They were run by this node before, for this very transaction with its witnesses.
    AssumeChecked,
}

/// # Consensus
/// > Each input satisfies the script of the coin that it spends, under the rules of every soft fork up to
/// > taproot. (BIP16, BIP65, BIP66, BIP112, BIP141, BIP143, BIP147, BIP341, BIP342)
pub(crate) fn check_scripts(
    tx: &Transaction,
    spent: &[Coin],
    trust: ScriptTrust,
) -> Result<(), TransactionError> {
    if trust == ScriptTrust::AssumeChecked {
        return Ok(());
    }
    let bytes = serialize(tx);
    let outputs: Option<Vec<Utxo>> = spent.iter().map(utxo).collect();
    // No coin is ever that large; if one were, no script should be able to spend it.
    let outputs = outputs.ok_or(TransactionError::InputsAboveLimit)?;
    for ((input, at), coin) in (0..).zip(0..).zip(spent) {
        let script = coin.output.script_pubkey.as_bytes();
        let value = coin.output.value.to_sat();
        verify_with_flags(script, value, &bytes, Some(&outputs), at, FLAGS)
            .map_err(|_| TransactionError::ScriptFailed { input })?;
    }
    Ok(())
}

fn utxo(coin: &Coin) -> Option<Utxo> {
    let script = coin.output.script_pubkey.as_bytes();
    Some(Utxo {
        script_pubkey: script.as_ptr(),
        script_pubkey_len: u32::try_from(script.len()).ok()?,
        value: i64::try_from(coin.output.value.to_sat()).ok()?,
    })
}
