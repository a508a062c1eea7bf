//! The checksum of output descriptors (BIP380).

/// Characters a descriptor may have, in the order that gives each its number.
const INPUT: &[u8] = b"0123456789()[],'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~\
ijklmnopqrstuvwxyzABCDEFGH`#\"\\ ";
/// Characters of the checksum (those of bech32).
const OUTPUT: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u64; 5] = [
    0xf5_dee5_1989,
    0xa9_fdca_3312,
    0x1b_ab10_e32d,
    0x37_06b1_677a,
    0x64_4d62_6ffd,
];

/// Returns the eight characters that follow `#`, or `None` if `descriptor` has a foreign character.
pub(super) fn checksum(descriptor: &str) -> Option<String> {
    let mut state = 1;
    let (mut group, mut in_group) = (0, 0);
    for byte in descriptor.bytes() {
        let position = INPUT.iter().position(|&known| known == byte)? as u64;
        state = step(state, position & 31);
        group = group * 3 + (position >> 5);
        in_group += 1;
        if in_group == 3 {
            state = step(state, group);
            (group, in_group) = (0, 0);
        }
    }
    if in_group > 0 {
        state = step(state, group);
    }
    for _ in 0..8 {
        state = step(state, 0);
    }
    state ^= 1;
    let symbol = |index: u32| char::from(OUTPUT[(state >> (5 * (7 - index)) & 31) as usize]);
    Some((0..8).map(symbol).collect())
}

/// One step of the polynomial over GF(32).
fn step(state: u64, value: u64) -> u64 {
    let top = state >> 35;
    let shifted = (state & 0x7_ffff_ffff) << 5 ^ value;
    (0..5)
        .filter(|bit| top >> bit & 1 == 1)
        .fold(shifted, |sum, bit| sum ^ GENERATOR[bit])
}
