//! The signature hash of taproot and tapscript (BIP341, BIP342).
use bitcoin::TapSighash;
use bitcoin::hashes::{Hash, HashEngine, sha256};

use super::shared::write;
use crate::prepared::PreparedInput;

const EPOCH: u8 = 0;
const KEY_VERSION: u8 = 0;
const ALL: u8 = 1;
const SINGLE: u8 = 3;

/// The leaf that a tapscript signature signs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TapscriptLeaf {
    /// Tagged hash of leaf version and script.
    pub hash: [u8; 32],
    /// Number of the last executed `OP_CODESEPARATOR` among the opcodes, or `u32::MAX`.
    pub code_separator: u32,
}

impl PreparedInput<'_> {
    /// Returns what a Schnorr signature signs, or `None` if BIP341 does not define the hash type here.
    ///
    /// `annex` is the SHA-256 of the annex with its length in front; `leaf` is absent on the key path.
    pub fn taproot_digest(
        &self,
        hash_type: u8,
        annex: Option<&[u8; 32]>,
        leaf: Option<&TapscriptLeaf>,
    ) -> Option<[u8; 32]> {
        if !matches!(hash_type, 0..=3 | 0x81..=0x83) {
            return None;
        }
        let anyone_can_pay = hash_type & 0x80 != 0;
        let outputs = if hash_type == 0 { ALL } else { hash_type & 3 };
        let transaction = self.prepared.transaction();
        let mut engine = TapSighash::engine();
        engine.input(&[EPOCH, hash_type]);
        write(&mut engine, &transaction.version);
        write(&mut engine, &transaction.lock_time);
        if !anyone_can_pay {
            self.write_all_inputs(&mut engine);
        }
        if outputs == ALL {
            engine.input(self.prepared.hashes().outputs.single.as_byte_array());
        }
        let extension = if leaf.is_some() { 2 } else { 0 };
        engine.input(&[extension | u8::from(annex.is_some())]);
        if anyone_can_pay {
            write(&mut engine, &self.txin.previous_output);
            write(&mut engine, self.coin);
            write(&mut engine, &self.txin.sequence);
        } else {
            engine.input(&self.number.to_le_bytes());
        }
        if let Some(annex) = annex {
            engine.input(annex);
        }
        if outputs == SINGLE {
            engine.input(self.single_output()?.as_byte_array());
        }
        if let Some(leaf) = leaf {
            engine.input(&leaf.hash);
            engine.input(&[KEY_VERSION]);
            engine.input(&leaf.code_separator.to_le_bytes());
        }
        Some(TapSighash::from_engine(engine).to_byte_array())
    }

    fn write_all_inputs(&self, engine: &mut sha256::HashEngine) {
        let shared = self.prepared.hashes();
        let spent = self.prepared.spent_hashes();
        engine.input(shared.prevouts.single.as_byte_array());
        engine.input(spent.amounts.as_byte_array());
        engine.input(spent.scripts.as_byte_array());
        engine.input(shared.sequences.single.as_byte_array());
    }
}
