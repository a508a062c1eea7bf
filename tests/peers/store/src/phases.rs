//! The work, the same for each store: insert, read, delete, replay; then look whether it is all there.
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use crate::coins::{KEY, VALUE, key, shuffled, value};
use crate::replay::Replay;
use crate::stores::{self, Operation, Store};
use crate::{measure, replay};

/// Operations of one durable commit.
pub(crate) const BATCH: u64 = 5_000;
/// Rounds of reads. The stores take turns round by round, so that all meet the same noise.
const ROUNDS: u64 = 7;
/// Rounds of inserts, of deletes, and of blocks. No turn ends before the work behind is done, so that it does not
/// disturb the next store.
const WRITE_ROUNDS: u64 = 5;
/// Most coins of a store all of which are inserted one durable batch after another. A larger one has its coins laid in,
/// in the order of their keys and without syncs, the best there is for a tree; then a quarter of the work is timed over
/// it, as trees of that size take minutes for the whole.
const MOST_INSERTED: u64 = 2_000_000;
const LARGE_PART: u64 = 4;
/// Most coins that are read.
const MOST_READ: u64 = 1_000_000;
/// Coins laid in at once.
const LAID_AT_ONCE: usize = 100_000;
/// Looked at after the run: every so many coins.
pub(crate) const SAMPLE: usize = 97;

/// Highest memory seen so far, above what was there before the store.
struct Memory {
    before: u64,
    peak: u64,
}

/// Does all the work with the store of that name in an empty `folder` and prints its figures.
pub(crate) fn run(name: &str, folder: &Path, coins: u64) {
    let mut store = stores::open(name, folder);
    let before = measure::anonymous();
    let mut memory = Memory {
        before,
        peak: before,
    };
    let worked = match coins <= MOST_INSERTED {
        true => coins,
        false => MOST_INSERTED / LARGE_PART,
    };
    let laid = coins - worked;
    if laid > 0 {
        let start = Instant::now();
        lay(store.as_mut(), laid);
        measure::wait_until_idle();
        memory.look();
        figure("laid-per-s", per_second(laid, start));
    }
    let insert = (laid..coins).map(|coin| Operation::Insert(key(coin), value(coin)));
    commits("insert", store.as_mut(), insert, worked, &mut memory);
    figure("disk-inserted-mib", mib(measure::disk(folder)));

    store = reopen(store, name, folder, false);
    measure::wait_until_idle();
    let reads = (coins / 2).min(MOST_READ);
    let part = reads / ROUNDS;
    // Once around, so that no round pays for pages that none has touched.
    read(store.as_ref(), coins, 0..reads);
    for round in 0..ROUNDS {
        turn();
        let cpu = measure::ran();
        let rate = read(store.as_ref(), coins, round * part..(round + 1) * part);
        let cpu = (measure::ran() - cpu).as_secs_f64();
        figure("read-warm-per-s", rate);
        figure("read-warm-per-cpu-s", part as f64 / cpu);
    }
    for _ in 0..ROUNDS {
        turn();
        let start = Instant::now();
        let mut missed = (0..part).map(|at| key(coins * 10 + at));
        store.read(&mut missed, &mut |_, found| assert!(found.is_none()));
        figure("read-absent-per-s", per_second(part, start));
    }
    memory.look();
    turn();
    store = reopen(store, name, folder, true);
    figure("read-cold-per-s", read(store.as_ref(), coins, 0..reads));
    memory.look();

    let deletes = worked / 2;
    let delete = (0..deletes).map(|at| Operation::Delete(key(shuffled(coins, at))));
    commits("delete", store.as_mut(), delete, deletes, &mut memory);

    let mut deleted = vec![false; coins as usize];
    for at in 0..deletes {
        deleted[shuffled(coins, at) as usize] = true;
    }
    let mut chain = Replay::new(coins, |coin| !deleted[coin as usize]);
    drop(deleted);
    memory.before += chain.coins();
    let blocks = (worked / 10_000).max(10);
    replay(store.as_mut(), &mut chain, blocks, &mut memory);

    store = reopen(store, name, folder, false);
    verify(store.as_ref(), &chain);
    rest(&mut memory);
    store.close();
    let raw = chain.unspent() * (KEY + VALUE) as u64;
    figure("disk-end-mib", mib(measure::disk(folder)));
    figure("raw-end-mib", mib(raw));
    figure("memory-peak-mib", mib(memory.peak - memory.before));
}

/// Lets the other stores do the same step; goes on at once where nobody conducts.
fn turn() {
    println!("turn");
    // A closed pipe has no line: then nobody waits for us either.
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// Lays coins in, in the order of their keys and without syncs.
fn lay(store: &mut dyn Store, coins: u64) {
    let mut numbers: Vec<([u8; 8], u64)> = (0..coins)
        .map(|coin| {
            let start = key(coin).first_chunk().copied();
            (start.expect("a key is longer"), coin)
        })
        .collect();
    // Eight bytes tell hashes apart well enough.
    numbers.sort_unstable();
    for part in numbers.chunks(LAID_AT_ONCE) {
        let coins = part.iter().map(|(_, coin)| *coin);
        let insert = coins.map(|coin| Operation::Insert(key(coin), value(coin)));
        store.lay(&insert.collect::<Vec<_>>());
    }
}

/// Commits the operations in batches, each durable before the next.
fn commits(
    phase: &str,
    store: &mut dyn Store,
    mut operations: impl Iterator<Item = Operation>,
    count: u64,
    memory: &mut Memory,
) {
    let mut clock = Clock::default();
    let batches = count.div_ceil(BATCH).div_ceil(WRITE_ROUNDS);
    let mut left = count;
    while left > 0 {
        turn();
        let before = left;
        for _ in 0..batches {
            let batch: Vec<Operation> = operations.by_ref().take(BATCH as usize).collect();
            if batch.is_empty() {
                break;
            }
            left -= batch.len() as u64;
            clock.time(|| store.commit(&batch));
            memory.look();
        }
        figure(&format!("{phase}-per-s"), clock.rate(before - left));
        rest(memory);
    }
    figure(&format!("{phase}-worst-ms"), clock.worst * 1_000.0);
}

/// Reads coins in a random order and returns how many a second.
fn read(store: &dyn Store, coins: u64, ats: Range<u64>) -> f64 {
    let count = ats.end - ats.start;
    let start = Instant::now();
    let mut keys = ats.map(|at| key(shuffled(coins, at * 2 % coins)));
    store.read(&mut keys, &mut |_, found| {
        assert!(std::hint::black_box(found).is_some());
    });
    per_second(count, start)
}

/// Lets a store finish what it still does behind.
fn rest(memory: &mut Memory) {
    measure::wait_until_idle();
    memory.look();
}

/// Connects blocks as a node does: reads what a block spends, then takes it and adds what it makes, durably.
fn replay(store: &mut dyn Store, chain: &mut Replay, blocks: u64, memory: &mut Memory) {
    let mut clock = Clock::default();
    let part = blocks.div_ceil(WRITE_ROUNDS);
    for _ in 0..WRITE_ROUNDS {
        turn();
        for _ in 0..part {
            connect(store, &chain.block(), &mut clock);
            memory.look();
        }
        figure("replay-blocks-per-s", clock.rate(part));
        rest(memory);
    }
    figure("replay-worst-ms", clock.worst * 1_000.0);
}

fn connect(store: &mut dyn Store, block: &replay::Block, clock: &mut Clock) {
    let spent: Vec<_> = block.spent.iter().map(|coin| key(*coin)).collect();
    let made = block
        .made
        .iter()
        .map(|coin| Operation::Insert(key(*coin), value(*coin)));
    let made: Vec<Operation> = made.collect();
    clock.time(|| {
        store.read(&mut spent.iter().copied(), &mut |_, found| {
            assert!(std::hint::black_box(found).is_some());
        });
        let taken = spent.iter().copied().map(Operation::Delete);
        let batch: Vec<Operation> = taken.chain(made).collect();
        store.commit(&batch);
    });
}

/// A store that lost or changed a coin has no speed.
fn verify(store: &dyn Store, chain: &Replay) {
    let sample: Vec<u64> = (0..chain.coins()).step_by(SAMPLE).collect();
    let mut at = sample.iter();
    store.read(
        &mut sample.iter().map(|coin| key(*coin)),
        &mut |_, found| {
            let coin = *at.next().expect("as many as were asked");
            assert_eq!(
                found,
                chain.is_unspent(coin).then(|| value(coin)),
                "coin {coin}"
            );
        },
    );
}

fn reopen(store: Box<dyn Store>, name: &str, folder: &Path, cold: bool) -> Box<dyn Store> {
    store.close();
    if cold {
        measure::drop_cache(folder);
    }
    let start = Instant::now();
    let store = stores::open(name, folder);
    let when = if cold { "cold" } else { "warm" };
    figure(
        &format!("open-{when}-ms"),
        start.elapsed().as_secs_f64() * 1_000.0,
    );
    store
}

/// Seconds of the steps of one round, and of the longest step of all.
#[derive(Default)]
struct Clock {
    seconds: f64,
    worst: f64,
}

impl Clock {
    fn time(&mut self, step: impl FnOnce()) {
        let start = Instant::now();
        step();
        let took = start.elapsed().as_secs_f64();
        self.seconds += took;
        self.worst = self.worst.max(took);
    }

    /// Ends a round in which so many things were done; returns how many a second.
    fn rate(&mut self, count: u64) -> f64 {
        count as f64 / std::mem::take(&mut self.seconds)
    }
}

impl Memory {
    fn look(&mut self) {
        self.peak = self.peak.max(measure::anonymous());
    }
}

fn per_second(count: u64, start: Instant) -> f64 {
    count as f64 / start.elapsed().as_secs_f64()
}

pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

pub(crate) fn figure(name: &str, value: f64) {
    println!("figure {name} {value:.1}");
}
