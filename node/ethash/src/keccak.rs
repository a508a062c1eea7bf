//! The original Keccak (padding 0x01), as Ethash uses it; not SHA-3. Its inputs are all shorter than a block.
use crate::permutation::{States, permute};
use crate::{PAGE_WORDS, ROW_WORDS, fnv};

/// 64-bit words of a Keccak-512 block.
const RATE_512: usize = 9;
/// 64-bit words of a Keccak-256 block.
const RATE_256: usize = 17;
/// Bit that ends the padding, in the last word of a block.
const LAST_BIT: u64 = 1 << 63;

/// Keccak-256 of less than 136 bytes.
pub(crate) fn keccak256(parts: &[&[u8]]) -> [u8; 32] {
    let mut state = absorb::<RATE_256>(parts);
    permute(&mut state);
    let mut digest = [0; 32];
    for (chunk, [word]) in digest.chunks_exact_mut(8).zip(state) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

/// Keccak-512 of less than 72 bytes, as the 16 words that Ethash works on.
pub(crate) fn keccak512(parts: &[&[u8]]) -> [u32; ROW_WORDS] {
    let mut state = absorb::<RATE_512>(parts);
    permute(&mut state);
    let [row] = squeeze(&state);
    row
}

/// Keccak-512 of 16 words, of each of several rows.
#[inline(always)]
pub(crate) fn keccak512_rows<const L: usize>(
    rows: &[[u32; ROW_WORDS]; L],
) -> [[u32; ROW_WORDS]; L] {
    let mut states: States<L> = [[0; L]; 25];
    for (at, words) in states.iter_mut().take(8).enumerate() {
        for (word, row) in words.iter_mut().zip(rows) {
            *word = double(row[2 * at], row[2 * at + 1]);
        }
    }
    // 64 bytes leave one word of the block for the padding: its first and its last bit.
    states[RATE_512 - 1] = [1 | LAST_BIT; L];
    permute(&mut states);
    squeeze(&states)
}

/// Keccak-512 of 16 words.
#[inline(always)]
pub(crate) fn keccak512_words(row: &[u32; ROW_WORDS]) -> [u32; ROW_WORDS] {
    let [hashed] = keccak512_rows(&[*row]);
    hashed
}

fn absorb<const RATE: usize>(parts: &[&[u8]]) -> States<1> {
    let mut block = [0_u8; 8 * RATE_256];
    let len = parts.iter().fold(0, |at, part| {
        block[at..at + part.len()].copy_from_slice(part);
        at + part.len()
    });
    assert!(len < 8 * RATE, "Ethash hashes less than a block");
    block[len] = 1;
    let mut state = [[0]; 25];
    for (word, chunk) in state.iter_mut().take(RATE).zip(block.as_chunks::<8>().0) {
        *word = [u64::from_le_bytes(*chunk)];
    }
    state[RATE - 1][0] |= LAST_BIT;
    state
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // each word is cut in two on purpose
fn squeeze<const L: usize>(states: &States<L>) -> [[u32; ROW_WORDS]; L] {
    let mut rows = [[0; ROW_WORDS]; L];
    for (lane, row) in rows.iter_mut().enumerate() {
        for (pair, words) in row.as_chunks_mut::<2>().0.iter_mut().zip(states) {
            *pair = [words[lane] as u32, (words[lane] >> 32) as u32];
        }
    }
    rows
}

// Below are loops where closures would read better: a closure that is not inlined is compiled without the wide
// words of the kernel that called it.

/// Replaces each row by its Keccak-512, eight or four at a time.
#[inline(always)]
pub(crate) fn hash_all(rows: &mut [[u32; ROW_WORDS]]) {
    let (eights, rest) = rows.as_chunks_mut::<8>();
    for eight in eights {
        *eight = keccak512_rows(eight);
    }
    let (fours, rest) = rest.as_chunks_mut::<4>();
    for four in fours {
        *four = keccak512_rows(four);
    }
    for row in rest {
        *row = keccak512_words(row);
    }
}

/// What the hash of each nonce starts from: Keccak-512 of seal hash and nonce.
#[inline(always)]
pub(crate) fn seeds<const K: usize>(
    seal_hash: &[u8; 32],
    nonces: [u64; K],
) -> [[u32; ROW_WORDS]; K] {
    let mut seeds = [[0; ROW_WORDS]; K];
    let (nonces, few) = nonces.as_chunks::<8>();
    let (eights, rest) = seeds.as_chunks_mut::<8>();
    for (eight, nonces) in eights.iter_mut().zip(nonces) {
        *eight = seed_states(seal_hash, nonces);
    }
    for (seed, nonce) in rest.iter_mut().zip(few) {
        let [one] = seed_states(seal_hash, &[*nonce]);
        *seed = one;
    }
    seeds
}

#[inline(always)]
fn seed_states<const L: usize>(seal_hash: &[u8; 32], nonces: &[u64; L]) -> [[u32; ROW_WORDS]; L] {
    let mut states: States<L> = [[0; L]; 25];
    for (words, chunk) in states.iter_mut().zip(seal_hash.as_chunks::<8>().0) {
        *words = [u64::from_le_bytes(*chunk); L];
    }
    states[4] = *nonces;
    states[5] = [1; L];
    states[RATE_512 - 1] = [LAST_BIT; L];
    permute(&mut states);
    squeeze(&states)
}

/// Compresses each mix, and hashes it with its seed: the end of a hash. Returns mix hash and result.
#[inline(always)]
pub(crate) fn compressed_results<const K: usize>(
    seeds: &[[u32; ROW_WORDS]; K],
    mixes: &[[u32; PAGE_WORDS]; K],
) -> [([u8; 32], [u8; 32]); K] {
    let mut ends = [([0; 32], [0; 32]); K];
    let (eights, rest) = ends.as_chunks_mut::<8>();
    let (seeds, few_seeds) = seeds.as_chunks::<8>();
    let (mixes, few_mixes) = mixes.as_chunks::<8>();
    for ((eight, seeds), mixes) in eights.iter_mut().zip(seeds).zip(mixes) {
        *eight = results(seeds, mixes);
    }
    for ((end, seed), mix) in rest.iter_mut().zip(few_seeds).zip(few_mixes) {
        let [one] = results(&[*seed], &[*mix]);
        *end = one;
    }
    ends
}

#[inline(always)]
fn compress(mix: &[u32; PAGE_WORDS]) -> [u32; 8] {
    let (fours, _) = mix.as_chunks::<4>();
    std::array::from_fn(|at| {
        let [a, b, c, d] = fours[at];
        fnv(fnv(fnv(a, b), c), d)
    })
}

#[inline(always)]
fn results<const L: usize>(
    seeds: &[[u32; ROW_WORDS]; L],
    mixes: &[[u32; PAGE_WORDS]; L],
) -> [([u8; 32], [u8; 32]); L] {
    let mut states: States<L> = [[0; L]; 25];
    let mut ends = [([0; 32], [0; 32]); L];
    for lane in 0..L {
        for (words, [low, high]) in states.iter_mut().zip(seeds[lane].as_chunks::<2>().0) {
            words[lane] = double(*low, *high);
        }
        let mix = compress(&mixes[lane]);
        let (mix_hash, _) = &mut ends[lane];
        for (chunk, word) in mix_hash.chunks_exact_mut(4).zip(mix) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        for (words, [low, high]) in states[8..].iter_mut().zip(mix.as_chunks::<2>().0) {
            words[lane] = double(*low, *high);
        }
    }
    states[12] = [1; L];
    states[RATE_256 - 1] = [LAST_BIT; L];
    permute(&mut states);
    for (lane, (_, result)) in ends.iter_mut().enumerate() {
        for (chunk, words) in result.chunks_exact_mut(8).zip(states) {
            chunk.copy_from_slice(&words[lane].to_le_bytes());
        }
    }
    ends
}

/// Two words as one, the low one first.
#[inline(always)]
fn double(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// Reads a row.
#[inline(always)]
pub(crate) fn words(bytes: &[u8; 64]) -> [u32; ROW_WORDS] {
    let mut words = [0; ROW_WORDS];
    for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*chunk);
    }
    words
}

/// Writes a row.
#[inline(always)]
pub(crate) fn write_words(bytes: &mut [u8; 64], words: &[u32; ROW_WORDS]) {
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
}

pub(crate) fn bytes(words: &[u32; ROW_WORDS]) -> [u8; 64] {
    let mut bytes = [0; 64];
    write_words(&mut bytes, words);
    bytes
}
