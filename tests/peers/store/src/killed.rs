//! Opening after a kill: one process fills a store and goes on until it is killed, the next one opens it.
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::coins::{key, value};
use crate::measure;
use crate::phases::{BATCH, SAMPLE, figure, mib};
use crate::stores::{self, Operation};

/// Inserts `coins` coins, says so, and goes on inserting and saying how many until somebody kills the process.
pub(crate) fn fill(name: &str, folder: &Path, coins: u64) {
    let mut store = stores::open(name, folder);
    for first in (0..).step_by(BATCH as usize) {
        let batch = (first..first + BATCH).map(|coin| Operation::Insert(key(coin), value(coin)));
        store.commit(&batch.collect::<Vec<_>>());
        if first + BATCH >= coins {
            // Said once it is durable: whoever opens the store looks for these.
            println!("{}", first + BATCH);
            std::io::stdout().flush().expect("somebody reads");
        }
    }
}

/// Opens the store and looks whether every coin is there that was said to be.
pub(crate) fn open(name: &str, folder: &Path, coins: u64) {
    figure("killed-disk-mib", mib(measure::disk(folder)));
    let start = Instant::now();
    let store = stores::open(name, folder);
    store.read(&mut std::iter::once(key(coins - 1)), &mut |_, found| {
        assert!(found.is_some(), "the last coin that was promised");
    });
    figure("open-killed-ms", start.elapsed().as_secs_f64() * 1_000.0);
    let sample = || (0..coins).step_by(SAMPLE);
    let mut at = sample();
    store.read(&mut sample().map(key), &mut |_, found| {
        assert_eq!(found, at.next().map(value), "a coin that was promised");
    });
    store.close();
}
