//! A transaction in the making.
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, WPubkeyHash, Witness, absolute,
};
use moneta_chain::Height;
use moneta_mips::{Allocation, Attachment, COMMITMENT_PRICE, Envelope, Operation, registry_price};

/// How many parties there are.
pub(crate) const PARTIES: u8 = 4;

/// Returns one of the scripts of a party.
pub(crate) fn script(party: u8, number: u8) -> ScriptBuf {
    let mut hash = [party; 20];
    hash[19] = number;
    ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array(hash))
}

/// A transaction in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) inputs: Vec<OutPoint>,
    pub(crate) outputs: Vec<(u64, ScriptBuf)>,
    pub(crate) envelope: Envelope,
    /// Grains that the carrier lacks.
    pub(crate) short: u64,
    /// Replaces the bytes of the envelope.
    pub(crate) carrier: Option<ScriptBuf>,
}

impl Draft {
    pub(crate) fn spends(mut self, coin: OutPoint) -> Self {
        self.inputs.push(coin);
        self
    }

    pub(crate) fn gives(mut self, to: ScriptBuf, attachment: Attachment) -> Self {
        let vout = u32::try_from(self.outputs.len()).unwrap_or(u32::MAX);
        self.outputs.push((1_000, to));
        let allocation = Allocation { vout, attachment };
        self.envelope.allocations.push(allocation);
        self
    }

    pub(crate) fn pays(mut self, grains: u64, to: ScriptBuf) -> Self {
        self.outputs.push((grains, to));
        self
    }

    pub(crate) fn does(mut self, operation: Operation) -> Self {
        self.envelope.operations.push(operation);
        self
    }

    /// Writes it, for a block at `height`.
    pub(crate) fn into_transaction(self, height: Height) -> Transaction {
        let input = |previous_output: OutPoint| TxIn {
            previous_output,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::new(),
        };
        let output = |(grains, script_pubkey): (u64, ScriptBuf)| TxOut {
            value: Amount::from_sat(grains),
            script_pubkey,
        };
        let operations = self.envelope.operations.iter();
        let price: u64 = operations
            .map(|operation| registry_price(operation, height).to_sat())
            .sum();
        let allocations = self.envelope.allocations.iter();
        let price = allocations.fold(price, |price, one| match one.attachment {
            Attachment::Commitment { .. } => price + COMMITMENT_PRICE.to_sat(),
            _ => price,
        });
        let mut outputs: Vec<TxOut> = self.outputs.into_iter().map(output).collect();
        let carrier = match self.carrier {
            Some(carrier) => Some(carrier),
            None if self.envelope == Envelope::default() => None,
            None => Some(self.envelope.to_script()),
        };
        outputs.extend(carrier.map(|script_pubkey| TxOut {
            value: Amount::from_sat(price.saturating_sub(self.short)),
            script_pubkey,
        }));
        Transaction {
            version: Version::TWO,
            lock_time: absolute::LockTime::ZERO,
            input: self.inputs.into_iter().map(input).collect(),
            output: outputs,
        }
    }
}
