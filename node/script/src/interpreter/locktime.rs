//! Opcodes that do nothing, and the two of them that got a meaning: BIP65 and BIP112.
use bitcoin::Sequence;
use bitcoin::locktime::absolute::LOCK_TIME_THRESHOLD;
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::{OP_CLTV, OP_CSV};

use super::machine::Machine;
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::limits::LOCK_TIME_SIZE;
use crate::number;

/// The sequence number, or the number on the stack, sets no relative lock (BIP68).
const DISABLED: i64 = 1 << 31;
/// A relative lock in units of 512 seconds, not in blocks (BIP68).
const IN_SECONDS: i64 = 1 << 22;
/// The part of a sequence number that a relative lock uses (BIP68).
const LOCK_MASK: i64 = IN_SECONDS | 0xffff;

impl Machine<'_> {
    /// `OP_NOP1` to `OP_NOP10`.
    pub(super) fn no_operation(&self, opcode: Opcode) -> Result<(), ScriptError> {
        let flags = self.spend.flags;
        match opcode {
            OP_CLTV if flags.contains(VerifyFlags::CHECKLOCKTIMEVERIFY) => self.check_lock_time(),
            OP_CSV if flags.contains(VerifyFlags::CHECKSEQUENCEVERIFY) => self.check_sequence(),
            // Without their soft fork these two do nothing, and policy lets them.
            OP_CLTV | OP_CSV => Ok(()),
            _ if flags.contains(VerifyFlags::DISCOURAGE_UPGRADABLE_NOPS) => {
                Err(ScriptError::DiscourageUpgradableNops)
            }
            _ => Ok(()),
        }
    }

    fn check_lock_time(&self) -> Result<(), ScriptError> {
        let wanted = self.lock_time()?;
        let input = &self.spend.input;
        let actual = i64::from(input.prepared.transaction().lock_time.to_consensus_u32());
        let threshold = i64::from(LOCK_TIME_THRESHOLD);
        let same_unit = (wanted < threshold) == (actual < threshold);
        // A final input switches the transaction's lock time off.
        if !same_unit || wanted > actual || input.txin.sequence == Sequence::MAX {
            return Err(ScriptError::UnsatisfiedLocktime);
        }
        Ok(())
    }

    fn check_sequence(&self) -> Result<(), ScriptError> {
        let wanted = self.lock_time()?;
        if wanted & DISABLED != 0 {
            return Ok(());
        }
        let input = &self.spend.input;
        let actual = i64::from(input.txin.sequence.to_consensus_u32());
        // Versions are unsigned here: a negative one is far above two.
        let relative = !matches!(input.prepared.transaction().version.0, 0 | 1);
        let (wanted, locked) = (wanted & LOCK_MASK, actual & LOCK_MASK);
        let same_unit = (wanted < IN_SECONDS) == (locked < IN_SECONDS);
        if !relative || actual & DISABLED != 0 || !same_unit || wanted > locked {
            return Err(ScriptError::UnsatisfiedLocktime);
        }
        Ok(())
    }

    /// Reads the number on top without taking it, as an opcode that may do nothing must.
    fn lock_time(&self) -> Result<i64, ScriptError> {
        let top = self.stack.peek(0)?;
        let lock_time = number::decode(top, LOCK_TIME_SIZE, self.wants_minimal())?;
        if lock_time < 0 {
            return Err(ScriptError::NegativeLocktime);
        }
        Ok(lock_time)
    }
}
