//! Hashes and byte comparison: `OP_RIPEMD160` to `OP_HASH256`, `OP_EQUAL`.
use bitcoin::hashes::{Hash, hash160, ripemd160, sha1, sha256, sha256d};
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::{
    OP_EQUALVERIFY, OP_HASH160, OP_HASH256, OP_RIPEMD160, OP_SHA1, OP_SHA256,
};

use super::machine::Machine;
use crate::error::ScriptError;

impl Machine<'_> {
    pub(super) fn hash(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        let element = self.stack.pop()?;
        self.stack.push(match opcode {
            OP_RIPEMD160 => ripemd160::Hash::hash(&element).to_byte_array().to_vec(),
            OP_SHA1 => sha1::Hash::hash(&element).to_byte_array().to_vec(),
            OP_SHA256 => sha256::Hash::hash(&element).to_byte_array().to_vec(),
            OP_HASH160 => hash160::Hash::hash(&element).to_byte_array().to_vec(),
            OP_HASH256 => sha256d::Hash::hash(&element).to_byte_array().to_vec(),
            _ => return Err(ScriptError::BadOpcode),
        });
        Ok(())
    }

    pub(super) fn compare_bytes(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        let [left, right] = self.pop_two()?;
        if opcode != OP_EQUALVERIFY {
            self.stack.push_bool(left == right);
        } else if left != right {
            return Err(ScriptError::EqualVerify);
        }
        Ok(())
    }
}
