//! Which keys a table does not have: a Bloom filter of one cache line a key.
//!
//! Split blocks of 32 bytes, eight words, one bit in each (the shape that Parquet names). Blocks follow the order
//! of the hashes, as the table does.
use crate::hash::part;

/// Bytes of one block.
pub(crate) const BLOCK: usize = 32;
/// Keys to a block: about 10 bits a key, one miss in a hundred passes.
const KEYS_A_BLOCK: u64 = 25;
/// One odd multiplier a word (those of the Parquet format).
const SALTS: [u32; 8] = [
    0x47b6_137b,
    0x4497_4d91,
    0x8824_ad5b,
    0xa2b7_289d,
    0x7054_95c7,
    0x2df1_424b,
    0x9efc_4947,
    0x5c6b_fb31,
];

/// Returns an empty filter for `keys` keys.
pub(crate) fn empty(keys: u64) -> Vec<u8> {
    let blocks = keys.div_ceil(KEYS_A_BLOCK).max(1);
    vec![0; usize::try_from(blocks).expect("a filter fits into memory") * BLOCK]
}

/// Adds a key.
pub(crate) fn insert(filter: &mut [u8], hash: u64) {
    let block = block_of(filter.len(), hash);
    for (word, bit) in filter[block..block + BLOCK]
        .chunks_exact_mut(4)
        .zip(bits(hash))
    {
        let set = u32::from_le_bytes(word.try_into().expect("four bytes")) | bit;
        word.copy_from_slice(&set.to_le_bytes());
    }
}

/// Tells whether the key may have been added; `false` is certain.
pub(crate) fn may_contain(filter: &[u8], hash: u64) -> bool {
    let block = block_of(filter.len(), hash);
    let words = filter[block..block + BLOCK].chunks_exact(4);
    let missing = words.zip(bits(hash)).fold(0, |missing, (word, bit)| {
        let word = u32::from_le_bytes(word.try_into().expect("four bytes"));
        missing | (!word & bit)
    });
    missing == 0
}

fn block_of(len: usize, hash: u64) -> usize {
    let block = part(hash, (len / BLOCK) as u64);
    usize::try_from(block).expect("it is below the number of blocks") * BLOCK
}

/// The high bits choose the block, the low ones the bits.
fn bits(hash: u64) -> [u32; 8] {
    let [a, b, c, d, ..] = hash.to_le_bytes();
    let low = u32::from_le_bytes([a, b, c, d]);
    SALTS.map(|salt| 1 << (low.wrapping_mul(salt) >> 27))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Salt;

    #[test]
    fn what_was_added_is_found_and_few_others_are() {
        let salt = Salt(1, 2);
        let hashes: Vec<u64> = (0..20_000_u32)
            .map(|n| salt.hash(&n.to_le_bytes()))
            .collect();
        let (added, others) = hashes.split_at(10_000);
        let mut filter = empty(10_000);
        added.iter().for_each(|hash| insert(&mut filter, *hash));
        assert!(added.iter().all(|hash| may_contain(&filter, *hash)));
        let wrong = others
            .iter()
            .filter(|hash| may_contain(&filter, **hash))
            .count();
        assert!(wrong < 200, "{wrong} of 10,000");
    }
}
