//! The map against a plain ordered map, and proofs against forgery.
use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::{AuthMap, EMPTY_ROOT, MapChanges, MapError, ProofEnd};

/// Keys that share long prefixes as well as keys that do not.
fn key() -> impl Strategy<Value = [u8; 32]> {
    (0_u8..4, 0_u8..4, any::<bool>()).prop_map(|(first, last, same)| {
        let mut key = if same {
            [0; 32]
        } else {
            [first.wrapping_mul(85); 32]
        };
        key[31] = last;
        key
    })
}

fn changes() -> impl Strategy<Value = MapChanges> {
    let value = proptest::option::of(any::<u8>().prop_map(|byte| [byte; 32]));
    btree_map(key(), value, 0..12)
}

fn entries() -> impl Strategy<Value = BTreeMap<[u8; 32], [u8; 32]>> {
    btree_map(key(), any::<[u8; 32]>(), 0..30)
}

/// Builds a map entry by entry.
fn build(entries: &BTreeMap<[u8; 32], [u8; 32]>) -> AuthMap {
    entries
        .iter()
        .fold(AuthMap::default(), |map, (key, value)| {
            map.with(&MapChanges::from([(*key, Some(*value))]))
        })
}

#[test]
fn an_empty_map_proves_that_it_has_nothing() {
    let map = AuthMap::default();
    assert_eq!(map.root(), EMPTY_ROOT);
    assert_eq!(map.prove(&[7; 32]).check(&[7; 32], &EMPTY_ROOT), Ok(None));
}

#[test]
fn an_entry_of_another_key_can_not_be_passed_off_as_the_end_of_the_way() {
    let map = build(&BTreeMap::from([([0; 32], [1; 32]), ([255; 32], [2; 32])]));
    let mut proof = map.prove(&[0; 32]);
    assert_eq!(
        proof.end,
        ProofEnd::Leaf {
            key: [0; 32],
            value: [1; 32]
        }
    );
    // "Nothing under 255...": shown the leaf of 0..., which does not lie on that way.
    assert_eq!(
        proof.check(&[255; 32], &map.root()),
        Err(MapError::OffTheWay)
    );
    proof.siblings = vec![[0; 32]; 257];
    assert_eq!(
        proof.check(&[0; 32], &map.root()),
        Err(MapError::TooLong { got: 257 })
    );
}

proptest! {
    #[test]
    fn it_is_the_plain_map_and_its_root_knows_no_order(steps in vec(changes(), 0..12)) {
        let (mut map, mut plain) = (AuthMap::default(), BTreeMap::new());
        for changes in steps {
            map = map.with(&changes);
            for (key, value) in &changes {
                match value {
                    Some(value) => plain.insert(*key, *value),
                    None => plain.remove(key),
                };
            }
            for key in changes.keys() {
                prop_assert_eq!(map.get(key), plain.get(key).copied());
            }
            // The whole trie, not its root alone: there is one shape.
            prop_assert_eq!(&map, &build(&plain));
        }
    }

    #[test]
    fn what_is_taken_back_was_never_there(entries in entries(), changes in changes()) {
        let before = build(&entries);
        let back = changes.keys().map(|key| (*key, entries.get(key).copied()));
        let after = before.with(&changes);
        prop_assert_eq!(after.with(&back.collect()), before);
    }

    #[test]
    fn every_key_has_a_proof_and_it_says_the_truth(entries in entries(), asked in key()) {
        let map = build(&entries);
        let root = map.root();
        let proof = map.prove(&asked);
        prop_assert_eq!(proof.check(&asked, &root), Ok(entries.get(&asked).copied()));
        let mut forged = proof.clone();
        forged.end = match proof.end {
            ProofEnd::Empty => ProofEnd::Leaf { key: asked, value: [1; 32] },
            ProofEnd::Leaf { .. } => ProofEnd::Empty,
        };
        prop_assert!(forged.check(&asked, &root).is_err());
    }
}
