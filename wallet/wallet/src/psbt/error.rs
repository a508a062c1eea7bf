//! Why a PSBT is not shown, let alone signed; and what is shown with a warning.
use bitcoin::Amount;
use moneta_mips::{AssetId, EnvelopeError, IdentityId};

use crate::units::mta;

/// One variant, one reason to refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PsbtError {
    /// Longer than any PSBT we read.
    #[error("this file has {got} bytes; a PSBT has at most {most}", most = super::MAX_PSBT)]
    TooLong {
        /// Its length in bytes.
        got: usize,
    },
    /// No PSBT of version 0, binary or base64.
    #[error("this is not a PSBT (version 0, binary or base64)")]
    Malformed,
    /// The transaction spends nothing.
    #[error("this transaction has no inputs")]
    NoInputs,
    /// One coin is spent twice.
    #[error("input {input} spends a coin that an input before it spends already")]
    DuplicateInput {
        /// Index of the second input.
        input: usize,
    },
    /// The PSBT does not carry the transaction that made an input.
    #[error(
        "input {input} comes without the transaction that made it, so nobody can tell what it holds"
    )]
    MissingPrevious {
        /// Index of the input.
        input: usize,
    },
    /// The previous transaction is another one, or lacks the output.
    #[error("input {input} carries a previous transaction that is not the one it spends")]
    WrongPrevious {
        /// Index of the input.
        input: usize,
    },
    /// Two parts of the PSBT tell different amounts or scripts.
    #[error("input {input} lies about its amount or script")]
    UtxoMismatch {
        /// Index of the input.
        input: usize,
    },
    /// A signature that leaves part of the transaction open.
    #[error("input {input} asks for a signature that leaves part of the transaction open")]
    SighashNotAll {
        /// Index of the input.
        input: usize,
    },
    /// The envelope of the transaction, or of one before it, is none.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The outputs hold more grains than the inputs.
    #[error("the outputs hold {}, the inputs only {}", mta(*.outputs), mta(*.inputs))]
    NegativeFee {
        /// Sum of the inputs.
        inputs: Amount,
        /// Sum of the outputs.
        outputs: Amount,
    },
    /// Sums that no chain can hold.
    #[error("amounts add up to more than can be counted")]
    Overflow,
    /// An asset would appear, vanish or change its amount.
    #[error(
        "asset {asset} does not add up: {inputs} base units go in or are minted, {outputs} come out or are burned"
    )]
    NotConserved {
        /// Which asset.
        asset: AssetId,
        /// Inputs and minted.
        inputs: u128,
        /// Allocated and burned.
        outputs: u128,
    },
    /// A right would be dropped or appear from nowhere.
    #[error("the rights over asset {asset} do not add up: they would be lost or made up")]
    RightsNotConserved {
        /// Over which asset.
        asset: AssetId,
    },
    /// An identity would be dropped or appear from nowhere.
    #[error("identity {identity} would be lost or made up")]
    IdentityNotConserved {
        /// Which identity.
        identity: IdentityId,
    },
    /// The proof of an asset proves something else.
    #[error("the PSBT carries a false proof of asset {asset}")]
    FalseAssetProof {
        /// Which asset it was given for.
        asset: AssetId,
    },
    /// The proof of an identity proves something else.
    #[error("the PSBT carries a false proof of identity {identity}")]
    FalseIdentityProof {
        /// Which identity it was given for.
        identity: IdentityId,
    },
}

impl PsbtError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "psbt.too_long",
            Self::Malformed => "psbt.malformed",
            Self::NoInputs => "psbt.no_inputs",
            Self::DuplicateInput { .. } => "psbt.duplicate_input",
            Self::MissingPrevious { .. } => "psbt.missing_previous",
            Self::WrongPrevious { .. } => "psbt.wrong_previous",
            Self::UtxoMismatch { .. } => "psbt.utxo_mismatch",
            Self::SighashNotAll { .. } => "psbt.sighash_not_all",
            Self::Envelope(error) => error.code(),
            Self::NegativeFee { .. } => "psbt.negative_fee",
            Self::Overflow => "psbt.overflow",
            Self::NotConserved { .. } => "psbt.not_conserved",
            Self::RightsNotConserved { .. } => "psbt.rights_not_conserved",
            Self::IdentityNotConserved { .. } => "psbt.identity_not_conserved",
            Self::FalseAssetProof { .. } | Self::FalseIdentityProof { .. } => "psbt.false_proof",
        }
    }
}

/// What a person should look at twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The fee is more than a tenth of all that comes out.
    HighFee {
        /// The fee.
        fee: Amount,
        /// Grains of all outputs together.
        outputs: Amount,
    },
    /// An output names a key of this wallet but pays another script.
    FalseChange {
        /// Index of the output.
        output: u32,
    },
    /// Symbol and decimals of an asset are not proven: it is shown by its id, in base units.
    UnprovenAsset {
        /// Which asset.
        asset: AssetId,
    },
    /// The handle of an identity is not proven: it is shown by its id.
    UnprovenIdentity {
        /// Which identity.
        identity: IdentityId,
    },
    /// Some inputs belong to somebody else.
    ForeignInputs {
        /// How many.
        count: usize,
    },
}

impl Warning {
    /// Returns the stable code of this warning.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HighFee { .. } => "warning.high_fee",
            Self::FalseChange { .. } => "warning.false_change",
            Self::UnprovenAsset { .. } => "warning.unproven_asset",
            Self::UnprovenIdentity { .. } => "warning.unproven_identity",
            Self::ForeignInputs { .. } => "warning.foreign_inputs",
        }
    }
}
