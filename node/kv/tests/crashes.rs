//! Power cuts, full disks and flipped bits: nothing acknowledged is lost, nothing wrong is read.
use std::collections::BTreeMap;

use moneta_disk::{Folder, MemoryFolder, RecordedFolder, Storage};
use moneta_kv::{Batch, Durability, Options, Store, StoreError};
use moneta_testkit::crashes::{self, Model, Recording};
use moneta_testkit::random::Random;

#[test]
fn two_thousand_crash_images_open_in_a_state_the_store_was_in() {
    let outcome = crashes::run(2_000, 1);
    assert_eq!(outcome.failures, []);
    assert!(outcome.tried >= 2_000);
    assert_eq!(outcome.passed, outcome.tried);
}

fn options() -> Options {
    Options {
        memory: 9_000,
        salt: (5, 6),
        threads: false,
    }
}

fn open(folder: &RecordedFolder) -> Store {
    Store::open(std::sync::Arc::new(folder.clone()), options()).expect("the store opens")
}

fn put(number: u64) -> Batch {
    let mut batch = Batch::new();
    batch.put(&number.to_be_bytes(), &[7; 100]);
    batch
}

#[test]
fn a_full_disk_refuses_commits_and_takes_them_again_once_there_is_room() {
    // The disk fails at each step that 200 commits take; whatever fails there, nothing that was said is lost.
    for fails_at in 0..260 {
        let disk = RecordedFolder::default();
        let store = open(&disk);
        disk.fail_after(fails_at);
        let mut said = Vec::new();
        let mut is_poisoned = false;
        for number in 0..200 {
            match store.commit(put(number), Durability::Synced) {
                Ok(_) => said.push(number),
                Err(StoreError::Poisoned) => is_poisoned = true,
                Err(StoreError::Write { .. }) => disk.heal(),
                Err(error) => panic!("{error}"),
            }
        }
        assert!(
            is_poisoned || said.len() >= 199,
            "a write that fails ends nothing"
        );
        drop(store);
        disk.heal();
        let store = open(&disk);
        for number in said {
            let found = store
                .get(&u64::to_be_bytes(number))
                .expect("the store is whole");
            assert!(
                found.is_some(),
                "commit {number} was acknowledged, disk failed at {fails_at}"
            );
        }
    }
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_any_more() {
    let disk = RecordedFolder::default();
    let store = open(&disk);
    store
        .commit(put(1), Durability::Synced)
        .expect("the disk is sound");
    // The record is written, its sync fails.
    disk.fail_after(1);
    let refused = store.commit(put(2), Durability::Synced);
    assert!(matches!(refused, Err(StoreError::Poisoned)));
    disk.heal();
    let refused = store.commit(put(3), Durability::Synced);
    assert!(matches!(refused, Err(StoreError::Poisoned)));
    assert!(matches!(store.sync(), Err(StoreError::Poisoned)));
    assert_eq!(
        store.get(&1_u64.to_be_bytes()).expect("reads go on"),
        Some(vec![7; 100])
    );
}

#[test]
fn what_a_process_left_unsynced_is_made_durable_before_the_next_builds_on_it() {
    let disk = RecordedFolder::default();
    let store = open(&disk);
    let mut batch = Batch::new();
    batch.put(&[1], &[7; 2_000]);
    let committed = store.commit(batch, Durability::Deferred);
    committed.expect("the disk is sound");
    drop(store);
    // The next process begins a log of its own; then the power is cut, and takes what it can.
    drop(open(&disk));
    let mut pieces = 0..;
    let image = disk.crash(disk.steps(), || pieces.next() == Some(0));
    let store = Store::open(std::sync::Arc::new(MemoryFolder::new(image)), options());
    assert_eq!(store.expect("the store opens").sequence(), 1);
}

#[test]
fn a_table_that_the_disk_has_changed_ends_commits_and_hangs_nobody() {
    let options = Options {
        threads: true,
        ..options()
    };
    let folder = MemoryFolder::default();
    let opened = || Store::open(std::sync::Arc::new(folder.clone()), options).expect("it opens");
    let store = opened();
    for number in 0..100 {
        let committed = store.commit(put(number), Durability::Synced);
        committed.expect("the disk is sound");
    }
    store.settle().expect("the disk is sound");
    drop(store);
    for name in folder.names().expect("it lists").iter() {
        if name.ends_with(".table") {
            let table = folder.open(name).expect("it is there");
            let len = table.len().expect("it has a length");
            let bytes = table.view(len).expect("it reads").to_vec();
            let middle = bytes.len() / 2;
            let written = table.write_at(middle as u64, &[bytes[middle] ^ 1]);
            written.expect("memory takes it");
        }
    }
    let store = opened();
    let refused =
        (100..20_000).find_map(|number| store.commit(put(number), Durability::Deferred).err());
    assert!(
        matches!(refused, Some(StoreError::Damaged(_))),
        "{refused:?}"
    );
}

#[test]
fn one_flipped_bit_anywhere_is_found_or_does_no_harm() {
    let mut random = Random::new(77);
    let recording = Recording::make(BTreeMap::new(), &[Model::new()], 120, &mut random);
    let recording = recording.expect("a sound disk");
    let whole = recording.disk.crash(usize::MAX, || true);
    let total: usize = whole.values().map(Vec::len).sum();
    let mut found = 0;
    for _ in 0..2_000 {
        let mut image = whole.clone();
        let mut at = usize::try_from(random.below(total as u64)).expect("small");
        let mut files = image.values_mut();
        let bytes = loop {
            let bytes = files.next().expect("it is below the total");
            if at < bytes.len() {
                break bytes;
            }
            at -= bytes.len();
        };
        bytes[at] ^= 1 << random.below(8);
        let folder = std::sync::Arc::new(MemoryFolder::new(image));
        let Ok(store) = Store::open(folder, options()) else {
            found += 1;
            continue;
        };
        // In the very last record a flipped bit can't be told from a torn end: then it never was.
        let state = &recording.states[usize::try_from(store.sequence()).expect("small")];
        assert!(store.sequence() + 1 >= recording.states.len() as u64 - 1);
        let mut is_seen = false;
        for number in 0..96_u64 {
            let key = number.to_be_bytes();
            match store.get(&key) {
                Ok(value) => assert_eq!(value.as_ref(), state.get(&key[..])),
                Err(_) => is_seen = true,
            }
        }
        found += i32::from(is_seen);
    }
    assert!(found > 1_000, "{found} of 2,000 were in bytes that count");
}
