//! Moving elements: `OP_TOALTSTACK` to `OP_TUCK`, and `OP_SIZE`.
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::{
    OP_2DROP, OP_2DUP, OP_2OVER, OP_2ROT, OP_2SWAP, OP_3DUP, OP_DEPTH, OP_DROP, OP_DUP,
    OP_FROMALTSTACK, OP_IFDUP, OP_NIP, OP_OVER, OP_PICK, OP_ROLL, OP_ROT, OP_SIZE, OP_SWAP,
    OP_TOALTSTACK, OP_TUCK,
};

use super::machine::Machine;
use crate::error::ScriptError;
use crate::number;

impl Machine<'_> {
    pub(super) fn move_elements(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        let stack = &mut self.stack;
        match opcode {
            OP_TOALTSTACK => self.alternative.push(stack.pop()?),
            OP_FROMALTSTACK => {
                let element = self.alternative.pop();
                stack.push(element.map_err(|_| ScriptError::InvalidAltstackOperation)?);
            }
            OP_2DROP => stack.drop_top(2)?,
            OP_2DUP => stack.copy_up(0, 2)?,
            OP_3DUP => stack.copy_up(0, 3)?,
            OP_2OVER => stack.copy_up(2, 2)?,
            OP_2ROT => stack.move_up(4, 2)?,
            OP_2SWAP => stack.move_up(2, 2)?,
            OP_IFDUP => {
                if number::is_true(stack.peek(0)?) {
                    stack.copy_up(0, 1)?;
                }
            }
            OP_DEPTH => stack.push(length(stack.len())),
            OP_DROP => stack.drop_top(1)?,
            OP_DUP => stack.copy_up(0, 1)?,
            OP_NIP => {
                stack.move_up(1, 1)?;
                stack.drop_top(1)?;
            }
            OP_OVER => stack.copy_up(1, 1)?,
            OP_PICK | OP_ROLL => self.pick(opcode == OP_ROLL)?,
            OP_ROT => stack.move_up(2, 1)?,
            OP_SWAP => stack.move_up(1, 1)?,
            OP_TUCK => {
                stack.move_up(1, 1)?;
                stack.copy_up(1, 1)?;
            }
            OP_SIZE => {
                let size = stack.peek(0)?.len();
                stack.push(length(size));
            }
            _ => return Err(ScriptError::BadOpcode),
        }
        Ok(())
    }

    fn pick(&mut self, remove: bool) -> Result<(), ScriptError> {
        self.stack.require(2)?;
        let depth = self.number(self.stack.peek(0)?)?;
        self.stack.drop_top(1)?;
        let depth = usize::try_from(depth).map_err(|_| ScriptError::InvalidStackOperation)?;
        if remove {
            self.stack.move_up(depth, 1)
        } else {
            self.stack.copy_up(depth, 1)
        }
    }
}

/// Writes a length as a number; lengths on a stack are at most 1,000 elements or 520 bytes.
fn length(length: usize) -> Vec<u8> {
    number::encode(i64::try_from(length).unwrap_or(i64::MAX))
}
