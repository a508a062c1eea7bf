//! Scenarios of MIP-6: each is also a file in `mips/vectors/mip-0006`.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use crate::testing::*;
use crate::{Asset, DocumentKind, Operation, RegistryView, Rights, SetDocument};

fn anchors(digests: &[[u8; 32]]) -> Stage {
    let stage = Stage::new().knows(gold()).spends(None).pays(100_000_000);
    digests.iter().fold(stage, |stage, digest| {
        stage.does(Operation::Anchor { digest: *digest })
    })
}

/// Gold over which META exists.
fn documented() -> Asset {
    Asset {
        powers: Rights::META,
        ..gold()
    }
}

fn bar_list() -> SetDocument {
    SetDocument {
        asset: GOLD,
        kind: DocumentKind::BarList,
        digest: [0xba; 32],
        uri: "https://acme.example/bars/2026-11.csv".into(),
    }
}

fn sets(document: SetDocument) -> Stage {
    Stage::new()
        .knows(documented())
        .spends(Some(rights(GOLD, Rights::META)))
        .spends(None)
        .gives(rights(GOLD, Rights::META))
        .does(Operation::SetDocument(document))
}

/// The bar list is set, and set again in a later block.
fn sets_again() -> Stage {
    let before = sets(bar_list());
    let changes = before.check().unwrap().changes;
    let next = sets(SetDocument {
        digest: [0xbb; 32],
        uri: String::new(),
        ..bar_list()
    });
    changes.into_iter().fold(next.at(HERE + 9), Stage::after)
}

pub(crate) fn vectors() -> Vec<Vector> {
    vec![
        accept(
            "a_digest_is_notarised",
            "it costs nothing but the fee and changes no registry",
            anchors(&[[7; 32]]),
        ),
        accept(
            "one_digest_twice",
            "a document can be notarised again, also in the same transaction",
            anchors(&[[7; 32], [7; 32]]),
        ),
        accept(
            "a_digest_beside_a_transfer",
            "notarising leaves what is moved alone",
            anchors(&[[7; 32]])
                .spends(Some(units(GOLD, 5)))
                .gives(units(GOLD, 5)),
        ),
        accept(
            "a_bar_list_is_set",
            "META is used and returned, the digest stands under the asset and the kind",
            sets(bar_list()),
        ),
        accept(
            "a_bar_list_is_replaced",
            "the newer stands in its place, with the next version; the URI may be empty",
            sets_again(),
        ),
        accept(
            "the_longest_uri",
            "256 characters",
            sets(SetDocument {
                uri: "u".repeat(256),
                ..bar_list()
            }),
        ),
        reject(
            "a_document_without_the_right",
            "mip0003.right_missing",
            "no input holds META",
            Stage::new()
                .knows(documented())
                .spends(None)
                .pays(1_000)
                .does(Operation::SetDocument(bar_list())),
        ),
        reject(
            "a_document_of_zeros",
            "mip0006.digest_zero",
            "somebody forgot to hash",
            sets(SetDocument {
                digest: [0; 32],
                ..bar_list()
            }),
        ),
        reject(
            "a_uri_with_a_space",
            "mip0006.uri_malformed",
            "nothing in it may look like the end",
            sets(SetDocument {
                uri: "https://acme.example /bars".into(),
                ..bar_list()
            }),
        ),
        reject(
            "a_uri_too_long",
            "mip0006.uri_malformed",
            "257 characters",
            sets(SetDocument {
                uri: "u".repeat(257),
                ..bar_list()
            }),
        ),
        reject(
            "a_document_that_does_not_pay",
            "mip0003.price_not_paid",
            "one grain short",
            sets(bar_list()).burning(9_999),
        ),
        reject(
            "a_digest_of_zeros",
            "mip0006.digest_zero",
            "no document has it: somebody forgot to hash",
            anchors(&[[0; 32]]),
        ),
    ]
}

#[test]
fn every_rule_is_quoted_word_for_word() {
    assert_quoted(include_str!("README.md"), include_str!("check.rs"));
}

#[test]
fn an_anchor_changes_nothing() {
    let effects = anchors(&[[7; 32]]).check().unwrap();
    assert!(effects.changes.is_empty() && effects.attachments.is_empty());
    assert_eq!(effects.envelope.unwrap().operations.len(), 1);
}

#[test]
fn versions_count_and_kinds_do_not_mix() {
    let stage = sets_again();
    let mut registry = stage.registry.clone();
    stage
        .check()
        .unwrap()
        .changes
        .iter()
        .for_each(|change| registry.apply(change));
    let list = registry.document(&GOLD, DocumentKind::BarList).unwrap();
    assert_eq!((list.version, list.digest), (2, [0xbb; 32]));
    assert_eq!(registry.document(&GOLD, DocumentKind::Terms), None);
}
