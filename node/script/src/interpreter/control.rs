//! Flow control: `OP_NOP` to `OP_RETURN`.
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::{OP_ELSE, OP_ENDIF, OP_IF, OP_NOP, OP_NOTIF, OP_RETURN, OP_VERIFY};

use super::machine::{Machine, ScriptVersion};
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::number;

impl Machine<'_> {
    /// `OP_VERIF` and `OP_VERNOTIF` end here too, executed or not: they have no meaning.
    pub(super) fn control(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        match opcode {
            OP_NOP => Ok(()),
            OP_IF | OP_NOTIF => self.open_condition(opcode == OP_IF),
            OP_ELSE => self.conditions.turn(),
            OP_ENDIF => self.conditions.close(),
            OP_VERIFY => {
                if number::is_true(&self.stack.pop()?) {
                    Ok(())
                } else {
                    Err(ScriptError::Verify)
                }
            }
            OP_RETURN => Err(ScriptError::OpReturn),
            _ => Err(ScriptError::BadOpcode),
        }
    }

    fn open_condition(&mut self, wanted: bool) -> Result<(), ScriptError> {
        if !self.conditions.all_true() {
            self.conditions.open(false);
            return Ok(());
        }
        let popped = self.stack.pop();
        let argument = popped.map_err(|_| ScriptError::UnbalancedConditional)?;
        let minimal = matches!(argument.as_slice(), [] | [1]);
        match self.version {
            ScriptVersion::Tapscript(_) if !minimal => return Err(ScriptError::TapscriptMinimalIf),
            ScriptVersion::WitnessV0
                if !minimal && self.spend.flags.contains(VerifyFlags::MINIMALIF) =>
            {
                return Err(ScriptError::MinimalIf);
            }
            _ => {}
        }
        self.conditions.open(number::is_true(&argument) == wanted);
        Ok(())
    }
}
