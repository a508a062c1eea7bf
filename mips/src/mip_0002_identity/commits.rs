//! Scenarios of MIP-2 about commitments: who may open one, and when.
use moneta_chain::Height;

use super::tests::registers;
use super::{COMMITMENT_BLOCKS, is_open};
use crate::testing::*;
use crate::{COMMITMENT_PRICE, Commitment, Operation, RegisterIdentity};

/// A registration of `bank` by whoever holds this commitment, made at this height.
fn opens(committed: &RegisterIdentity, to: u8, made: u32) -> Stage {
    let mut stage = registers(register("bank"));
    let coin = stage.spent.first_mut().expect("it spends one");
    coin.attachment = Some(commitment(committed, to));
    coin.height = Height::new(made);
    stage
}

fn commits() -> Stage {
    Stage::new()
        .spends(None)
        .gives(commitment(&register("bank"), 0))
}

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = accepted();
    vectors.extend(refused());
    vectors
}

fn accepted() -> Vec<Vector> {
    let anchor = Operation::Anchor { digest: [1; 32] };
    vec![
        accept(
            "a_handle_is_committed_to",
            "an output holds the digest, and 10,000 grains are burned",
            commits().burning(COMMITMENT_PRICE.to_sat()),
        ),
        accept(
            "a_commitment_is_opened_at_the_last_height",
            "1,440 blocks later",
            opens(&register("bank"), 0, HERE - COMMITMENT_BLOCKS),
        ),
        accept(
            "a_commitment_is_spent_by_a_wallet_that_knows_of_none",
            "it lapses: nothing is lost but the commitment",
            Stage::new()
                .spends(Some(commitment(&register("bank"), 0)))
                .pays(500),
        ),
        accept(
            "a_commitment_is_spent_beside_something_else",
            "it lapses: no envelope has to say so",
            Stage::new()
                .spends(Some(commitment(&register("bank"), 0)))
                .pays(500)
                .does(anchor),
        ),
        accept(
            "an_older_commitment_to_the_same_registration_does_no_harm",
            "one of two that are held has lapsed",
            opens(&register("bank"), 0, HERE - COMMITMENT_BLOCKS - 1)
                .spends(Some(commitment(&register("bank"), 0)))
                .made_at(HERE - 1),
        ),
    ]
}

fn refused() -> Vec<Vector> {
    let missing = |name, about, stage| reject(name, "mip0002.not_committed", about, stage);
    let (bank, salted) = (
        register("bank"),
        RegisterIdentity {
            salt: [0x5b; 32],
            ..register("bank")
        },
    );
    let mut nothing = registers(register("bank"));
    nothing.spent[0].attachment = None;
    let altered = RegisterIdentity {
        document: "{}".into(),
        ..register("bank")
    };
    vec![
        missing(
            "a_handle_is_taken_unannounced",
            "no input holds a commitment",
            nothing,
        ),
        missing(
            "a_commitment_to_another_handle",
            "the input is committed to another handle",
            opens(&register("bonds"), 0, HERE - 1),
        ),
        missing(
            "a_commitment_with_another_salt",
            "the salt is part of what is committed to",
            opens(&salted, 0, HERE - 1),
        ),
        missing(
            "a_commitment_with_another_document",
            "so is the document",
            opens(&altered, 0, HERE - 1),
        ),
        missing(
            "a_copied_commitment_serves_its_author_only",
            "it names the script that gets the identity, and a thief has another",
            opens(&bank, 9, HERE - 1),
        ),
        reject(
            "a_commitment_is_opened_in_its_own_block",
            "mip0002.commitment_young",
            "whoever reads the registration must be too late to commit to it",
            opens(&bank, 0, HERE),
        ),
        reject(
            "a_commitment_is_opened_too_late",
            "mip0002.commitment_lapsed",
            "1,441 blocks later",
            opens(&bank, 0, HERE - COMMITMENT_BLOCKS - 1),
        ),
        reject(
            "a_commitment_for_too_little",
            "mip0003.price_not_paid",
            "a commitment costs 10,000 grains",
            commits().burning(COMMITMENT_PRICE.to_sat() - 1),
        ),
    ]
}

#[test]
fn a_commitment_opens_from_the_next_block_on_for_a_day() {
    let here = Height::new(HERE);
    let opens = |made| is_open(Height::new(made), here);
    assert!(!opens(HERE + 1) && !opens(HERE));
    assert!(opens(HERE - 1) && opens(HERE - COMMITMENT_BLOCKS));
    assert!(!opens(HERE - COMMITMENT_BLOCKS - 1));
    assert_eq!(COMMITMENT_BLOCKS, 24 * 60);
}

#[test]
fn a_commitment_shows_nothing_and_binds_everything() {
    let bank = register("bank");
    let to = |register: &RegisterIdentity, receiver| Commitment::to(register, &script(receiver));
    let other = [
        RegisterIdentity {
            handle: "bonk".into(),
            ..bank.clone()
        },
        RegisterIdentity {
            document: "{}".into(),
            ..bank.clone()
        },
        RegisterIdentity {
            recovery: [1; 32],
            ..bank.clone()
        },
        RegisterIdentity {
            salt: [1; 32],
            ..bank.clone()
        },
    ];
    assert!(other.iter().all(|other| to(other, 0) != to(&bank, 0)));
    assert_ne!(to(&bank, 0), to(&bank, 1));
}
