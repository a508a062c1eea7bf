//! Numbers: `OP_1ADD` to `OP_WITHIN`. Operands have four bytes, so no result leaves 64 bits.
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::{
    OP_0NOTEQUAL, OP_1ADD, OP_1SUB, OP_ABS, OP_ADD, OP_BOOLAND, OP_BOOLOR, OP_GREATERTHAN,
    OP_GREATERTHANOREQUAL, OP_LESSTHAN, OP_LESSTHANOREQUAL, OP_MAX, OP_MIN, OP_NEGATE, OP_NOT,
    OP_NUMEQUAL, OP_NUMEQUALVERIFY, OP_NUMNOTEQUAL, OP_SUB, OP_WITHIN,
};

use super::machine::Machine;
use crate::error::ScriptError;

impl Machine<'_> {
    pub(super) fn calculate(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        match opcode {
            OP_1ADD | OP_1SUB | OP_NEGATE | OP_ABS | OP_NOT | OP_0NOTEQUAL => {
                let operand = self.stack.pop()?;
                let result = of_one(opcode, self.number(&operand)?);
                self.stack.push_number(result);
            }
            OP_NUMEQUALVERIFY => {
                let [left, right] = self.pop_two_numbers()?;
                if left != right {
                    return Err(ScriptError::NumEqualVerify);
                }
            }
            OP_WITHIN => {
                let [value, minimum, maximum] = self.pop_three()?;
                let value = self.number(&value)?;
                let range = self.number(&minimum)?..self.number(&maximum)?;
                self.stack.push_bool(range.contains(&value));
            }
            _ => {
                let [left, right] = self.pop_two_numbers()?;
                self.stack.push_number(of_two(opcode, left, right)?);
            }
        }
        Ok(())
    }

    fn pop_two_numbers(&mut self) -> Result<[i64; 2], ScriptError> {
        let [left, right] = self.pop_two()?;
        Ok([self.number(&left)?, self.number(&right)?])
    }
}

fn of_one(opcode: Opcode, number: i64) -> i64 {
    match opcode {
        OP_1ADD => number.saturating_add(1),
        OP_1SUB => number.saturating_sub(1),
        OP_NEGATE => number.saturating_neg(),
        OP_ABS => number.saturating_abs(),
        OP_NOT => i64::from(number == 0),
        _ => i64::from(number != 0),
    }
}

fn of_two(opcode: Opcode, left: i64, right: i64) -> Result<i64, ScriptError> {
    Ok(match opcode {
        OP_ADD => left.saturating_add(right),
        OP_SUB => left.saturating_sub(right),
        OP_BOOLAND => i64::from(left != 0 && right != 0),
        OP_BOOLOR => i64::from(left != 0 || right != 0),
        OP_NUMEQUAL => i64::from(left == right),
        OP_NUMNOTEQUAL => i64::from(left != right),
        OP_LESSTHAN => i64::from(left < right),
        OP_GREATERTHAN => i64::from(left > right),
        OP_LESSTHANOREQUAL => i64::from(left <= right),
        OP_GREATERTHANOREQUAL => i64::from(left >= right),
        OP_MIN => left.min(right),
        OP_MAX => left.max(right),
        _ => return Err(ScriptError::BadOpcode),
    })
}
