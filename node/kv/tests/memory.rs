//! The store takes no more memory than its setting says, however fast commits come and whatever was left in the logs.
//!
//! Alone in its process: the system counts memory by process.
#![cfg(target_os = "linux")]
use std::sync::Arc;

use moneta_disk::FileFolder;
use moneta_kv::{Batch, Durability, Options, Store};

/// What the store may take. Small, so that each part of it is filled many times.
const MEMORY: usize = 40 << 20;
/// Coins of about a hundred bytes: three times the memory; and those of a commit.
const COINS: u64 = 1_200_000;
const BATCH: usize = 4_000;

#[test]
fn memory_stays_within_its_setting_while_commits_outrun_the_disk_and_after_an_opening() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let open = || {
        let folder = FileFolder::open(dir.path()).expect("the folder opens");
        let options = Options {
            memory: MEMORY,
            ..Options::new((3, 4))
        };
        Store::open(Arc::new(folder), options).expect("the store opens")
    };
    let before = anonymous();
    let mut peak = 0;
    let mut store = open();
    for first in (0..COINS).step_by(BATCH) {
        if first == COINS / 2 {
            // What waits in memory is read back from the logs, and commits go on at once.
            drop(store);
            store = open();
            peak = peak.max(anonymous() - before);
        }
        let mut batch = Batch::new();
        for coin in (first..).take(BATCH) {
            batch.insert(&key(coin), &[7; 60]);
            if coin % 3 == 0 {
                batch.delete(&key(coin / 2));
            }
        }
        store
            .commit(batch, Durability::Deferred)
            .expect("there is room");
        peak = peak.max(anonymous() - before);
    }
    assert!(
        store.stats().table_bytes > 2 * MEMORY as u64,
        "most of it is in tables"
    );
    let peak = peak as f64 / MEMORY as f64;
    assert!(peak <= 1.0, "{peak:.2} of the memory that was given");
    // Or the setting does not say anything.
    assert!(peak > 0.5, "{peak:.2} of the memory that was given");
}

fn key(coin: u64) -> [u8; 36] {
    let mut key = [0; 36];
    key[..8].copy_from_slice(&coin.to_le_bytes());
    key
}

/// Returns the bytes that this process holds and no file backs.
fn anonymous() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says so");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
    kib.expect("a number") * 1_024
}
