//! Why a transaction that a block may hold is not relayed.
use moneta_script::ScriptError;

/// One variant, one policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PolicyError {
    /// Its version has no meaning yet.
    #[error("the transaction has version {version}: only 1 and 2 are relayed")]
    Version { version: i32 },
    /// It is too small to be told from an inner node of a merkle tree by its size.
    #[error("the transaction has {size} bytes without witnesses, at least {least} are relayed")]
    TooSmall { size: usize, least: usize },
    /// An input script is too long.
    #[error("the script of input {input} has {len} bytes, at most {max} are relayed")]
    InputScriptSize { input: u32, len: usize, max: usize },
    /// An input script does more than push.
    #[error("the script of input {input} does more than push data")]
    InputScriptNotPush { input: u32 },
    /// An output script is of no known form.
    #[error("the script of output {vout} is of no form that is relayed")]
    OutputScript { vout: u32 },
    /// A bare multisignature output has too many keys.
    #[error("output {vout} is a bare multisignature of {keys} keys, at most {max} are relayed")]
    BareMultisig { vout: u32, keys: u8, max: u8 },
    /// An output carries too much data, or is the second that carries some beside the envelope.
    #[error(
        "output {vout} carries {len} bytes: beside the envelope one output of at most {max} is relayed"
    )]
    DataCarrier { vout: u32, len: usize, max: usize },
    /// An output is worth less than spending it costs.
    #[error(
        "output {vout} holds {value} grains, less than the {least} that make it worth spending"
    )]
    Dust { vout: u32, value: u64, least: u64 },
    /// A coin has a script of no known form.
    #[error("the coin of input {input} has a script of no form that is relayed")]
    InputCoin { input: u32 },
    /// A script hash hides too many signature operations.
    #[error(
        "the script behind input {input} has {count} signature operations, at most {max} are relayed"
    )]
    RedeemSigops {
        input: u32,
        count: usize,
        max: usize,
    },
    /// A witness stands where none is looked at.
    #[error("input {input} has a witness that nothing looks at")]
    WitnessUnused { input: u32 },
    /// A witness script is too long.
    #[error("the witness script of input {input} has {len} bytes, at most {max} are relayed")]
    WitnessScriptSize { input: u32, len: usize, max: usize },
    /// A witness has too many elements.
    #[error("the witness of input {input} has {count} elements, at most {max} are relayed")]
    WitnessCount {
        input: u32,
        count: usize,
        max: usize,
    },
    /// A witness element is too long.
    #[error(
        "the witness of input {input} has an element of {len} bytes, at most {max} are relayed"
    )]
    WitnessElementSize { input: u32, len: usize, max: usize },
    /// A witness has an annex, which has no meaning yet.
    #[error("the witness of input {input} has an annex, which has no meaning yet")]
    Annex { input: u32 },
    /// A script is allowed in a block and does what is kept for later rules, or is needlessly malleable.
    #[error("input {input} spends its coin in a way that is not relayed: {reason}")]
    Script { input: u32, reason: ScriptError },
}

impl PolicyError {
    /// Returns the stable code of this reason.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "policy.version",
            Self::TooSmall { .. } => "policy.too_small",
            Self::InputScriptSize { .. } => "policy.input_script_size",
            Self::InputScriptNotPush { .. } => "policy.input_script_not_push",
            Self::OutputScript { .. } => "policy.output_script",
            Self::BareMultisig { .. } => "policy.bare_multisig",
            Self::DataCarrier { .. } => "policy.data_carrier",
            Self::Dust { .. } => "policy.dust",
            Self::InputCoin { .. } => "policy.input_coin",
            Self::RedeemSigops { .. } => "policy.redeem_sigops",
            Self::WitnessUnused { .. } => "policy.witness_unused",
            Self::WitnessScriptSize { .. } => "policy.witness_script_size",
            Self::WitnessCount { .. } => "policy.witness_count",
            Self::WitnessElementSize { .. } => "policy.witness_element_size",
            Self::Annex { .. } => "policy.annex",
            Self::Script { .. } => "policy.script",
        }
    }
}
