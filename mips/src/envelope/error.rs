//! Why bytes are not an envelope.
use crate::AssetId;

/// One variant, one rule of `docs/formats/envelope.md`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A script carries the tag, but not as `OP_RETURN` and one push in its shortest form.
    #[error(
        "output {vout} carries an envelope that is not `OP_RETURN` and one push in its shortest form"
    )]
    NotOnePush {
        /// Index of the output.
        vout: u32,
    },
    /// Two outputs carry the tag.
    #[error("outputs {first} and {second} both carry an envelope: there can be one")]
    Duplicate {
        /// Index of the first output with the tag.
        first: u32,
        /// Index of the second.
        second: u32,
    },
    /// The payload is longer than allowed.
    #[error("the envelope is {got} bytes long, the most is {most}")]
    TooLarge {
        /// Length of the payload in bytes.
        got: usize,
        /// The most there may be.
        most: usize,
    },
    /// The payload ends in the middle of a field.
    #[error("the envelope ends in the middle of a field")]
    Truncated,
    /// Bytes follow the last operation.
    #[error("{bytes} bytes follow the end of the envelope")]
    TrailingBytes {
        /// How many.
        bytes: usize,
    },
    /// A CompactSize is longer than it has to be.
    #[error("a number in the envelope is not written in its shortest form")]
    NotMinimal,
    /// The envelope says nothing.
    #[error("the envelope allocates nothing and does nothing")]
    Empty,
    /// The table of assets is not strictly ascending.
    #[error("the envelope's table of assets is not sorted, or names an asset twice")]
    TableNotSorted,
    /// Nothing refers to an asset of the table.
    #[error("the envelope's table names asset {asset}, and nothing refers to it")]
    AssetUnused {
        /// Which asset.
        asset: AssetId,
    },
    /// A reference points past the table of assets.
    #[error("the envelope refers to asset number {index} of a table of {len}")]
    AssetIndex {
        /// The reference.
        index: u64,
        /// How many assets the table has.
        len: usize,
    },
    /// The allocations are not strictly ascending by output.
    #[error("the envelope's allocations are not sorted by output, or allocate to one output twice")]
    AllocationsNotSorted,
    /// An output index does not fit 32 bits.
    #[error("the envelope allocates to output {vout}: no transaction has that many")]
    OutputIndex {
        /// The index.
        vout: u64,
    },
    /// The targets of a freeze are not strictly ascending.
    #[error("the coins of a freeze or unfreeze are not sorted, or one is named twice")]
    TargetsNotSorted,
    /// The scripts of an enrolment or withdrawal are not strictly ascending.
    #[error("the scripts of an enrolment or withdrawal are not sorted, or one is named twice")]
    ScriptsNotSorted,
    /// No kind of attachment has this number.
    #[error("the envelope allocates an attachment of unknown kind {kind}")]
    UnknownKind {
        /// The number.
        kind: u8,
    },
    /// No operation has this opcode.
    #[error("the envelope holds an unknown operation 0x{opcode:02x}")]
    UnknownOperation {
        /// The opcode.
        opcode: u8,
    },
    /// A byte of rights has a bit without meaning.
    #[error("the envelope names rights that do not exist (0x{bits:02x})")]
    UnknownRights {
        /// The byte.
        bits: u8,
    },
    /// A field with few values has another one.
    #[error("the envelope's field `{field}` can't be {value}")]
    UnknownValue {
        /// Name of the field.
        field: &'static str,
        /// The byte.
        value: u8,
    },
    /// A text is not UTF-8.
    #[error("a text in the envelope is not UTF-8")]
    NotUtf8,
}

codes!(EnvelopeError {
    NotOnePush => "envelope.not_one_push",
    Duplicate => "envelope.duplicate",
    TooLarge => "envelope.too_large",
    Truncated => "envelope.truncated",
    TrailingBytes => "envelope.trailing_bytes",
    NotMinimal => "envelope.not_minimal",
    Empty => "envelope.empty",
    TableNotSorted => "envelope.table_not_sorted",
    AssetUnused => "envelope.asset_unused",
    AssetIndex => "envelope.asset_index",
    AllocationsNotSorted => "envelope.allocations_not_sorted",
    OutputIndex => "envelope.output_index",
    TargetsNotSorted => "envelope.targets_not_sorted",
    ScriptsNotSorted => "envelope.scripts_not_sorted",
    UnknownKind => "envelope.unknown_kind",
    UnknownOperation => "envelope.unknown_operation",
    UnknownRights => "envelope.unknown_rights",
    UnknownValue => "envelope.unknown_value",
    NotUtf8 => "envelope.not_utf8",
});
