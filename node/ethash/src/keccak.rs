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
            *word = u64::from(row[2 * at]) | u64::from(row[2 * at + 1]) << 32;
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
    std::array::from_fn(|lane| {
        std::array::from_fn(|at| (states[at / 2][lane] >> (32 * (at % 2))) as u32)
    })
}

/// Replaces each row by its Keccak-512, four at a time.
#[inline(always)]
pub(crate) fn hash_all(rows: &mut [[u32; ROW_WORDS]]) {
    let (fours, rest) = rows.as_chunks_mut::<4>();
    for four in fours {
        *four = keccak512_rows(four);
    }
    for row in rest {
        *row = keccak512_words(row);
    }
}

/// Calls a function of several states for all of many, four at a time and the rest alone.
#[inline(always)]
fn in_fours<const K: usize, T: Copy>(
    nothing: T,
    four: impl Fn(usize) -> [T; 4],
    one: impl Fn(usize) -> T,
) -> [T; K] {
    let mut all = [nothing; K];
    let mut at = 0;
    while at + 4 <= K {
        all[at..at + 4].copy_from_slice(&four(at));
        at += 4;
    }
    while at < K {
        all[at] = one(at);
        at += 1;
    }
    all
}

/// What the hash of each nonce starts from: Keccak-512 of seal hash and nonce.
#[inline(always)]
pub(crate) fn seeds<const K: usize>(
    seal_hash: &[u8; 32],
    nonces: [u64; K],
) -> [[u32; ROW_WORDS]; K] {
    in_fours(
        [0; ROW_WORDS],
        |at| seed_states(seal_hash, std::array::from_fn(|lane| nonces[at + lane])),
        |at| {
            let [seed] = seed_states(seal_hash, [nonces[at]]);
            seed
        },
    )
}

#[inline(always)]
fn seed_states<const L: usize>(seal_hash: &[u8; 32], nonces: [u64; L]) -> [[u32; ROW_WORDS]; L] {
    let mut states: States<L> = [[0; L]; 25];
    for (words, chunk) in states.iter_mut().zip(seal_hash.as_chunks::<8>().0) {
        *words = [u64::from_le_bytes(*chunk); L];
    }
    states[4] = nonces;
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
    let compressed: [[u32; 8]; K] = std::array::from_fn(|lane| compress(&mixes[lane]));
    in_fours(
        ([0; 32], [0; 32]),
        |at| results::<4>(&seeds[at..], &compressed[at..]),
        |at| {
            let [result] = results::<1>(&seeds[at..], &compressed[at..]);
            result
        },
    )
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
    seeds: &[[u32; ROW_WORDS]],
    mixes: &[[u32; 8]],
) -> [([u8; 32], [u8; 32]); L] {
    let mut states: States<L> = [[0; L]; 25];
    let double = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
    for lane in 0..L {
        for at in 0..8 {
            states[at][lane] = double(seeds[lane][2 * at], seeds[lane][2 * at + 1]);
        }
        for at in 0..4 {
            states[8 + at][lane] = double(mixes[lane][2 * at], mixes[lane][2 * at + 1]);
        }
    }
    states[12] = [1; L];
    states[RATE_256 - 1] = [LAST_BIT; L];
    permute(&mut states);
    std::array::from_fn(|lane| {
        let (mut mix, mut result) = ([0; 32], [0; 32]);
        for (chunk, word) in mix.chunks_exact_mut(4).zip(mixes[lane]) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        for (chunk, words) in result.chunks_exact_mut(8).zip(states) {
            chunk.copy_from_slice(&words[lane].to_le_bytes());
        }
        (mix, result)
    })
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
