//! The rules of MIP-4, each under the line of the specification that it enforces.
use moneta_chain::tagged_hash;

use super::{Collection, Piece, PieceError};
use crate::case::Case;
use crate::mip_0003_assets::is_symbol;
use crate::{
    AssetId, Change, DescribePiece, Entry, IdentityId, IssueAsset, Key, Operation, Record,
    RegistryView, Rights,
};

/// Most bytes of a media type.
const MAX_MEDIA_TYPE_LEN: usize = 64;

impl DescribePiece {
    /// Returns what the contract hash of the asset must be: `tagged_hash("moneta/piece", body)`. So the
    /// asset's id commits to the piece, and a signer who sees the issue needs to trust nobody about it.
    pub fn commitment(&self) -> [u8; 32] {
        tagged_hash("moneta/piece", &[&self.encode()])
    }
}

/// Checks the description of a piece and returns the records it makes.
pub(crate) fn check_describe(
    case: &Case<'_>,
    index: u32,
    piece: &DescribePiece,
) -> Result<Vec<Change>, PieceError> {
    let (id, issue) = issue_of(case, index, piece)?;
    check_first_description(case, id)?;
    let issuer = check_unique(id, issue)?;
    check_committed(id, issue, piece)?;
    check_collection(piece)?;
    check_number(piece)?;
    let begun = check_edition(case, issuer, piece)?;
    check_number_free(case, issuer, piece)?;
    check_media_type(piece)?;
    check_content(piece)?;
    Ok(records(case, (id, issuer), begun, piece))
}

/// # Consensus
/// > 4.1 A DescribePiece MUST name an IssueAsset that stands before it in the same envelope.
fn issue_of<'a>(
    case: &Case<'a>,
    index: u32,
    piece: &DescribePiece,
) -> Result<(AssetId, &'a IssueAsset), PieceError> {
    let at = usize::from(piece.issue);
    let operation = case.envelope.operations.get(at);
    match operation {
        Some(Operation::IssueAsset(issue)) if u32::from(piece.issue) < index => {
            let id = AssetId::derive(&case.first_input(), u32::from(piece.issue), issue);
            Ok((id, issue))
        }
        _ => Err(PieceError::IssueMissing { issue: piece.issue }),
    }
}

/// # Consensus
/// > 4.2 An asset MUST NOT be described twice.
fn check_first_description(case: &Case<'_>, asset: AssetId) -> Result<(), PieceError> {
    match case.registry.record(&Key::Piece(asset)) {
        Some(_) => Err(PieceError::DescribedTwice { asset }),
        None => Ok(()),
    }
}

/// # Consensus
/// > 4.3 The asset MUST have an issuer, no decimals, an initial amount and a cap of 1, and powers without
/// > MINT.
fn check_unique(asset: AssetId, issue: &IssueAsset) -> Result<IdentityId, PieceError> {
    let one = (issue.decimals, issue.initial, issue.cap) == (0, 1, 1);
    match issue.issuer {
        Some(issuer) if one && !issue.powers.contains(Rights::MINT) => Ok(issuer),
        _ => Err(PieceError::NotUnique { asset }),
    }
}

/// # Consensus
/// > 4.4 The contract hash of the asset MUST be the commitment to the description.
fn check_committed(
    asset: AssetId,
    issue: &IssueAsset,
    piece: &DescribePiece,
) -> Result<(), PieceError> {
    if issue.contract_hash != piece.commitment() {
        return Err(PieceError::NotCommitted { asset });
    }
    Ok(())
}

/// # Consensus
/// > 4.5 The name of a collection MUST be one that 3.13 allows for a symbol.
fn check_collection(piece: &DescribePiece) -> Result<(), PieceError> {
    if !is_symbol(&piece.collection) {
        return Err(PieceError::CollectionMalformed);
    }
    Ok(())
}

/// # Consensus
/// > 4.6 The number MUST be at least 1 and at most the edition.
const fn check_number(piece: &DescribePiece) -> Result<(), PieceError> {
    let (number, edition) = (piece.number, piece.edition);
    if number == 0 || number > edition {
        return Err(PieceError::NumberOutsideEdition { number, edition });
    }
    Ok(())
}

/// # Consensus
/// > 4.7 The edition MUST be that of the collection's first piece.
fn check_edition(
    case: &Case<'_>,
    issuer: IdentityId,
    piece: &DescribePiece,
) -> Result<Option<Collection>, PieceError> {
    let edition = piece.edition;
    match case.registry.collection(&issuer, &piece.collection) {
        Some(begun) if begun.edition != edition => {
            let begun = begun.edition;
            Err(PieceError::EditionDiffers { begun, edition })
        }
        begun => Ok(begun),
    }
}

/// # Consensus
/// > 4.8 The issuer's collection MUST NOT have a piece of this number already, by an earlier operation of
/// > the same transaction included.
fn check_number_free(
    case: &Case<'_>,
    issuer: IdentityId,
    piece: &DescribePiece,
) -> Result<(), PieceError> {
    let number = piece.number;
    match case.registry.record(&number_key(issuer, piece)) {
        Some(Record::Number(by)) => Err(PieceError::NumberTaken { number, by }),
        _ => Ok(()),
    }
}

/// # Consensus
/// > 4.9 The media type MUST be two names with a `/` between them, each of one or more characters of `a-z`,
/// > `0-9`, `.`, `+` and `-`, and MUST NOT be longer than 64 bytes.
fn check_media_type(piece: &DescribePiece) -> Result<(), PieceError> {
    if !is_media_type(&piece.media_type) {
        return Err(PieceError::MediaTypeMalformed);
    }
    Ok(())
}

/// Tells whether `text` can be a media type: `image/png`.
pub fn is_media_type(text: &str) -> bool {
    let named = |name: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| plain(byte) || b".+-".contains(&byte))
    };
    let halves = text.split_once('/');
    text.len() <= MAX_MEDIA_TYPE_LEN && halves.is_some_and(|(kind, sub)| named(kind) && named(sub))
}

/// # Consensus
/// > 4.10 The content's digest MUST NOT be all zero.
fn check_content(piece: &DescribePiece) -> Result<(), PieceError> {
    if piece.content == [0; 32] {
        return Err(PieceError::ContentZero);
    }
    Ok(())
}

fn number_key(issuer: IdentityId, piece: &DescribePiece) -> Key {
    Key::Number {
        issuer,
        number: piece.number,
        collection: piece.collection.clone(),
    }
}

fn records(
    case: &Case<'_>,
    (asset, issuer): (AssetId, IdentityId),
    begun: Option<Collection>,
    piece: &DescribePiece,
) -> Vec<Change> {
    let grown = Collection {
        edition: piece.edition,
        // Numbers are taken once each and lie within the edition: the count never passes 32 bits.
        pieces: begun.as_ref().map_or(0, |one| one.pieces).saturating_add(1),
        begun_at: begun.as_ref().map_or(case.height, |one| one.begun_at),
    };
    let described = Piece {
        asset,
        issuer,
        collection: piece.collection.clone(),
        number: piece.number,
        edition: piece.edition,
        media_type: piece.media_type.clone(),
        content: piece.content,
        terms: piece.terms,
    };
    let entry = |key, before: Option<Record>, after| {
        Change::Record(Box::new(Entry {
            key,
            before,
            after: Some(after),
        }))
    };
    let name = piece.collection.clone();
    vec![
        entry(
            Key::Collection { issuer, name },
            begun.map(Record::Collection),
            Record::Collection(grown),
        ),
        entry(number_key(issuer, piece), None, Record::Number(asset)),
        entry(Key::Piece(asset), None, Record::Piece(Box::new(described))),
    ]
}
