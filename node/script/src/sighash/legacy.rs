//! The signature hash before segwit: the transaction itself, with other inputs' scripts left out.
//!
//! Each input signs a different text, so hashing stays quadratic in the number of inputs (the reason for
//! BIP143). What can be shared is: the text is never built, what comes before an input is hashed once for
//! all, and what comes after it is serialised once for all.
use bitcoin::hashes::{Hash, HashEngine, sha256, sha256d};
use bitcoin::{Transaction, TxOut, VarInt};

use super::hash_type::{HashType, SignedOutputs};
use super::shared::write;
use crate::prepared::PreparedInput;
use crate::script_code;

/// Bytes of an input without a script: previous output, length 0, sequence.
const BLANK_INPUT_SIZE: usize = 41;

/// What single signs where the transaction has no such output: the number one, a mistake that became a rule.
const ONE: [u8; 32] = {
    let mut one = [0; 32];
    one[0] = 1;
    one
};

/// All inputs without scripts, and the hash engine as it stands before each of them.
pub(crate) struct BlankInputs {
    bytes: Vec<u8>,
    before: Vec<sha256::HashEngine>,
}

impl BlankInputs {
    pub(crate) fn of(transaction: &Transaction, free: bool) -> Self {
        let count = transaction.input.len();
        let mut bytes = Vec::with_capacity(count.saturating_mul(BLANK_INPUT_SIZE));
        let mut before = Vec::with_capacity(count);
        let mut engine = sha256::Hash::engine();
        write(&mut engine, &transaction.version);
        write(&mut engine, &VarInt::from(count));
        for input in &transaction.input {
            before.push(engine.clone());
            let mut blank = [0; BLANK_INPUT_SIZE];
            let (outpoint, sequence) = blank.split_at_mut(37);
            let (txid, vout) = outpoint.split_at_mut(32);
            txid.copy_from_slice(input.previous_output.txid.as_byte_array());
            vout.iter_mut()
                .zip(input.previous_output.vout.to_le_bytes())
                .for_each(|(to, byte)| *to = byte);
            if !free {
                sequence.copy_from_slice(&input.sequence.0.to_le_bytes());
            }
            engine.input(&blank);
            bytes.extend_from_slice(&blank);
        }
        Self { bytes, before }
    }

    fn before(&self, index: usize) -> sha256::HashEngine {
        self.before.get(index).cloned().unwrap_or_default()
    }

    fn after(&self, index: usize) -> &[u8] {
        let end = index.saturating_add(1).saturating_mul(BLANK_INPUT_SIZE);
        self.bytes.get(end..).unwrap_or_default()
    }
}

impl PreparedInput<'_> {
    /// Returns what an ECDSA signature before segwit signs.
    ///
    /// `script_code` is the script from the last executed `OP_CODESEPARATOR` on, without the signature;
    /// `hash_type` is the signature's last byte.
    pub fn legacy_digest(&self, script_code: &[u8], hash_type: u32) -> [u8; 32] {
        let engine = self.legacy_engine(script_code, HashType::from_number(hash_type));
        finish(engine, hash_type)
    }

    /// Hashes everything but the hash type; `None` where the digest is the number one.
    pub(crate) fn legacy_engine(
        &self,
        script_code: &[u8],
        hash_type: HashType,
    ) -> Option<sha256::HashEngine> {
        let outputs = &self.prepared.transaction().output;
        let single = outputs.get(self.index);
        if hash_type.outputs == SignedOutputs::Single && single.is_none() {
            return None;
        }
        let free = hash_type.outputs != SignedOutputs::All;
        let mut engine = if hash_type.anyone_can_pay {
            self.write_only_this_input(script_code)
        } else {
            let blank = self.prepared.blank_inputs(free);
            let mut engine = blank.before(self.index);
            self.write_this_input(&mut engine, script_code);
            engine.input(blank.after(self.index));
            engine
        };
        match hash_type.outputs {
            SignedOutputs::All => engine.input(self.prepared.outputs()),
            SignedOutputs::None => write(&mut engine, &VarInt(0)),
            SignedOutputs::Single => {
                write(&mut engine, &VarInt::from(self.index.saturating_add(1)));
                for _ in 0..self.index {
                    write(&mut engine, &TxOut::NULL);
                }
                write(&mut engine, single?);
            }
        }
        write(&mut engine, &self.prepared.transaction().lock_time);
        Some(engine)
    }

    fn write_only_this_input(&self, script_code: &[u8]) -> sha256::HashEngine {
        let mut engine = sha256::Hash::engine();
        write(&mut engine, &self.prepared.transaction().version);
        write(&mut engine, &VarInt(1));
        self.write_this_input(&mut engine, script_code);
        engine
    }

    fn write_this_input(&self, engine: &mut sha256::HashEngine, script_code: &[u8]) {
        write(engine, &self.txin.previous_output);
        let parts = script_code::without_separators(script_code);
        let size: usize = parts.iter().map(|part| part.len()).sum();
        write(engine, &VarInt::from(size));
        for part in parts {
            engine.input(part);
        }
        write(engine, &self.txin.sequence);
    }
}

/// Appends the hash type and finishes.
pub(crate) fn finish(engine: Option<sha256::HashEngine>, hash_type: u32) -> [u8; 32] {
    let Some(mut engine) = engine else {
        return ONE;
    };
    engine.input(&hash_type.to_le_bytes());
    sha256d::Hash::from_engine(engine).to_byte_array()
}
