//! A transaction with the coins it spends, and what the signature hashes of its inputs share.
use std::cell::OnceCell;
use std::fmt;
use std::sync::OnceLock;

use bitcoin::hashes::sha256;
use bitcoin::{Transaction, TxIn, TxOut};

use crate::error::SpentCoinsMismatch;
use crate::sighash::{BlankInputs, SpentHashes, TransactionHashes};

/// A transaction beside the coins it spends, prepared to verify many inputs from many threads.
///
/// What the signature hashes share is computed once, when the first signature asks for it: so the cost
/// of all inputs together grows with the transaction's size, not with its square.
pub struct PreparedTransaction<'a> {
    transaction: &'a Transaction,
    spent: Vec<TxOut>,
    hashes: OnceLock<TransactionHashes>,
    spent_hashes: OnceLock<SpentHashes>,
    blank_inputs: OnceLock<BlankInputs>,
    blank_inputs_free: OnceLock<BlankInputs>,
    outputs: OnceLock<Vec<u8>>,
}

impl<'a> PreparedTransaction<'a> {
    /// Takes the transaction and the coins that its inputs spend, in input order.
    ///
    /// # Errors
    /// There is not one coin for each input.
    pub fn new<'c>(
        transaction: &'a Transaction,
        spent: impl IntoIterator<Item = &'c TxOut>,
    ) -> Result<Self, SpentCoinsMismatch> {
        let spent: Vec<TxOut> = spent.into_iter().cloned().collect();
        if transaction.input.len() != spent.len() {
            return Err(SpentCoinsMismatch {
                inputs: transaction.input.len(),
                coins: spent.len(),
            });
        }
        Ok(Self {
            transaction,
            spent,
            hashes: OnceLock::new(),
            spent_hashes: OnceLock::new(),
            blank_inputs: OnceLock::new(),
            blank_inputs_free: OnceLock::new(),
            outputs: OnceLock::new(),
        })
    }

    /// Returns the transaction.
    pub const fn transaction(&self) -> &'a Transaction {
        self.transaction
    }

    /// Returns the coins that it spends, in input order.
    pub fn spent(&self) -> &[TxOut] {
        &self.spent
    }

    /// Returns one input, or `None` if the transaction has no input there.
    pub fn input(&self, index: usize) -> Option<PreparedInput<'_>> {
        Some(PreparedInput {
            prepared: self,
            number: u32::try_from(index).ok()?,
            index,
            txin: self.transaction.input.get(index)?,
            coin: self.spent.get(index)?,
            single_output: OnceCell::new(),
        })
    }

    pub(crate) fn hashes(&self) -> &TransactionHashes {
        self.hashes
            .get_or_init(|| TransactionHashes::of(self.transaction))
    }

    pub(crate) fn spent_hashes(&self) -> &SpentHashes {
        self.spent_hashes
            .get_or_init(|| SpentHashes::of(&self.spent))
    }

    /// Returns the inputs as a legacy signature sees those that it does not sign for.
    ///
    /// `free`: their sequence numbers are left open too (hash types none and single).
    pub(crate) fn blank_inputs(&self, free: bool) -> &BlankInputs {
        let inputs = if free {
            &self.blank_inputs_free
        } else {
            &self.blank_inputs
        };
        inputs.get_or_init(|| BlankInputs::of(self.transaction, free))
    }

    /// Returns the serialised outputs, their count in front.
    pub(crate) fn outputs(&self) -> &[u8] {
        self.outputs
            .get_or_init(|| bitcoin::consensus::serialize(&self.transaction.output))
    }
}

impl fmt::Debug for PreparedTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedTransaction")
            .field("transaction", self.transaction)
            .field("spent", &self.spent)
            .finish_non_exhaustive()
    }
}

/// One input of a [`PreparedTransaction`], with what its own signatures share.
#[derive(Debug)]
pub struct PreparedInput<'a> {
    pub(crate) prepared: &'a PreparedTransaction<'a>,
    pub(crate) index: usize,
    /// The index again, as it is written into a signature hash.
    pub(crate) number: u32,
    pub(crate) txin: &'a TxIn,
    pub(crate) coin: &'a TxOut,
    pub(crate) single_output: OnceCell<sha256::Hash>,
}
