//! Scenarios of MIP-2 about identities that live on: updates, renewals, recovery, revocation, names that look alike.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use moneta_chain::Height;

use super::tests::registers;
use super::{GRACE_BLOCKS, RECOVERY_BLOCKS, Recovery, Standing, TERM_BLOCKS, skeleton};
use crate::testing::*;
use crate::{
    Change, Entry, Identity, Key, Operation, Record, RegistryView, ScriptDigest, UpdateIdentity,
};

/// The script of the coin that a stage spends first.
fn sender() -> ScriptDigest {
    ScriptDigest::of(&script(100))
}

fn receiver() -> ScriptDigest {
    ScriptDigest::of(&script(0))
}

fn paid_until(expiry: u32) -> Standing {
    Standing {
        expiry: Height::new(expiry),
        ..Standing::new(Height::new(4))
    }
}

fn recovering(ready: u32) -> Standing {
    Standing {
        recovery: Some(Recovery {
            to: receiver(),
            ready: Height::new(ready),
        }),
        ..paid_until(HERE + 1_000)
    }
}

/// A stage that knows acme, which `sender` may recover, standing like this, and its handle's skeleton.
fn knows(standing: Standing) -> Stage {
    let acme = Identity {
        recovery: sender().0,
        ..acme()
    };
    let put = |key, record| {
        Change::Record(Box::new(Entry {
            key,
            before: None,
            after: Some(record),
        }))
    };
    let alike = skeleton(&acme.handle);
    Stage::new()
        .knows_identity(acme)
        .after(put(Key::Standing(ACME), Record::Standing(standing)))
        .after(put(Key::Skeleton(alike), Record::Skeleton(ACME)))
}

fn in_force() -> Stage {
    knows(paid_until(HERE + 1_000))
}

/// Acme, as a transaction before in the same block has registered it.
fn newborn() -> Stage {
    in_force().knows_identity(Identity {
        recovery: sender().0,
        registered_at: Height::new(HERE),
        ..acme()
    })
}

/// Spends acme's coin, gives it back, and does something.
fn owner(stage: Stage, operation: Operation) -> Stage {
    stage
        .spends(Some(identity(ACME)))
        .spends(None)
        .gives(identity(ACME))
        .does(operation)
}

/// Spends a native coin of the script that may recover acme, and does something.
fn keeper(stage: Stage, operation: Operation) -> Stage {
    stage.spends(None).pays(1_000).does(operation)
}

fn issues(stage: Stage) -> Stage {
    let silver = silver();
    let id = asset_id(0, &silver);
    owner(stage, issue(&silver))
        .gives(units(id, silver.initial))
        .gives(rights(id, silver.powers))
}

fn update(document: &str) -> Operation {
    Operation::UpdateIdentity(UpdateIdentity {
        identity: ACME,
        document: document.into(),
        recovery: [7; 32],
    })
}

fn renew(handle: &str, years: u8) -> Operation {
    let handle = handle.into();
    Operation::RenewIdentity { handle, years }
}

fn recover() -> Operation {
    Operation::RecoverIdentity {
        identity: ACME,
        to: receiver(),
    }
}

const CLAIM: Operation = Operation::ClaimIdentity { identity: ACME };
const REVOKE: Operation = Operation::RevokeIdentity { identity: ACME };

fn claims(standing: Standing) -> Stage {
    knows(standing)
        .spends(None)
        .pays_script(1_000, script(0))
        .allocates(0, identity(ACME))
        .does(CLAIM)
}

/// Registers a handle where acme is known.
fn registers_beside(standing: Standing, handle: &str) -> Stage {
    let mut stage = registers(register(handle));
    stage.registry = knows(standing).registry;
    stage
}

pub(super) fn vectors() -> Vec<Vector> {
    let lists = [living(), names(), losing(), ending()];
    lists.into_iter().flatten().collect()
}

fn living() -> Vec<Vector> {
    vec![
        accept(
            "an_identity_publishes_something_else",
            "document and recovery script are replaced",
            owner(in_force(), update(r#"{"name":"Acme"}"#)),
        ),
        reject(
            "a_stranger_updates",
            "mip0002.not_held",
            "the identity is not held by an input",
            keeper(in_force(), update("{}")),
        ),
        reject(
            "an_unknown_identity_is_updated",
            "mip0002.identity_unknown",
            "nobody registered it",
            keeper(Stage::new(), update("{}")),
        ),
        reject(
            "an_update_too_long",
            "mip0002.document_too_long",
            "1,025 bytes",
            owner(in_force(), update(&"x".repeat(1_025))),
        ),
        reject(
            "an_update_after_the_term",
            "mip0002.not_in_force",
            "nobody paid for this year",
            owner(knows(paid_until(HERE)), update("{}")),
        ),
        reject(
            "an_issue_after_the_term",
            "mip0002.not_in_force",
            "an asset under a handle that is not paid for",
            issues(knows(paid_until(HERE))),
        ),
        accept(
            "anybody_renews",
            "a year for who holds nothing of it",
            keeper(in_force(), renew("acme", 1)),
        ),
        accept(
            "a_renewal_in_time_of_grace",
            "29 days after the expiry; the years count from it",
            keeper(knows(paid_until(HERE - GRACE_BLOCKS + 1)), renew("acme", 2)),
        ),
        reject(
            "a_renewal_too_late",
            "mip0002.nothing_to_renew",
            "the handle is released",
            keeper(knows(paid_until(HERE - GRACE_BLOCKS)), renew("acme", 1)),
        ),
        reject(
            "a_renewal_of_nobody",
            "mip0002.nothing_to_renew",
            "no identity has this handle",
            keeper(in_force(), renew("bank", 1)),
        ),
        reject(
            "a_renewal_in_the_block_of_the_registration",
            "mip0002.nothing_to_renew",
            "the order of transactions would decide",
            keeper(newborn(), renew("acme", 1)),
        ),
        reject(
            "a_revocation_in_the_block_of_the_registration",
            "mip0002.identity_unknown",
            "the order of transactions would decide",
            keeper(newborn(), REVOKE),
        ),
        reject(
            "a_renewal_beyond_ten_years",
            "mip0002.renewed_too_far",
            "ten years and what is left of this one",
            keeper(in_force(), renew("acme", 10)),
        ),
        reject(
            "a_renewal_for_no_year",
            "mip0002.renewed_too_far",
            "zero years",
            keeper(in_force(), renew("acme", 0)),
        ),
        reject(
            "a_renewal_that_does_not_pay",
            "mip0003.price_not_paid",
            "two years of a handle of four cost 40,000,000 grains",
            keeper(in_force(), renew("acme", 2)).burning(39_999_999),
        ),
    ]
}

fn names() -> Vec<Vector> {
    let released = paid_until(HERE - GRACE_BLOCKS);
    vec![
        reject(
            "a_handle_that_looks_like_another",
            "mip0002.handle_confusable",
            "`acrne` reads as `acme`",
            registers_beside(paid_until(HERE + 1), "acrne"),
        ),
        reject(
            "a_handle_with_a_hyphen_more",
            "mip0002.handle_confusable",
            "`ac-me` reads as `acme`",
            registers_beside(paid_until(HERE + 1), "ac-me"),
        ),
        accept(
            "a_handle_that_does_not_look_alike",
            "`acne` does not",
            registers_beside(paid_until(HERE + 1), "acne"),
        ),
        reject(
            "a_handle_in_time_of_grace",
            "mip0002.handle_taken",
            "its owner can still renew",
            registers_beside(paid_until(HERE - GRACE_BLOCKS + 1), "acme"),
        ),
        accept(
            "a_released_handle_is_registered_again",
            "the old identity keeps its id and loses the name",
            registers_beside(released, "acme"),
        ),
        accept(
            "a_handle_that_looks_like_a_released_one",
            "the released one goes, with its skeleton",
            registers_beside(released, "acrne"),
        ),
    ]
}

fn losing() -> Vec<Vector> {
    let mut elsewhere = claims(recovering(HERE));
    elsewhere.envelope.allocations.clear();
    let elsewhere = elsewhere.gives(identity(ACME));
    let mut twice = recovering(HERE);
    twice.claimed = Some(Height::new(HERE - 5));
    vec![
        accept(
            "a_recovery_begins",
            "by a coin of the recovery script",
            keeper(in_force(), recover()),
        ),
        accept(
            "a_recovery_named_again_changes_nothing",
            "the week counts from the first time",
            keeper(knows(recovering(HERE + 5)), recover()),
        ),
        reject(
            "a_stranger_recovers",
            "mip0002.not_recovery",
            "no input is of the recovery script",
            keeper(Stage::new().knows_identity(acme()), recover()),
        ),
        accept(
            "a_sign_of_life_ends_a_recovery",
            "the owner spends the coin",
            knows(recovering(HERE + 5))
                .spends(Some(identity(ACME)))
                .gives(identity(ACME)),
        ),
        accept(
            "an_identity_is_claimed",
            "a week later, for the script that was named",
            claims(recovering(HERE)),
        ),
        reject(
            "a_claim_too_early",
            "mip0002.recovery_not_ready",
            "one block before the week is over",
            claims(recovering(HERE + 1)),
        ),
        reject(
            "a_claim_without_recovery",
            "mip0002.recovery_not_ready",
            "none is under way",
            claims(paid_until(HERE + 1_000)),
        ),
        reject(
            "a_claim_for_another_script",
            "mip0002.claimed_elsewhere",
            "the recovery names somebody else",
            elsewhere,
        ),
        reject(
            "a_claim_beside_the_coin",
            "mip0002.recovery_not_ready",
            "the coin itself is spent: that ends the recovery",
            claims(recovering(HERE))
                .spends(Some(identity(ACME)))
                .made_at(HERE - 1)
                .gives(identity(ACME)),
        ),
        accept(
            "a_coin_that_holds_an_identity_no_more",
            "it was claimed since: the coin moves like any other, without envelope",
            knows(twice)
                .spends(Some(identity(ACME)))
                .made_at(HERE - 6)
                .pays(1_000),
        ),
    ]
}

fn ending() -> Vec<Vector> {
    let revoked = Standing {
        revoked: Some(Height::new(HERE - 1)),
        ..paid_until(HERE + 1_000)
    };
    vec![
        accept(
            "an_identity_is_revoked",
            "by its owner, for ever",
            owner(in_force(), REVOKE),
        ),
        accept(
            "an_identity_is_revoked_by_its_recovery_script",
            "at once: a thief has no week",
            keeper(in_force(), REVOKE),
        ),
        accept(
            "revoking_twice_changes_nothing",
            "it is revoked already",
            keeper(knows(revoked), REVOKE),
        ),
        reject(
            "a_stranger_revokes",
            "mip0002.not_recovery",
            "neither the coin nor the recovery script",
            keeper(Stage::new().knows_identity(acme()), REVOKE),
        ),
        reject(
            "a_revoked_identity_issues",
            "mip0002.not_in_force",
            "no asset under its handle any more",
            issues(knows(revoked)),
        ),
        reject(
            "a_revoked_identity_is_recovered",
            "mip0002.not_in_force",
            "it has ended",
            keeper(knows(revoked), recover()),
        ),
        reject(
            "a_revoked_identity_is_renewed",
            "mip0002.nothing_to_renew",
            "it has ended",
            keeper(knows(revoked), renew("acme", 1)),
        ),
    ]
}

#[test]
fn what_looks_alike_has_one_skeleton() {
    for (one, other) in [
        ("acme", "acrne"),
        ("acme", "ac-me"),
        ("gold", "g0ld"),
        ("gold", "go1d"),
        ("gold", "goid"),
        ("vault", "vau1t"),
        ("wallet", "vvallet"),
        ("bonds", "boncls"),
        ("silver", "5ilver"),
        ("bank-of", "bankof"),
    ] {
        assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
    }
    for (one, other) in [("acme", "acne"), ("gold", "bold"), ("bank", "bark")] {
        assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
    }
}

#[test]
fn a_skeleton_is_its_own_skeleton_or_shorter() {
    for handle in ["acrne", "vvv", "clcl", "rrnn", "i1l0o", "a-b-c"] {
        let once = skeleton(handle);
        assert!(skeleton(&once).len() <= once.len());
    }
}

#[test]
fn undo_loses_no_identity() {
    // Metaverse lost identities when it took blocks back.
    for vector in vectors() {
        let before = vector.stage.registry.clone();
        let Ok(effects) = vector.stage.check() else {
            continue;
        };
        let mut registry = before.clone();
        effects
            .changes
            .iter()
            .for_each(|change| registry.apply(change));
        assert!(registry.identity(&ACME).is_some(), "{}", vector.name);
        let undone = effects.changes.iter().rev();
        undone.for_each(|change| registry.undo(change));
        assert_eq!(registry, before, "{}", vector.name);
    }
}

#[test]
fn a_registration_is_paid_for_a_year_and_its_recovery_takes_a_week() {
    assert_eq!(TERM_BLOCKS, 365 * 1_440);
    assert_eq!(RECOVERY_BLOCKS, 7 * 1_440);
    let standing = Standing::new(Height::new(10));
    assert!(standing.is_in_force(Height::new(TERM_BLOCKS + 9)));
    assert!(!standing.is_in_force(Height::new(TERM_BLOCKS + 10)));
    assert!(standing.is_released(Height::new(TERM_BLOCKS + 10 + GRACE_BLOCKS)));
}
