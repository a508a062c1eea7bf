//! The original Keccak (padding 0x01), as Ethash uses it; not SHA-3.
use sha3::{Digest, Keccak256, Keccak512};

use crate::ROW_WORDS;

pub(crate) fn keccak256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Keccak256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

/// Keccak-512 as the 16 words that Ethash works on.
pub(crate) fn keccak512(parts: &[&[u8]]) -> [u32; ROW_WORDS] {
    let mut hasher = Keccak512::new();
    parts.iter().for_each(|part| hasher.update(part));
    words(&hasher.finalize().into())
}

/// Keccak-512 of 16 words.
pub(crate) fn keccak512_words(row: &[u32; ROW_WORDS]) -> [u32; ROW_WORDS] {
    keccak512(&[&bytes(row)])
}

pub(crate) fn words(bytes: &[u8; 64]) -> [u32; ROW_WORDS] {
    let mut words = [0; ROW_WORDS];
    for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
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
