//! Hashimoto: 64 dependent reads of the dataset between two Keccaks.
use crate::keccak::{bytes, keccak256, keccak512, words};
use crate::{LightCache, PAGE, ROW, ROW_WORDS, fnv};

/// Reads of the dataset in one hash.
const ACCESSES: u32 = 64;
/// 32-bit words in a page.
const PAGE_WORDS: usize = PAGE / 4;

/// What one evaluation yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashed {
    /// The compressed mix: goes into the seal.
    pub mix_hash: [u8; 32],
    /// The result: read big endian, it must not be above the target.
    pub result: [u8; 32],
}

/// Hashes with items computed from the cache: slow, and small enough for everybody who only checks.
pub fn light_hash(
    cache: &LightCache,
    dataset_size: u64,
    seal_hash: &[u8; 32],
    nonce: u64,
) -> Hashed {
    hashimoto(dataset_size, seal_hash, nonce, |page| {
        let mut words = [0; PAGE_WORDS];
        words[..ROW_WORDS].copy_from_slice(&cache.item(2 * page));
        words[ROW_WORDS..].copy_from_slice(&cache.item(2 * page + 1));
        words
    })
}

/// Hashes with the whole dataset at hand, as a miner does.
///
/// # Panics
/// `dataset` is shorter than one page.
pub fn full_hash(dataset: &[u8], seal_hash: &[u8; 32], nonce: u64) -> Hashed {
    hashimoto(dataset.len() as u64, seal_hash, nonce, |page| {
        let at = page as usize * PAGE;
        let mut page = [0; PAGE_WORDS];
        for (half, row) in page
            .chunks_exact_mut(ROW_WORDS)
            .zip(dataset[at..at + PAGE].chunks_exact(ROW))
        {
            half.copy_from_slice(&words(row.try_into().expect("a row has 64 bytes")));
        }
        page
    })
}

fn hashimoto(
    dataset_size: u64,
    seal_hash: &[u8; 32],
    nonce: u64,
    page: impl Fn(u32) -> [u32; PAGE_WORDS],
) -> Hashed {
    let pages =
        u32::try_from(dataset_size / PAGE as u64).expect("a dataset has fewer than 2^32 pages");
    let seed = keccak512(&[seal_hash, &nonce.to_le_bytes()]);
    let mut mix = [0; PAGE_WORDS];
    mix[..ROW_WORDS].copy_from_slice(&seed);
    mix[ROW_WORDS..].copy_from_slice(&seed);
    for access in 0..ACCESSES {
        let at = fnv(access ^ seed[0], mix[access as usize % PAGE_WORDS]) % pages;
        mix.iter_mut()
            .zip(page(at))
            .for_each(|(word, read)| *word = fnv(*word, read));
    }
    let mut mix_hash = [0; 32];
    for (out, four) in mix_hash.chunks_exact_mut(4).zip(mix.chunks_exact(4)) {
        let word = fnv(fnv(fnv(four[0], four[1]), four[2]), four[3]);
        out.copy_from_slice(&word.to_le_bytes());
    }
    Hashed {
        mix_hash,
        result: finish(&seed, &mix_hash),
    }
}

/// The last Keccak, over the seed and the compressed mix.
fn finish(seed: &[u32; ROW_WORDS], mix_hash: &[u8; 32]) -> [u8; 32] {
    keccak256(&[&bytes(seed), mix_hash])
}

/// The result that a claimed mix would yield: two Keccaks, no memory.
pub(crate) fn claimed_result(seal_hash: &[u8; 32], nonce: u64, mix_hash: &[u8; 32]) -> [u8; 32] {
    finish(&keccak512(&[seal_hash, &nonce.to_le_bytes()]), mix_hash)
}
