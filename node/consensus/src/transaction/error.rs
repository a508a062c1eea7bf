//! Why a transaction is refused.
use bitcoin::absolute::LockTime;
use bitcoin::{Amount, OutPoint};
use moneta_chain::Height;
use moneta_mips::MipError;
use moneta_script::ScriptError;

/// One variant, one rule. The code is the same from a block and from the mempool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// It spends nothing.
    #[error("the transaction has no inputs")]
    NoInputs,
    /// It pays nothing.
    #[error("the transaction has no outputs")]
    NoOutputs,
    /// It could never fit into a block.
    #[error(
        "the transaction has {stripped_size} bytes without witnesses, at most {max} fit a block"
    )]
    TooLarge {
        /// Its size without witnesses, in bytes.
        stripped_size: usize,
        /// The most there may be.
        max: usize,
    },
    /// It looks like an inner node of a merkle tree.
    #[error(
        "the transaction has exactly 64 bytes without witnesses, like two hashes of a merkle tree"
    )]
    Is64Bytes,
    /// One output pays more than there will ever be.
    #[error("output {vout} pays {} grains, more than there will ever be", .value.to_sat())]
    OutputAboveLimit {
        /// Which output.
        vout: u32,
        /// What it pays.
        value: Amount,
    },
    /// Its outputs together pay more than there will ever be.
    #[error("the outputs together pay more than there will ever be")]
    OutputsAboveLimit,
    /// Two inputs spend the same coin.
    #[error("the transaction spends {outpoint} twice")]
    DuplicateInput {
        /// The coin.
        outpoint: OutPoint,
    },
    /// It has an input that only a coinbase may have.
    #[error("input {input} names no coin: only a coinbase has such an input")]
    NullInput {
        /// Which input.
        input: u32,
    },
    /// The coinbase's script is too short or too long.
    #[error("the coinbase's script has {len} bytes, 2 to 100 are allowed")]
    CoinbaseScriptLength {
        /// Its length in bytes.
        len: usize,
    },
    /// A coinbase was offered as a transaction of its own.
    #[error("a coinbase lives in its block only")]
    Coinbase,
    /// Its lock time lies ahead.
    #[error("the transaction is locked until {lock_time}")]
    NotFinal {
        /// Its lock time.
        lock_time: LockTime,
    },
    /// It spends a coin that does not exist or is spent.
    #[error("there is no coin {outpoint}: it was spent, or never existed")]
    MissingInput {
        /// The coin it names.
        outpoint: OutPoint,
    },
    /// It spends new coins too early.
    #[error("{outpoint} is from a coinbase and can be spent from height {matures} on")]
    ImmatureCoinbase {
        /// The coin.
        outpoint: OutPoint,
        /// First height at which it may be spent.
        matures: Height,
    },
    /// Its inputs together hold more than there will ever be.
    #[error("the inputs together hold more than there will ever be")]
    InputsAboveLimit,
    /// It pays more than it spends.
    #[error("the outputs pay {} grains, the inputs hold only {}", .outputs.to_sat(), .inputs.to_sat())]
    OutputsAboveInputs {
        /// What the inputs hold.
        inputs: Amount,
        /// What the outputs pay.
        outputs: Amount,
    },
    /// A relative lock asks for more blocks (BIP68).
    #[error("input {input} is locked until height {until}")]
    LockedUntilHeight {
        /// Which input.
        input: u32,
        /// First height at which it may be spent.
        until: u64,
    },
    /// A relative lock asks for more time (BIP68).
    #[error("input {input} is locked until the chain's median time reaches {until}")]
    LockedUntilTime {
        /// Which input.
        input: u32,
        /// First median time at which it may be spent, seconds since 1970.
        until: u64,
    },
    /// Its scripts before segwit may check too many signatures.
    #[error("the scripts before segwit may check {count} signatures, at most {max} are allowed")]
    TooManyExecutedSigops {
        /// How many they may check.
        count: u64,
        /// The most there may be.
        max: u64,
    },
    /// A MIP refuses it.
    #[error(transparent)]
    Mip(#[from] MipError),
    /// The script of an input does not allow the spend.
    #[error("input {input} is not allowed to spend its coin: {reason}")]
    ScriptFailed {
        /// Which input.
        input: u32,
        /// The script rule that it breaks.
        reason: ScriptError,
    },
}

impl TransactionError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoInputs => "tx.no_inputs",
            Self::NoOutputs => "tx.no_outputs",
            Self::TooLarge { .. } => "tx.too_large",
            Self::Is64Bytes => "tx.is_64_bytes",
            Self::OutputAboveLimit { .. } => "tx.output_above_limit",
            Self::OutputsAboveLimit => "tx.outputs_above_limit",
            Self::DuplicateInput { .. } => "tx.duplicate_input",
            Self::NullInput { .. } => "tx.null_input",
            Self::CoinbaseScriptLength { .. } => "tx.coinbase_script_length",
            Self::Coinbase => "tx.coinbase",
            Self::NotFinal { .. } => "tx.not_final",
            Self::MissingInput { .. } => "tx.missing_input",
            Self::ImmatureCoinbase { .. } => "tx.immature_coinbase",
            Self::InputsAboveLimit => "tx.inputs_above_limit",
            Self::OutputsAboveInputs { .. } => "tx.outputs_above_inputs",
            Self::LockedUntilHeight { .. } => "tx.locked_until_height",
            Self::LockedUntilTime { .. } => "tx.locked_until_time",
            Self::TooManyExecutedSigops { .. } => "tx.too_many_executed_sigops",
            Self::Mip(error) => error.code(),
            Self::ScriptFailed { .. } => "tx.script_failed",
        }
    }
}
