//! The key-value store: any operations against a plain map, and any bytes in place of its files.
use std::collections::BTreeMap;
use std::sync::Arc;

use moneta_disk::MemoryFolder;
use moneta_kv::{Batch, Durability, Options, Store, StoreError};

/// Tables fill within a few commits, and all work is done here.
const OPTIONS: Options = Options {
    memory: 3_000,
    salt: (1, 2),
    threads: false,
};

fn open(folder: &MemoryFolder) -> Store {
    Store::open(Arc::new(folder.clone()), OPTIONS).expect("what was written opens")
}

/// Reads bytes as operations, does them to a store and to a map, and compares the two.
///
/// # Panics
/// They differ.
pub fn store_operations(bytes: &[u8]) {
    let folder = MemoryFolder::default();
    let mut store = open(&folder);
    let mut model: BTreeMap<[u8; 1], Vec<u8>> = BTreeMap::new();
    let mut batch = Batch::new();
    let mut remembered = (store.snapshot(), model.clone());
    for operation in bytes.chunks_exact(3).take(400) {
        let (key, value) = (
            [operation[1] % 64],
            vec![operation[1]; usize::from(operation[2]) * 8],
        );
        match operation[0] % 16 {
            0..=6 => {
                match model.insert(key, value.clone()) {
                    None => batch.insert(&key, &value),
                    Some(_) => batch.put(&key, &value),
                }
                continue;
            }
            7..=11 => {
                model.remove(&key);
                batch.delete(&key);
                continue;
            }
            _ => {
                let batch = std::mem::take(&mut batch);
                store
                    .commit(batch, Durability::Synced)
                    .expect("there is room");
            }
        }
        match operation[0] % 16 {
            13 => store.settle().expect("there is room"),
            14 => {
                drop(store);
                store = open(&folder);
            }
            15 => remembered = (store.snapshot(), model.clone()),
            _ => {}
        }
    }
    store
        .commit(batch, Durability::Deferred)
        .expect("there is room");
    for (snapshot, model) in [(store.snapshot(), &model), (remembered.0, &remembered.1)] {
        let mut found = BTreeMap::new();
        let visited = snapshot.for_each(|key, value| {
            found.insert([key[0]], value.to_vec());
            Ok::<_, StoreError>(())
        });
        visited.expect("the store is whole");
        assert_eq!(found, *model);
    }
}

/// Puts bytes in place of one file of a store, then opens and reads it.
pub fn store_files(bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let mut files = store_of_a_few().contents();
    let count = files.len();
    let file = files.values_mut().nth(usize::from(choice) % count);
    *file.expect("it is below the count") = bytes.to_vec();
    let Ok(store) = Store::open(Arc::new(MemoryFolder::new(files)), OPTIONS) else {
        return;
    };
    for key in 0..64_u8 {
        let _ = store.get(&[key]);
    }
    let _ = store.check();
    let _ = store.settle();
}

/// Returns each file of a small store behind the byte that chooses it.
pub(crate) fn files() -> Vec<Vec<u8>> {
    let contents = store_of_a_few().contents().into_values();
    (0_u8..)
        .zip(contents)
        .map(|(choice, bytes)| [&[choice], &bytes[..]].concat())
        .collect()
}

/// Operations of every kind.
pub(crate) fn operations() -> Vec<Vec<u8>> {
    let each = |step: u8| {
        (0..200_u8)
            .flat_map(|at| [at.wrapping_mul(step), at, at / 7])
            .collect()
    };
    vec![each(1), each(5), each(11)]
}

fn store_of_a_few() -> MemoryFolder {
    let folder = MemoryFolder::default();
    let store = open(&folder);
    for round in 0..6_u8 {
        let mut batch = Batch::new();
        for key in 0..16_u8 {
            batch.put(&[key * 4], &[round; 40]);
        }
        batch.delete(&[round * 8]);
        store
            .commit(batch, Durability::Synced)
            .expect("there is room");
    }
    drop(store);
    folder
}
