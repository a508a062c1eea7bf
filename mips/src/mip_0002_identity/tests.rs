//! Scenarios of MIP-2: each is also a file in `mips/vectors/mip-0002`.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use moneta_chain::Height;

use super::is_handle;
use crate::testing::*;
use crate::{Operation, RegisterIdentity};

pub(super) fn registers(new: RegisterIdentity) -> Stage {
    let id = identity_id(0, &new);
    let committed = commitment(&new, 0);
    let mut stage = unallocated(new).allocates(0, identity(id));
    let coin = stage.spent.first_mut().expect("it spends one");
    (coin.attachment, coin.height) = (Some(committed), Height::new(HERE - 1));
    stage
}

/// Registers, and has an output of 1,000 grains that the identity could go to.
fn unallocated(new: RegisterIdentity) -> Stage {
    Stage::new()
        .knows_identity(acme())
        .spends(None)
        .pays(1_000)
        .does(Operation::RegisterIdentity(new))
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = accepted();
    vectors.extend(refused());
    vectors.extend(super::lives::vectors());
    vectors.extend(super::commits::vectors());
    vectors
}

fn accepted() -> Vec<Vector> {
    let full = RegisterIdentity {
        document: "x".repeat(1_024),
        recovery: [7; 32],
        ..register("a1-2-3-four-five-six-seven-eight")
    };
    let (first, second) = (register("bank"), register("bank-2"));
    vec![
        accept(
            "an_identity_is_registered",
            "a free handle, allocated to an output",
            registers(register("bank")),
        ),
        accept(
            "the_shortest_handle",
            "three characters, at the highest price",
            registers(register("abc")),
        ),
        accept(
            "the_longest_handle_and_document",
            "32 characters and 1,024 bytes",
            registers(full),
        ),
        accept(
            "two_identities_at_once",
            "each operation's index makes its own id",
            registers(first)
                .spends(Some(commitment(&second, 1)))
                .made_at(HERE - 1)
                .gives(identity(identity_id(1, &second)))
                .does(Operation::RegisterIdentity(second)),
        ),
        accept(
            "an_identity_moves",
            "whoever can spend the coin controls it",
            Stage::new()
                .knows_identity(acme())
                .spends(Some(identity(ACME)))
                .gives(identity(ACME)),
        ),
    ]
}

fn refused() -> Vec<Vector> {
    let handle = |name, about, handle: &str| {
        let code = "mip0002.handle_malformed";
        reject(name, code, about, registers(register(handle)))
    };
    let bank = register("bank");
    let twice = RegisterIdentity {
        document: String::new(),
        ..register("bank")
    };
    vec![
        handle("a_handle_of_two", "two characters", "ab"),
        handle("a_handle_of_thirty_three", "33 characters", &"a".repeat(33)),
        handle("a_handle_in_capitals", "capital letters", "Bank"),
        handle(
            "a_handle_that_looks_alike",
            "a Cyrillic letter",
            "b\u{430}nk",
        ),
        handle(
            "a_handle_that_begins_with_a_digit",
            "a digit first",
            "1bank",
        ),
        handle("a_handle_that_ends_with_a_hyphen", "a hyphen last", "bank-"),
        handle("a_handle_with_two_hyphens", "two together", "ba--nk"),
        reject(
            "a_handle_that_is_taken",
            "mip0002.handle_taken",
            "acme is registered",
            registers(register("acme")),
        ),
        reject(
            "a_handle_twice_in_one_transaction",
            "mip0002.handle_taken",
            "the second operation meets the first",
            registers(bank)
                .gives(identity(identity_id(1, &twice)))
                .does(Operation::RegisterIdentity(twice)),
        ),
        reject(
            "a_document_too_long",
            "mip0002.document_too_long",
            "1,025 bytes",
            registers(RegisterIdentity {
                document: "x".repeat(1_025),
                ..register("bank")
            }),
        ),
        reject(
            "a_registration_without_allocation",
            "mip0002.identity_lost",
            "the new identity goes nowhere",
            unallocated(register("bank")),
        ),
        reject(
            "an_identity_that_is_dropped",
            "mip0002.identity_lost",
            "an input holds it and the envelope forgets it",
            Stage::new()
                .knows_identity(acme())
                .spends(Some(identity(ACME)))
                .pays(1_000)
                .does(Operation::Anchor { digest: [1; 32] }),
        ),
        reject(
            "an_identity_out_of_nothing",
            "mip0002.identity_from_nothing",
            "no input holds it",
            Stage::new()
                .knows_identity(acme())
                .spends(None)
                .gives(identity(ACME)),
        ),
        reject(
            "an_identity_to_two_outputs",
            "mip0002.identity_twice",
            "there is one coin for an identity",
            Stage::new()
                .knows_identity(acme())
                .spends(Some(identity(ACME)))
                .gives(identity(ACME))
                .gives(identity(ACME)),
        ),
        reject(
            "a_short_handle_for_too_little",
            "mip0003.price_not_paid",
            "a handle of four costs 20,000,000 grains",
            registers(register("bank")).burning(19_999_999),
        ),
    ]
}

#[test]
fn every_rule_is_quoted_word_for_word() {
    for code in [
        include_str!("check.rs"),
        include_str!("commit.rs"),
        include_str!("life.rs"),
    ] {
        assert_quoted(include_str!("README.md"), code);
    }
}

#[test]
fn handles_are_what_the_specification_says() {
    for good in ["abc", "acme", "a-b", "a1-b2-c3", "zzz9"] {
        assert!(is_handle(good), "{good}");
    }
    for bad in [
        "", "a", "-ab", "ab-", "a--b", "a b", "a_b", "a.b", "äbc", "ABC",
    ] {
        assert!(!is_handle(bad), "{bad}");
    }
}
