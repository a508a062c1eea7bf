//! Coins that anyone can make again from their number: 36 bytes of outpoint, 60 of amount, script and attachment.

/// Bytes of an outpoint.
pub(crate) const KEY: usize = 36;
/// Bytes of a coin.
pub(crate) const VALUE: usize = 60;

/// An outpoint.
pub(crate) type Key = [u8; KEY];
/// A coin.
pub(crate) type Value = [u8; VALUE];

/// Returns the outpoint of a coin: a hash, and which output it was.
pub(crate) fn key(coin: u64) -> Key {
    let mut key = [0; KEY];
    for (word, bytes) in (0..).zip(key[..32].chunks_exact_mut(8)) {
        bytes.copy_from_slice(&mix(coin * 4 + word).to_le_bytes());
    }
    key[32] = (coin % 3) as u8;
    key
}

/// Returns what a coin is. Scripts are hashes: nothing that compresses.
pub(crate) fn value(coin: u64) -> Value {
    let mut value = [0; VALUE];
    for (word, bytes) in (0..).zip(value.chunks_mut(8)) {
        bytes.copy_from_slice(&mix(!(coin * 8 + word)).to_le_bytes()[..bytes.len()]);
    }
    value
}

/// Returns the `at`th of the coins below `coins` in a random order without repetition (a Feistel network).
pub(crate) fn shuffled(coins: u64, at: u64) -> u64 {
    let half = (64 - (coins - 1).leading_zeros()).max(2).div_ceil(2);
    let mask = (1_u64 << half) - 1;
    let mut found = at;
    loop {
        let (mut left, mut right) = (found >> half, found & mask);
        for round in 0..4 {
            (left, right) = (right, left ^ (mix(right ^ (round << 40)) & mask));
        }
        found = left << half | right;
        if found < coins {
            return found;
        }
    }
}

/// SplitMix64's finisher: every bit of the result depends on every bit of the number.
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
