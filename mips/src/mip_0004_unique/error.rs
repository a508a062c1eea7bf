//! Why a transaction breaks a rule of MIP-4: one variant, one rule.
use crate::AssetId;

/// Why a transaction breaks a rule of MIP-4.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PieceError {
    /// The description names no issue that stands before it.
    #[error(
        "a piece is described by operation {issue} of this envelope, and no issue before it has that number"
    )]
    IssueMissing {
        /// The index.
        issue: u8,
    },
    /// The asset is described already.
    #[error("asset {asset} is described twice")]
    DescribedTwice {
        /// Which asset.
        asset: AssetId,
    },
    /// The asset could have more than one unit, or nobody stands for it.
    #[error(
        "a piece has an issuer, no decimals, one unit now and ever, and no right to mint: asset {asset} does not"
    )]
    NotUnique {
        /// Which asset.
        asset: AssetId,
    },
    /// The asset's contract hash is not that of the description.
    #[error("the contract hash of asset {asset} does not commit to the description of the piece")]
    NotCommitted {
        /// Which asset.
        asset: AssetId,
    },
    /// The name of the collection breaks the grammar.
    #[error(
        "a collection's name has 1 to 12 characters of A-Z and 0-9, begins with a letter, and is not MTA"
    )]
    CollectionMalformed,
    /// There is no such piece in the edition.
    #[error("piece {number} is not within an edition of {edition}")]
    NumberOutsideEdition {
        /// Which piece.
        number: u32,
        /// How many pieces there may be.
        edition: u32,
    },
    /// The collection has another edition.
    #[error("the collection was begun with an edition of {begun}, not {edition}")]
    EditionDiffers {
        /// Edition of its first piece.
        begun: u32,
        /// Edition of this one.
        edition: u32,
    },
    /// The collection has a piece of this number.
    #[error("piece {number} of the collection exists: it is asset {by}")]
    NumberTaken {
        /// Which piece.
        number: u32,
        /// Which asset it is.
        by: AssetId,
    },
    /// The media type breaks the grammar.
    #[error(
        "a media type is two names with a slash between them, as in image/png, at most 64 bytes of a-z, 0-9, dot, plus and hyphen"
    )]
    MediaTypeMalformed,
    /// The digest of the content is all zero.
    #[error("the digest of the content is all zero: no content has it")]
    ContentZero,
}

codes!(PieceError {
    IssueMissing => "mip0004.issue_missing",
    DescribedTwice => "mip0004.described_twice",
    NotUnique => "mip0004.not_unique",
    NotCommitted => "mip0004.not_committed",
    CollectionMalformed => "mip0004.collection_malformed",
    NumberOutsideEdition => "mip0004.number_outside_edition",
    EditionDiffers => "mip0004.edition_differs",
    NumberTaken => "mip0004.number_taken",
    MediaTypeMalformed => "mip0004.media_type_malformed",
    ContentZero => "mip0004.content_zero",
});
