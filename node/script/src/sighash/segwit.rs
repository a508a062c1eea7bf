//! The signature hash of witness v0 (BIP143).
use bitcoin::VarInt;
use bitcoin::hashes::{Hash, HashEngine, sha256};

use super::hash_type::{HashType, SignedOutputs};
use super::legacy::finish;
use super::shared::write;
use crate::prepared::PreparedInput;

const ZERO: [u8; 32] = [0; 32];

impl PreparedInput<'_> {
    /// Returns what an ECDSA signature in witness v0 signs.
    ///
    /// `script_code` is the script from the last executed `OP_CODESEPARATOR` on; `hash_type` is the
    /// signature's last byte.
    pub fn segwit_v0_digest(&self, script_code: &[u8], hash_type: u32) -> [u8; 32] {
        let engine = self.segwit_v0_engine(script_code, HashType::from_number(hash_type));
        finish(Some(engine), hash_type)
    }

    /// Hashes everything but the hash type.
    pub(crate) fn segwit_v0_engine(
        &self,
        script_code: &[u8],
        hash_type: HashType,
    ) -> sha256::HashEngine {
        let transaction = self.prepared.transaction();
        let mut engine = sha256::Hash::engine();
        write(&mut engine, &transaction.version);
        if hash_type.anyone_can_pay {
            engine.input(&ZERO);
            engine.input(&ZERO);
        } else {
            let shared = self.prepared.hashes();
            engine.input(shared.prevouts.double.as_byte_array());
            if hash_type.outputs == SignedOutputs::All {
                engine.input(shared.sequences.double.as_byte_array());
            } else {
                engine.input(&ZERO);
            }
        }
        write(&mut engine, &self.txin.previous_output);
        write(&mut engine, &VarInt::from(script_code.len()));
        engine.input(script_code);
        write(&mut engine, &self.coin.value);
        write(&mut engine, &self.txin.sequence);
        match hash_type.outputs {
            SignedOutputs::All => {
                engine.input(self.prepared.hashes().outputs.double.as_byte_array());
            }
            SignedOutputs::None => engine.input(&ZERO),
            SignedOutputs::Single => match self.single_output() {
                Some(hash) => engine.input(hash.hash_again().as_byte_array()),
                None => engine.input(&ZERO),
            },
        }
        write(&mut engine, &transaction.lock_time);
        engine
    }

    /// Returns SHA-256 of the output with this input's index, hashed once for all its signatures.
    pub(crate) fn single_output(&self) -> Option<sha256::Hash> {
        let output = self.prepared.transaction().output.get(self.index)?;
        Some(*self.single_output.get_or_init(|| {
            let mut engine = sha256::Hash::engine();
            write(&mut engine, output);
            sha256::Hash::from_engine(engine)
        }))
    }
}
