//! One bit flips anywhere in what a node has on disk: it is found, or does no harm.
use std::collections::HashMap;
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::Height;
use moneta_disk::{Folder, MemoryFolder};
use moneta_node_api::{ChainEvent, NodeApi};
use moneta_store::StateDigest;
use moneta_testkit::random::Random;

use super::crashes::{Image, node};
use super::fixture::{anyone, anyone_else};
use crate::LocalNode;

/// What each block of a sound node is, and what it did.
type Told = HashMap<BlockHash, String>;

/// Reads every block that can be read, as text.
async fn told(node: &Arc<LocalNode>) -> Told {
    let mut told = Told::new();
    let mut from = node.block_id_at(Height::GENESIS).await.unwrap();
    for height in 1..=node.tip().await.height.to_u32() {
        let id = node.block_id_at(Height::new(height)).await.unwrap();
        match node.step_from(from).await {
            Ok(Some(ChainEvent::Connected(block))) => {
                assert_eq!(block.id, id);
                told.insert(id, format!("{block:?}"));
            }
            Ok(other) => panic!("{other:?}"),
            // What can't be read is said to be so.
            Err(_) => {}
        }
        from = id;
    }
    told
}

/// Opens an image, reads all of it, and compares; says whether anything was amiss.
async fn judge(image: Image, sound: &Told, states: &HashMap<BlockHash, StateDigest>) -> bool {
    let Ok(node) = node(&MemoryFolder::new(image)) else {
        return true;
    };
    let tip = node.tip().await.id;
    let digest = node.state_digest().await;
    if let Ok(digest) = &digest {
        assert_eq!(
            states.get(&tip),
            Some(digest),
            "a wrong state passes for whole"
        );
    }
    let told = told(&node).await;
    for (id, block) in &told {
        assert_eq!(sound.get(id), Some(block), "a wrong block passes for whole");
    }
    digest.is_err() || told.len() < sound.len()
}

#[tokio::test]
async fn one_flipped_bit_in_any_file_of_a_node_is_found_or_does_no_harm() {
    let folder = MemoryFolder::default();
    let whole = node(&folder).unwrap();
    let mut states = HashMap::new();
    let genesis = whole.tip().await.id;
    states.insert(genesis, whole.state_digest().await.unwrap());
    for number in 0..24 {
        let payout = if number % 3 == 0 {
            anyone_else()
        } else {
            anyone()
        };
        whole.mine(1, payout).await.unwrap();
        let tip = whole.tip().await.id;
        states.insert(tip, whole.state_digest().await.unwrap());
    }
    let sound = told(&whole).await;
    assert_eq!(sound.len(), 24);
    drop(whole);
    let files = folder.contents();
    assert!(
        folder
            .names()
            .unwrap()
            .iter()
            .any(|name| name.ends_with(".table"))
    );
    let total: usize = files.values().map(Vec::len).sum();
    let (mut random, mut found) = (Random::new(7), 0);
    for _ in 0..2_000 {
        let mut at = usize::try_from(random.below(total as u64)).unwrap();
        let mut image = files.clone();
        for bytes in image.values_mut() {
            if at < bytes.len() {
                bytes[at] ^= 1 << random.below(8);
                break;
            }
            at -= bytes.len();
        }
        found += usize::from(judge(image, &sound, &states).await);
    }
    // Harmless are the padding of a table's pages and the state's log, which the archive tells again.
    assert!(found > 1_000, "{found} of 2,000");
}
