//! Scenarios of MIP-6: each is also a file in `mips/vectors/mip-0006`.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use crate::Operation;
use crate::testing::*;

fn anchors(digests: &[[u8; 32]]) -> Stage {
    let stage = Stage::new().knows(gold()).spends(None).pays(100_000_000);
    digests.iter().fold(stage, |stage, digest| {
        stage.does(Operation::Anchor { digest: *digest })
    })
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
