//! Keccak-f[1600] over several states side by side, written so that the compiler keeps it in registers.
//!
//! One state is as fast as a scalar Keccak gets; four states fill 256-bit words. The published Keccak
//! vectors run through it, and the `sha3` crate is its oracle in tests.

/// The 25 words of `L` states: word by word, the states beside each other.
pub(crate) type States<const L: usize> = [[u64; L]; 25];

const ROUND_CONSTANTS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// Applies the permutation to each state.
#[inline(always)]
pub(crate) fn permute<const L: usize>(states: &mut States<L>) {
    for constant in ROUND_CONSTANTS {
        round(states, constant);
    }
}

/// Rho and pi: word `$to` of the result is word `$from` rotated left by `$by`.
macro_rules! move_words {
    ($a:ident, $d:ident: $(($to:literal, $from:literal, $by:literal)),* $(,)?) => {{
        let mut b = [[0; L]; 25];
        $(b[$to] = rotate(xor($a[$from], $d[$from % 5]), $by);)*
        b
    }};
}

#[inline(always)]
fn round<const L: usize>(a: &mut States<L>, constant: u64) {
    let c = [
        column(a, 0),
        column(a, 1),
        column(a, 2),
        column(a, 3),
        column(a, 4),
    ];
    let d = [
        xor(c[4], rotate(c[1], 1)),
        xor(c[0], rotate(c[2], 1)),
        xor(c[1], rotate(c[3], 1)),
        xor(c[2], rotate(c[4], 1)),
        xor(c[3], rotate(c[0], 1)),
    ];
    let b = move_words!(a, d:
        (0, 0, 0), (1, 6, 44), (2, 12, 43), (3, 18, 21), (4, 24, 14),
        (5, 3, 28), (6, 9, 20), (7, 10, 3), (8, 16, 45), (9, 22, 61),
        (10, 1, 1), (11, 7, 6), (12, 13, 25), (13, 19, 8), (14, 20, 18),
        (15, 4, 27), (16, 5, 36), (17, 11, 10), (18, 17, 15), (19, 23, 56),
        (20, 2, 62), (21, 8, 55), (22, 14, 39), (23, 15, 41), (24, 21, 2),
    );
    for row in [0, 5, 10, 15, 20] {
        a[row] = chi(b[row], b[row + 1], b[row + 2]);
        a[row + 1] = chi(b[row + 1], b[row + 2], b[row + 3]);
        a[row + 2] = chi(b[row + 2], b[row + 3], b[row + 4]);
        a[row + 3] = chi(b[row + 3], b[row + 4], b[row]);
        a[row + 4] = chi(b[row + 4], b[row], b[row + 1]);
    }
    a[0] = a[0].map(|word| word ^ constant);
}

#[inline(always)]
fn column<const L: usize>(a: &States<L>, x: usize) -> [u64; L] {
    std::array::from_fn(|lane| {
        a[x][lane] ^ a[x + 5][lane] ^ a[x + 10][lane] ^ a[x + 15][lane] ^ a[x + 20][lane]
    })
}

#[inline(always)]
fn xor<const L: usize>(a: [u64; L], b: [u64; L]) -> [u64; L] {
    std::array::from_fn(|lane| a[lane] ^ b[lane])
}

#[inline(always)]
fn rotate<const L: usize>(a: [u64; L], by: u32) -> [u64; L] {
    a.map(|word| word.rotate_left(by))
}

#[inline(always)]
fn chi<const L: usize>(a: [u64; L], b: [u64; L], c: [u64; L]) -> [u64; L] {
    std::array::from_fn(|lane| a[lane] ^ (!b[lane] & c[lane]))
}
