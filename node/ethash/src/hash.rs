//! Hashimoto: 64 dependent reads of the dataset between two Keccaks.
use crate::keccak::{bytes, compressed_results, keccak256, keccak512};
use crate::lockstep::{self, ACCESSES};
use crate::{LightCache, PAGE, PAGE_WORDS, ROW_WORDS, fnv};

/// What one evaluation yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashed {
    /// The compressed mix: goes into the seal.
    pub mix_hash: [u8; 32],
    /// The result: read big endian, it must not be above the target.
    pub result: [u8; 32],
}

impl From<([u8; 32], [u8; 32])> for Hashed {
    fn from((mix_hash, result): ([u8; 32], [u8; 32])) -> Self {
        Self { mix_hash, result }
    }
}

/// Hashes with items computed from the cache: slow, and small enough for everybody who only checks.
pub fn light_hash(
    cache: &LightCache,
    dataset_size: u64,
    seal_hash: &[u8; 32],
    nonce: u64,
) -> Hashed {
    let [hashed] = lanes(dataset_size, [(*seal_hash, nonce)], |[page]| {
        let [left, right] = cache.items([2 * page, 2 * page + 1]);
        [join(&left, &right)]
    });
    hashed
}

/// Hashes many (seal hash, nonce) pairs as [`light_hash`] does each, several times faster a hash.
pub fn light_hashes(
    cache: &LightCache,
    dataset_size: u64,
    jobs: &[([u8; 32], u64)],
) -> Vec<Hashed> {
    let mut hashed = Vec::with_capacity(jobs.len());
    // The more side by side the better, up to sixteen hashes; what is left over goes in halves of that.
    let rest = side_by_side::<16, 32>(cache, dataset_size, jobs, &mut hashed);
    let rest = side_by_side::<8, 16>(cache, dataset_size, rest, &mut hashed);
    let rest = side_by_side::<4, 8>(cache, dataset_size, rest, &mut hashed);
    let rest = side_by_side::<2, 4>(cache, dataset_size, rest, &mut hashed);
    side_by_side::<1, 2>(cache, dataset_size, rest, &mut hashed);
    hashed
}

/// Hashes jobs `K` at a time, so that `ITEMS`, twice as many, items are in flight. Returns the jobs left over.
fn side_by_side<'a, const K: usize, const ITEMS: usize>(
    cache: &LightCache,
    dataset_size: u64,
    jobs: &'a [([u8; 32], u64)],
    hashed: &mut Vec<Hashed>,
) -> &'a [([u8; 32], u64)] {
    let (batches, rest) = jobs.as_chunks::<K>();
    for batch in batches {
        hashed.extend(lanes(dataset_size, *batch, |pages| {
            let both: [u32; ITEMS] =
                std::array::from_fn(|at| 2 * pages[at / 2] + u32::from(at % 2 == 1));
            let items = cache.items(both);
            std::array::from_fn(|at| join(&items[2 * at], &items[2 * at + 1]))
        }));
    }
    rest
}

/// Hashes with the whole dataset at hand, as a miner does.
///
/// # Panics
/// `dataset` is shorter than one page.
pub fn full_hash(dataset: &[u8], seal_hash: &[u8; 32], nonce: u64) -> Hashed {
    let [hashed] = full_hashes(dataset, seal_hash, [nonce]);
    hashed
}

/// Hashes one seal hash with as many nonces, side by side: a miner's inner loop.
///
/// # Panics
/// `dataset` is shorter than one page.
pub fn full_hashes<const K: usize>(
    dataset: &[u8],
    seal_hash: &[u8; 32],
    nonces: [u64; K],
) -> [Hashed; K] {
    let (pages, _) = dataset.as_chunks::<PAGE>();
    lockstep::full(pages, seal_hash, nonces).map(Hashed::from)
}

fn join(left: &[u32; ROW_WORDS], right: &[u32; ROW_WORDS]) -> [u32; PAGE_WORDS] {
    let mut page = [0; PAGE_WORDS];
    page[..ROW_WORDS].copy_from_slice(left);
    page[ROW_WORDS..].copy_from_slice(right);
    page
}

/// Computes `K` hashes in lockstep: in each of the 64 rounds all pages are fetched at once.
fn lanes<const K: usize>(
    dataset_size: u64,
    jobs: [([u8; 32], u64); K],
    fetch: impl Fn([u32; K]) -> [[u32; PAGE_WORDS]; K],
) -> [Hashed; K] {
    let pages =
        u32::try_from(dataset_size / PAGE as u64).expect("a dataset has fewer than 2^32 pages");
    let seeds = jobs.map(|(seal_hash, nonce)| keccak512(&[&seal_hash, &nonce.to_le_bytes()]));
    let mut mixes = seeds.map(|seed| join(&seed, &seed));
    for access in 0..ACCESSES {
        let word = access as usize % PAGE_WORDS;
        let fetched = fetch(std::array::from_fn(|lane| {
            fnv(access ^ seeds[lane][0], mixes[lane][word]) % pages
        }));
        for (mix, page) in mixes.iter_mut().zip(fetched) {
            mix.iter_mut()
                .zip(page)
                .for_each(|(word, read)| *word = fnv(*word, read));
        }
    }
    compressed_results(&seeds, &mixes).map(Hashed::from)
}

/// The last Keccak, over the seed and the compressed mix.
fn finish(seed: &[u32; ROW_WORDS], mix_hash: &[u8; 32]) -> [u8; 32] {
    keccak256(&[&bytes(seed), mix_hash])
}

/// The result that a claimed mix would yield: two Keccaks, no memory.
pub(crate) fn claimed_result(seal_hash: &[u8; 32], nonce: u64, mix_hash: &[u8; 32]) -> [u8; 32] {
    finish(&keccak512(&[seal_hash, &nonce.to_le_bytes()]), mix_hash)
}
