//! Runs the scripts of a transaction, with every soft fork up to taproot switched on.
use bitcoin::{Transaction, TxOut};
use moneta_mips::Coin;
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};

use crate::TransactionError;

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
    let coins: Vec<TxOut> = spent.iter().map(|coin| coin.output.clone()).collect();
    let prepared =
        PreparedTransaction::new(tx, &coins).expect("a coin was found for each input before");
    for (input, index) in (0..).zip(0..coins.len()) {
        verify_input(&prepared, index, VerifyFlags::CONSENSUS)
            .map_err(|reason| TransactionError::ScriptFailed { input, reason })?;
    }
    Ok(())
}
