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
    let start = Instant::now();
    let memory = Dataset::new(&cache, dataset_size(0));
    println!("the dataset took {:.1} s", start.elapsed().as_secs_f64());
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
    anyhow::ensure!(
        file.as_bytes() == memory.as_bytes(),
        "the file is not the dataset"
    );
    let (memory, file) = (memory.as_bytes(), file.as_bytes());

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
    // The most that this memory gives: whichever number of chains it likes best.
    let limits = [limit(reads::<16>), limit(reads::<32>), limit(reads::<64>)];
    let best = limits
        .into_iter()
        .min_by(|(_, one), (_, other)| one.total_cmp(other));
    let (mine, read) = best.expect("three were measured");
    ratio("full-hash-of-read-limit", mine, read, 0.5);
    let (mapped, anonymous) = {
        let ours = std::cell::RefCell::new(&mut ours);
        alternate_on_cpu(|| ours.borrow_mut()(file), || ours.borrow_mut()(memory))
    };
    ratio("mapped-file-over-memory", mapped, anonymous, 0.9);
    Ok(())
}

/// Reads as many random pages as our hashes do, in so many chains, and does nothing else. Each chain has its
/// own salt: without one they merge, and read what is in the processor already.
fn reads<const CHAINS: usize>(dataset: &[u8], salt: u64) -> u64 {
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
