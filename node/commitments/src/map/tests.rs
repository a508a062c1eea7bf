//! The map against a plain ordered map, and proofs against forgery.
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{AuthMap, EMPTY_ROOT, MapError, ProofEnd};

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

fn build(entries: &BTreeMap<[u8; 32], [u8; 32]>) -> AuthMap {
    let mut map = AuthMap::default();
    entries
        .iter()
        .for_each(|(key, value)| assert_eq!(map.insert(*key, *value), None));
    map
}

#[test]
fn an_empty_map_proves_that_it_has_nothing() {
    let mut map = AuthMap::default();
    assert_eq!(map.root(), EMPTY_ROOT);
    assert_eq!(map.prove(&[7; 32]).check(&[7; 32], &EMPTY_ROOT), Ok(None));
}

#[test]
fn an_entry_of_another_key_can_not_be_passed_off_as_the_end_of_the_way() {
    let mut map = AuthMap::default();
    map.insert([0; 32], [1; 32]);
    map.insert([255; 32], [2; 32]);
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
    fn it_is_the_plain_map_and_its_root_knows_no_order(
        steps in vec((key(), any::<u8>(), any::<bool>()), 0..60),
    ) {
        let (mut map, mut plain) = (AuthMap::default(), BTreeMap::new());
        for (key, value, is_insert) in steps {
            let value = [value; 32];
            if is_insert {
                prop_assert_eq!(map.insert(key, value), plain.insert(key, value));
            } else {
                prop_assert_eq!(map.remove(&key), plain.remove(&key));
            }
            prop_assert_eq!(map.len(), plain.len());
            prop_assert_eq!(map.get(&key), plain.get(&key).copied());
        }
        prop_assert_eq!(map.root(), build(&plain).root());
    }

    #[test]
    fn taking_out_restores_the_root_from_before(entries in vec((key(), any::<[u8; 32]>()), 0..30), extra in key()) {
        let mut entries: BTreeMap<_, _> = entries.into_iter().collect();
        entries.remove(&extra);
        let mut map = build(&entries);
        let before = map.root();
        map.insert(extra, [9; 32]);
        prop_assert_ne!(map.root(), before);
        map.remove(&extra);
        prop_assert_eq!(map.root(), before);
    }

    #[test]
    fn every_key_has_a_proof_and_it_says_the_truth(entries in vec((key(), any::<[u8; 32]>()), 0..30), asked in key()) {
        let entries: BTreeMap<_, _> = entries.into_iter().collect();
        let mut map = build(&entries);
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
