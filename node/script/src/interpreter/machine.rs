//! The machine: reads instructions, keeps to the limits, hands each opcode to its family.
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::{
    OP_2DIV, OP_2MUL, OP_AND, OP_CAT, OP_CHECKSIGADD, OP_CODESEPARATOR, OP_DIV, OP_ENDIF, OP_IF,
    OP_INVERT, OP_LEFT, OP_LSHIFT, OP_MOD, OP_MUL, OP_OR, OP_PUSHDATA4, OP_RIGHT, OP_RSHIFT,
    OP_SUBSTR, OP_XOR,
};

use super::conditions::Conditions;
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::instruction::{CutOff, Instruction, Instructions};
use crate::limits::{
    MAX_ELEMENT_SIZE, MAX_OPCODES, MAX_SCRIPT_SIZE, MAX_STACK_ELEMENTS, NUMBER_SIZE,
};
use crate::number;
use crate::sighash::DigestCache;
use crate::spend::Spend;
use crate::stack::{Element, Stack};

/// `OP_1NEGATE` and `OP_1` to `OP_16` stand at this distance from their numbers.
const ZERO_OPCODE: i64 = 0x50;

/// The rules that depend on where a script stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ScriptVersion {
    /// In an input, an output, or behind a script hash.
    Legacy,
    /// Behind a version 0 witness program (BIP141, BIP143).
    WitnessV0,
    /// In a leaf of version 0xc0 (BIP342).
    Tapscript(Leaf),
}

/// What a tapscript knows about its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Tagged hash of leaf version and script.
    pub(crate) hash: [u8; 32],
    /// SHA-256 of the annex, if there is one.
    pub(crate) annex: Option<[u8; 32]>,
    /// Weight left for signature checks.
    pub(crate) budget: usize,
}

/// A script while it runs.
pub(super) struct Machine<'a> {
    pub(super) spend: &'a Spend<'a>,
    pub(super) version: ScriptVersion,
    pub(super) script: &'a [u8],
    pub(super) stack: Stack,
    pub(super) alternative: Stack,
    pub(super) conditions: Conditions,
    pub(super) digests: DigestCache,
    /// Opcodes counted so far; keys of `OP_CHECKMULTISIG` count too.
    pub(super) opcodes: usize,
    /// Number of the current instruction.
    position: u32,
    /// Offset behind the current instruction.
    offset: usize,
    /// Offset behind the last executed `OP_CODESEPARATOR`.
    pub(super) code_start: usize,
    /// Number of the last executed `OP_CODESEPARATOR`.
    pub(super) code_separator: u32,
}

/// Runs `script` on `stack` and returns the stack that it leaves.
///
/// # Errors
/// The rule that the script breaks.
pub(crate) fn run(
    spend: &Spend<'_>,
    script: &[u8],
    version: ScriptVersion,
    stack: Stack,
) -> Result<Stack, ScriptError> {
    Machine {
        spend,
        version,
        script,
        stack,
        alternative: Stack::default(),
        conditions: Conditions::default(),
        digests: DigestCache::default(),
        opcodes: 0,
        position: 0,
        offset: 0,
        code_start: 0,
        code_separator: u32::MAX,
    }
    .run()
}

impl Machine<'_> {
    fn run(mut self) -> Result<Stack, ScriptError> {
        if !self.is_tapscript() && self.script.len() > MAX_SCRIPT_SIZE {
            return Err(ScriptError::ScriptSize);
        }
        let mut instructions = Instructions::new(self.script);
        while let Some(next) = instructions.next() {
            let instruction = next.map_err(|CutOff| ScriptError::BadOpcode)?;
            self.offset = self.script.len().saturating_sub(instructions.rest().len());
            self.step(instruction)?;
            let elements = self.stack.len().saturating_add(self.alternative.len());
            if elements > MAX_STACK_ELEMENTS {
                return Err(ScriptError::StackSize);
            }
            self.position = self.position.saturating_add(1);
        }
        self.conditions.check_closed()?;
        Ok(self.stack)
    }

    fn step(&mut self, instruction: Instruction<'_>) -> Result<(), ScriptError> {
        let opcode = instruction.opcode;
        if instruction.data.len() > MAX_ELEMENT_SIZE {
            return Err(ScriptError::PushSize);
        }
        if !self.is_tapscript() && !instruction.is_push() {
            self.count_opcodes(1)?;
        }
        if is_disabled(opcode) {
            return Err(ScriptError::DisabledOpcode);
        }
        let constant = self.version == ScriptVersion::Legacy
            && self.spend.flags.contains(VerifyFlags::CONST_SCRIPTCODE);
        if constant && opcode == OP_CODESEPARATOR {
            return Err(ScriptError::OpCodeSeparator);
        }
        let executing = self.conditions.all_true();
        if executing && opcode.to_u8() <= OP_PUSHDATA4.to_u8() {
            if self.wants_minimal() && !instruction.is_minimal_push() {
                return Err(ScriptError::MinimalData);
            }
            self.stack.push(instruction.data.to_vec());
            return Ok(());
        }
        let conditional = (OP_IF.to_u8()..=OP_ENDIF.to_u8()).contains(&opcode.to_u8());
        if executing || conditional {
            self.execute(opcode)?;
        }
        Ok(())
    }

    fn execute(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        match opcode.to_u8() {
            0x4f | 0x51..=0x60 => {
                self.push_small_number(opcode);
                Ok(())
            }
            0x61..=0x6a => self.control(opcode),
            0x6b..=0x7d | 0x82 => self.move_elements(opcode),
            0x87 | 0x88 => self.compare_bytes(opcode),
            0x8b..=0xa5 => self.calculate(opcode),
            0xa6..=0xaa => self.hash(opcode),
            0xab => {
                self.separate_code();
                Ok(())
            }
            0xac | 0xad => self.check_signature(opcode),
            0xae | 0xaf => self.check_multisig(opcode),
            0xb0..=0xb9 => self.no_operation(opcode),
            add if add == OP_CHECKSIGADD.to_u8() => self.check_signature_add(),
            _ => Err(ScriptError::BadOpcode),
        }
    }

    fn push_small_number(&mut self, opcode: Opcode) {
        let number = i64::from(opcode.to_u8()).saturating_sub(ZERO_OPCODE);
        self.stack.push_number(number);
    }

    fn separate_code(&mut self) {
        self.code_start = self.offset;
        self.code_separator = self.position;
    }

    /// # Errors
    /// There are more than 201 opcodes.
    pub(super) const fn count_opcodes(&mut self, count: usize) -> Result<(), ScriptError> {
        self.opcodes = self.opcodes.saturating_add(count);
        if self.opcodes > MAX_OPCODES {
            return Err(ScriptError::OpCount);
        }
        Ok(())
    }

    pub(super) const fn is_tapscript(&self) -> bool {
        matches!(self.version, ScriptVersion::Tapscript(_))
    }

    pub(super) const fn wants_minimal(&self) -> bool {
        self.spend.flags.contains(VerifyFlags::MINIMALDATA)
    }

    /// Reads a number of at most four bytes.
    pub(super) fn number(&self, element: &[u8]) -> Result<i64, ScriptError> {
        number::decode(element, NUMBER_SIZE, self.wants_minimal())
    }

    /// Takes two elements: the one below the top, then the top.
    pub(super) fn pop_two(&mut self) -> Result<[Element; 2], ScriptError> {
        self.stack.require(2)?;
        let top = self.stack.pop()?;
        Ok([self.stack.pop()?, top])
    }

    /// Takes three elements, the top last.
    pub(super) fn pop_three(&mut self) -> Result<[Element; 3], ScriptError> {
        self.stack.require(3)?;
        let top = self.stack.pop()?;
        let [low, middle] = self.pop_two()?;
        Ok([low, middle, top])
    }
}

/// Opcodes that were switched off in 2010 after CVE-2010-5137, executed or not.
const fn is_disabled(opcode: Opcode) -> bool {
    matches!(
        opcode,
        OP_CAT
            | OP_SUBSTR
            | OP_LEFT
            | OP_RIGHT
            | OP_INVERT
            | OP_AND
            | OP_OR
            | OP_XOR
            | OP_2MUL
            | OP_2DIV
            | OP_MUL
            | OP_DIV
            | OP_MOD
            | OP_LSHIFT
            | OP_RSHIFT
    )
}
