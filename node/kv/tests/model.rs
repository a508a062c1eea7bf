//! Any operations in any order leave what a plain map holds, through freezes, merges, reopenings and snapshots.
use std::collections::BTreeMap;
use std::sync::Arc;

use moneta_disk::MemoryFolder;
use moneta_kv::{Batch, Durability, Options, Snapshot, Store, StoreError};
use proptest::prelude::*;

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Debug, Clone)]
enum Step {
    /// Key and value, or the key alone to delete it.
    Commit(Vec<(u8, Option<u16>)>, bool),
    Reopen,
    Settle,
    Remember,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let operation = (any::<u8>(), proptest::option::weighted(0.6, any::<u16>()));
    let commit = (proptest::collection::vec(operation, 0..40), any::<bool>());
    let step = prop_oneof![
        16 => commit.prop_map(|(operations, synced)| Step::Commit(operations, synced)),
        1 => Just(Step::Reopen),
        1 => Just(Step::Settle),
        1 => Just(Step::Remember),
    ];
    proptest::collection::vec(step, 1..60)
}

/// Values of many lengths, a few longer than a page.
fn value(seed: u16) -> Vec<u8> {
    let len = match seed % 50 {
        0 => usize::from(seed),
        _ => usize::from(seed % 97),
    };
    (0..len)
        .map(|at| (at as u64 * u64::from(seed)).to_le_bytes()[0])
        .collect()
}

fn open(folder: &MemoryFolder, threads: bool) -> Store {
    let options = Options {
        // A few batches fill a table.
        memory: 12_000,
        salt: (1, 2),
        threads,
    };
    Store::open(Arc::new(folder.clone()), options).expect("the store opens")
}

fn contents(snapshot: &Snapshot) -> Model {
    let mut model = Model::new();
    let visited = snapshot.for_each(|key, value| {
        let before = model.insert(key.to_vec(), value.to_vec());
        assert_eq!(before, None, "a key comes once");
        Ok::<_, StoreError>(())
    });
    visited.expect("the store is whole");
    model
}

fn check(snapshot: &Snapshot, model: &Model) {
    assert_eq!(contents(snapshot), *model);
    for key in 0..=u8::MAX {
        let found = snapshot.get(&[key]).expect("the store is whole");
        assert_eq!(found.as_ref(), model.get(&[key][..]));
    }
}

fn run(steps: Vec<Step>, threads: bool) {
    let folder = MemoryFolder::default();
    let mut store = open(&folder, threads);
    let mut model = Model::new();
    let mut remembered = Vec::new();
    for step in steps {
        match step {
            Step::Commit(operations, synced) => {
                let mut batch = Batch::new();
                for (key, seed) in operations {
                    let key = vec![key];
                    match seed.map(value) {
                        Some(value) if model.contains_key(&key) => {
                            batch.put(&key, &value);
                            model.insert(key, value);
                        }
                        Some(value) => {
                            batch.insert(&key, &value);
                            model.insert(key, value);
                        }
                        None => {
                            batch.delete(&key);
                            model.remove(&key);
                        }
                    }
                }
                let durability = if synced {
                    Durability::Synced
                } else {
                    Durability::Deferred
                };
                store.commit(batch, durability).expect("there is room");
            }
            Step::Reopen => {
                drop(store);
                store = open(&folder, threads);
            }
            Step::Settle => store.settle().expect("there is room"),
            Step::Remember => remembered.push((store.snapshot(), model.clone())),
        }
    }
    check(&store.snapshot(), &model);
    for (snapshot, model) in &remembered {
        check(snapshot, model);
    }
    let checked = store.check();
    assert_eq!(checked.damages, []);
    assert_eq!(checked.keys, model.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_store_is_a_map_and_its_snapshots_stay_as_they_were(steps in steps()) {
        run(steps, false);
    }

    #[test]
    fn the_same_with_threads_that_flush_and_merge(steps in steps()) {
        run(steps, true);
    }
}
