//! What miners do: hash over the whole dataset, in memory and in a file.
use std::hint::black_box;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Instant;

use moneta_dataset::{Recipe, build};
use moneta_disk::FileFolder;
use moneta_ethash::{Dataset, dataset_size, full_hashes};

use super::peer::Peer;
use super::{SEAL_HASH, cache};
use crate::bench::rounds::{alternate_on_cpu, ratio};

/// Hashes in one measured call, of ours and of the peer's.
const HASHES: (u32, u32) = (131_072, 4_096);
/// Nonces side by side.
const LANES: usize = 64;
/// Reads in one hash.
const READS: u32 = 64;

/// Runs every comparison that needs the dataset of epoch 0, 1 GiB in memory and 1 GiB on disk.
pub(super) fn run() -> anyhow::Result<()> {
    let cache = cache();
    let path = Path::new("target/bench-ethash");
    let folder = FileFolder::open(path)?;
    let threads = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let start = Instant::now();
    let recipe = Recipe::new(0, &cache, dataset_size(0));
    let file = build(&folder, &recipe, threads, &|_| ControlFlow::Continue(()))?;
    println!(
        "its file in {} took {:.1} s to build or check",
        path.display(),
        start.elapsed().as_secs_f64()
    );
    // The same on huge pages, and on pages as small as those of most maps of files.
    let memory = Dataset::copy_of(file.as_bytes());
    let small = file.as_bytes().to_vec();
    let (memory, file, small) = (memory.as_bytes(), file.as_bytes(), small.as_slice());

    let mut next = 0;
    let mut ours = |dataset: &[u8]| {
        for _ in 0..HASHES.0 as usize / LANES {
            next += LANES as u64;
            let nonces: [u64; LANES] = std::array::from_fn(|lane| next + lane as u64);
            black_box(full_hashes(dataset, &SEAL_HASH, nonces));
        }
    };
    let (mine, theirs) = alternate_on_cpu(|| ours(memory), || Peer::full(memory, HASHES.1));
    ratio(
        "full-hash",
        mine / f64::from(HASHES.0),
        theirs / f64::from(HASHES.1),
        8.0,
    );
    println!(
        "full-hash {:.0} hashes a second",
        f64::from(HASHES.0) / mine
    );
    let mut salt = 0;
    let mut limit = |chains: fn(&[u8], u64) -> u64| {
        let read = || {
            salt += 1;
            chains(memory, salt)
        };
        alternate_on_cpu(|| ours(memory), read)
    };
    // The most that this memory gives: whichever way of reading it likes best.
    let limits = [
        limit(chained_reads::<16>),
        limit(chained_reads::<32>),
        limit(chained_reads::<64>),
        limit(free_reads),
    ];
    let best = limits
        .into_iter()
        .min_by(|(_, one), (_, other)| one.total_cmp(other));
    let (mine, read) = best.expect("four were measured");
    ratio("full-hash-of-read-limit", mine, read, 0.5);
    for (name, anonymous) in [
        ("mapped-file-over-memory", small),
        ("mapped-file-over-huge-pages", memory),
    ] {
        let ours = std::cell::RefCell::new(&mut ours);
        let (mapped, anonymous) =
            alternate_on_cpu(|| ours.borrow_mut()(file), || ours.borrow_mut()(anonymous));
        ratio(name, mapped, anonymous, 0.9);
    }
    Ok(())
}

/// Reads as many random pages as our hashes do, in so many chains, and does nothing else. Each chain has its
/// own salt: without one they merge, and read what is in the processor already.
fn chained_reads<const CHAINS: usize>(dataset: &[u8], salt: u64) -> u64 {
    let (pages, _) = dataset.as_chunks::<128>();
    let count = pages.len() as u64;
    let mut chains: [u64; CHAINS] =
        std::array::from_fn(|chain| (salt << 8 | chain as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for _ in 0..HASHES.0 as usize * READS as usize / CHAINS {
        for (salt, chain) in (0..).zip(&mut chains) {
            let at = (u128::from(*chain) * u128::from(count)) >> 64;
            let page = &pages[usize::try_from(at).expect("a page of the dataset")];
            let (words, _) = page.as_chunks::<8>();
            let read = u64::from_le_bytes(words[0]) ^ u64::from_le_bytes(words[15]);
            *chain = (*chain ^ read ^ salt)
                .wrapping_mul(0xd134_2543_de82_ef95)
                .rotate_left(29);
        }
    }
    chains.iter().fold(0, |all, chain| all ^ chain)
}

/// As [`chained_reads`], but no read waits for another: as many are in flight as the processor can hold.
fn free_reads(dataset: &[u8], salt: u64) -> u64 {
    let (pages, _) = dataset.as_chunks::<128>();
    let count = pages.len() as u64;
    let mut all = 0;
    for read in 0..u64::from(HASHES.0 * READS) {
        let chance = (salt << 32 | read).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let chance = (chance ^ chance >> 32).wrapping_mul(0xd134_2543_de82_ef95);
        let at = (u128::from(chance) * u128::from(count)) >> 64;
        let (words, _) =
            pages[usize::try_from(at).expect("a page of the dataset")].as_chunks::<8>();
        all ^= u64::from_le_bytes(words[0]) ^ u64::from_le_bytes(words[15]);
    }
    all
}
