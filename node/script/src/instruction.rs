//! Reads a script one instruction at a time.
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::{
    OP_PUSHBYTES_0, OP_PUSHDATA1, OP_PUSHDATA2, OP_PUSHDATA4, OP_PUSHNUM_1, OP_PUSHNUM_16,
    OP_PUSHNUM_NEG1,
};

/// An opcode and, if it is a push, what it pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instruction<'a> {
    pub(crate) opcode: Opcode,
    pub(crate) data: &'a [u8],
}

/// A push announces more bytes than the script has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CutOff;

/// The instructions of a script; ends after the first one that is cut off.
#[derive(Debug, Clone)]
pub(crate) struct Instructions<'a> {
    rest: &'a [u8],
}

impl<'a> Instructions<'a> {
    pub(crate) const fn new(script: &'a [u8]) -> Self {
        Self { rest: script }
    }

    /// Returns what has not been read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Skips `count` bytes, or everything if there are fewer.
    pub(crate) fn skip_bytes(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn read(&mut self, opcode: Opcode) -> Option<Instruction<'a>> {
        let size = match opcode.to_u8() {
            direct if direct < OP_PUSHDATA1.to_u8() => usize::from(direct),
            op if op == OP_PUSHDATA1.to_u8() => usize::from(u8::from_le_bytes(self.take()?)),
            op if op == OP_PUSHDATA2.to_u8() => usize::from(u16::from_le_bytes(self.take()?)),
            op if op == OP_PUSHDATA4.to_u8() => {
                usize::try_from(u32::from_le_bytes(self.take()?)).ok()?
            }
            _ => 0,
        };
        let (data, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(Instruction { opcode, data })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
    }
}

impl<'a> Iterator for Instructions<'a> {
    type Item = Result<Instruction<'a>, CutOff>;

    fn next(&mut self) -> Option<Self::Item> {
        let (opcode, rest) = self.rest.split_first()?;
        self.rest = rest;
        let instruction = self.read(Opcode::from(*opcode));
        if instruction.is_none() {
            self.rest = &[];
        }
        Some(instruction.ok_or(CutOff))
    }
}

impl Instruction<'_> {
    /// Returns whether this is an opcode up to `OP_16`; `OP_RESERVED` counts as one (as in BIP16).
    pub(crate) fn is_push(&self) -> bool {
        self.opcode.to_u8() <= OP_PUSHNUM_16.to_u8()
    }

    /// Returns whether the push could not have been written shorter (BIP62 rule 3).
    pub(crate) fn is_minimal_push(&self) -> bool {
        let shortest = match (self.data, self.data.len()) {
            ([], _) => OP_PUSHBYTES_0.to_u8(),
            ([number @ 1..=16], _) => OP_PUSHNUM_1.to_u8().wrapping_add(number.wrapping_sub(1)),
            ([0x81], _) => OP_PUSHNUM_NEG1.to_u8(),
            (_, size @ ..=75) => u8::try_from(size).unwrap_or(OP_PUSHDATA1.to_u8()),
            (_, ..=0xff) => OP_PUSHDATA1.to_u8(),
            (_, ..=0xffff) => OP_PUSHDATA2.to_u8(),
            _ => OP_PUSHDATA4.to_u8(),
        };
        self.opcode.to_u8() == shortest
    }
}

/// Returns whether the script only pushes (BIP16).
pub(crate) fn is_push_only(script: &[u8]) -> bool {
    Instructions::new(script).all(|next| next.is_ok_and(|instruction| instruction.is_push()))
}
