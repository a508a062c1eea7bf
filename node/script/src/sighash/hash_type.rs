//! Which part of the transaction an ECDSA signature covers.

/// The outputs that a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignedOutputs {
    All,
    None,
    /// The one with the input's index.
    Single,
}

/// What a hash type means before taproot, where every number means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HashType {
    pub(crate) outputs: SignedOutputs,
    pub(crate) anyone_can_pay: bool,
}

impl HashType {
    /// Undefined numbers mean "all outputs" unless their low five bits say otherwise.
    pub(crate) const fn from_number(number: u32) -> Self {
        let outputs = match number & 0x1f {
            2 => SignedOutputs::None,
            3 => SignedOutputs::Single,
            _ => SignedOutputs::All,
        };
        Self {
            outputs,
            anyone_can_pay: number & 0x80 != 0,
        }
    }
}
