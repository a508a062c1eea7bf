//! Scenarios of MIP-4: each is also a file in `mips/vectors/mip-0004`.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use super::is_media_type;
use crate::testing::*;
use crate::{
    AssetId, Change, Collection, DescribePiece, Entry, IssueAsset, Key, Operation, Record, Rights,
};

fn seventh() -> DescribePiece {
    DescribePiece {
        issue: 0,
        collection: "MONET".into(),
        number: 7,
        edition: 50,
        media_type: "image/png".into(),
        content: [0xc0; 32],
        terms: [0; 32],
    }
}

fn painting(piece: &DescribePiece) -> IssueAsset {
    IssueAsset {
        symbol: "MONET7".into(),
        decimals: 0,
        initial: 1,
        cap: 1,
        powers: Rights::FREEZE.union(Rights::META),
        name: "Water lilies".into(),
        contract_hash: piece.commitment(),
        ..silver()
    }
}

/// Issues `asset` under acme and describes it as `piece`.
fn describes(asset: &IssueAsset, piece: &DescribePiece) -> Stage {
    let id = asset_id(0, asset);
    let mut stage = Stage::new()
        .knows_identity(acme())
        .spends(Some(identity(ACME)))
        .spends(None)
        .gives(identity(ACME))
        .gives(units(id, asset.initial));
    if !asset.powers.is_empty() {
        stage = stage.gives(rights(id, asset.powers));
    }
    stage
        .does(issue(asset))
        .does(Operation::DescribePiece(piece.clone()))
}

/// The same with a change of the description that the contract hash commits to.
fn described(change: fn(&mut DescribePiece)) -> Stage {
    let mut piece = seventh();
    change(&mut piece);
    describes(&painting(&piece), &piece)
}

/// The same with a change of the asset.
fn issued(change: fn(&mut IssueAsset)) -> Stage {
    let mut asset = painting(&seventh());
    change(&mut asset);
    describes(&asset, &seventh())
}

/// A collection MONET of acme that has one piece, of this number.
fn begun(edition: u32, number: u32) -> [Change; 2] {
    let issuer = ACME;
    let collection = Collection {
        edition,
        pieces: 1,
        begun_at: moneta_chain::Height::new(9),
    };
    let name = "MONET".to_owned();
    let record = |key, after| {
        Change::Record(Box::new(Entry {
            key,
            before: None,
            after: Some(after),
        }))
    };
    [
        record(
            Key::Collection {
                issuer,
                name: name.clone(),
            },
            Record::Collection(collection),
        ),
        record(
            Key::Number {
                issuer,
                number,
                collection: name,
            },
            Record::Number(AssetId([0x77; 32])),
        ),
    ]
}

pub(crate) fn vectors() -> Vec<Vector> {
    let accepted = [
        accept(
            "a_piece_is_described",
            "an asset of one unit, issued in the same envelope, commits to the description",
            described(|_| {}),
        ),
        accept(
            "another_piece_of_a_collection",
            "same edition, another number",
            begun(50, 6)
                .into_iter()
                .fold(described(|_| {}), Stage::after),
        ),
        accept(
            "the_only_piece",
            "an edition of one",
            described(|piece| (piece.number, piece.edition) = (1, 1)),
        ),
        accept(
            "the_last_piece_of_the_largest_edition",
            "numbers go up to 2^32 - 1",
            described(|piece| (piece.number, piece.edition) = (u32::MAX, u32::MAX)),
        ),
    ];
    accepted.into_iter().chain(refused()).collect()
}

fn refused() -> Vec<Vector> {
    let asset = painting(&seventh());
    let mut described_twice = described(|_| {});
    described_twice = described_twice.does(Operation::DescribePiece(seventh()));
    let mut other_number = seventh();
    other_number.number = 8;
    vec![
        reject(
            "a_piece_of_nothing",
            "mip0004.issue_missing",
            "there is no issue with this index",
            describes(
                &asset,
                &DescribePiece {
                    issue: 9,
                    ..seventh()
                },
            ),
        ),
        reject(
            "a_description_of_itself",
            "mip0004.issue_missing",
            "the index is that of the description",
            describes(
                &asset,
                &DescribePiece {
                    issue: 1,
                    ..seventh()
                },
            ),
        ),
        reject(
            "a_piece_described_twice",
            "mip0004.described_twice",
            "in one envelope",
            described_twice,
        ),
        reject(
            "two_units",
            "mip0004.not_unique",
            "a piece has one unit",
            issued(|asset| (asset.initial, asset.cap) = (2, 2)),
        ),
        reject(
            "room_for_another_unit",
            "mip0004.not_unique",
            "the cap is above one",
            issued(|asset| asset.cap = 2),
        ),
        reject(
            "a_piece_in_parts",
            "mip0004.not_unique",
            "decimals would divide it",
            issued(|asset| asset.decimals = 1),
        ),
        reject(
            "a_piece_that_could_be_minted_again",
            "mip0004.not_unique",
            "MINT would bring back what was burned",
            issued(|asset| asset.powers = Rights::MINT),
        ),
        reject(
            "a_piece_nobody_stands_for",
            "mip0004.not_unique",
            "it has no issuer",
            issued(|asset| asset.issuer = None),
        ),
        reject(
            "another_description",
            "mip0004.not_committed",
            "the contract hash commits to number 7",
            describes(&asset, &other_number),
        ),
        reject(
            "a_collection_in_small_letters",
            "mip0004.collection_malformed",
            "names are as symbols are",
            described(|piece| piece.collection = "monet".into()),
        ),
        reject(
            "piece_zero",
            "mip0004.number_outside_edition",
            "numbers begin at one",
            described(|piece| piece.number = 0),
        ),
        reject(
            "piece_51_of_50",
            "mip0004.number_outside_edition",
            "the edition is what was promised",
            described(|piece| piece.number = 51),
        ),
        reject(
            "a_larger_edition_later",
            "mip0004.edition_differs",
            "the first piece said 40",
            begun(40, 6)
                .into_iter()
                .fold(described(|_| {}), Stage::after),
        ),
        reject(
            "a_number_that_is_taken",
            "mip0004.number_taken",
            "there is a piece 7 already",
            begun(50, 7)
                .into_iter()
                .fold(described(|_| {}), Stage::after),
        ),
        reject(
            "a_media_type_without_slash",
            "mip0004.media_type_malformed",
            "two names with a slash between them",
            described(|piece| piece.media_type = "png".into()),
        ),
        reject(
            "no_content",
            "mip0004.content_zero",
            "somebody forgot to hash",
            described(|piece| piece.content = [0; 32]),
        ),
    ]
}

#[test]
fn every_rule_is_quoted_word_for_word() {
    assert_quoted(include_str!("README.md"), include_str!("check.rs"));
}

#[test]
fn media_types_are_what_the_specification_says() {
    for good in [
        "image/png",
        "model/gltf+json",
        "application/vnd.oasis.opendocument.text",
        "a/b",
    ] {
        assert!(is_media_type(good), "{good}");
    }
    let long = format!("a/{}", "b".repeat(63));
    for bad in [
        "",
        "/",
        "image/",
        "/png",
        "image/png/x",
        "Image/png",
        "image/ png",
        "image/png;a=b",
        &long,
    ] {
        assert!(!is_media_type(bad), "{bad}");
    }
}

#[test]
fn two_pieces_of_one_number_in_one_envelope_are_refused() {
    let first = painting(&seventh());
    let second = IssueAsset {
        symbol: "MONET7B".into(),
        ..first.clone()
    };
    let stage = described(|_| {})
        .gives(units(asset_id(2, &second), 1))
        .gives(rights(asset_id(2, &second), second.powers))
        .does(issue(&second))
        .does(Operation::DescribePiece(DescribePiece {
            issue: 2,
            ..seventh()
        }));
    assert_eq!(stage.check().unwrap_err().code(), "mip0004.number_taken");
}
