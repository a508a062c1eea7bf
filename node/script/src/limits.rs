//! The sizes a script may not exceed.

/// Bytes of a script before tapscript.
pub(crate) const MAX_SCRIPT_SIZE: usize = 10_000;
/// Bytes of one stack element.
pub(crate) const MAX_ELEMENT_SIZE: usize = 520;
/// Counted opcodes of one script before tapscript.
pub(crate) const MAX_OPCODES: usize = 201;
/// Public keys of one `OP_CHECKMULTISIG`.
pub(crate) const MAX_MULTISIG_KEYS: usize = 20;
/// Elements on the stack and the alternative stack together.
pub(crate) const MAX_STACK_ELEMENTS: usize = 1_000;
/// Bytes of a number, unless an opcode says otherwise.
pub(crate) const NUMBER_SIZE: usize = 4;
/// Bytes of a lock time, which must reach beyond 2038 and 2106.
pub(crate) const LOCK_TIME_SIZE: usize = 5;
