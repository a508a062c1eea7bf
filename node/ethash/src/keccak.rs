//! The original Keccak (padding 0x01), as Ethash uses it; not SHA-3. Its inputs are all shorter than a block.
use crate::ROW_WORDS;
use crate::permutation::{States, permute};

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

pub(crate) fn words(bytes: &[u8; 64]) -> [u32; ROW_WORDS] {
    let mut words = [0; ROW_WORDS];
    for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*chunk);
    }
    words
}

pub(crate) fn bytes(words: &[u32; ROW_WORDS]) -> [u8; 64] {
    let mut bytes = [0; 64];
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
