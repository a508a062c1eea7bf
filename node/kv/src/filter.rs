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

/// A filter under construction, which leaves block by block: keys come in the order of their hashes.
pub(crate) struct FilterBuilder {
    blocks: u64,
    /// The block that is filled, and its number.
    number: u64,
    block: [u32; 8],
}

impl FilterBuilder {
    /// Starts a filter for `keys` keys at most.
    pub(crate) fn new(keys: u64) -> Self {
        Self {
            blocks: keys.div_ceil(KEYS_A_BLOCK).max(1),
            number: 0,
            block: [0; 8],
        }
    }

    /// Returns how many bytes it will have.
    pub(crate) const fn len(&self) -> u64 {
        self.blocks * BLOCK as u64
    }

    /// Adds a key, and to `out` the blocks that no later key falls into.
    pub(crate) fn add(&mut self, hash: u64, out: &mut Vec<u8>) {
        self.end_blocks(part(hash, self.blocks), out);
        for (word, bit) in self.block.iter_mut().zip(bits(hash)) {
            *word |= bit;
        }
    }

    /// Adds the rest of the blocks to `out`.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) {
        self.end_blocks(self.blocks, out);
    }

    fn end_blocks(&mut self, next: u64, out: &mut Vec<u8>) {
        while self.number < next {
            for word in std::mem::take(&mut self.block) {
                out.extend_from_slice(&word.to_le_bytes());
            }
            self.number += 1;
        }
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
        let mut hashes: Vec<u64> = (0..20_000_u32)
            .map(|n| salt.hash(&n.to_le_bytes()))
            .collect();
        let (added, others) = hashes.split_at_mut(10_000);
        added.sort_unstable();
        let (mut builder, mut filter) = (FilterBuilder::new(10_000), Vec::new());
        let len = builder.len();
        added
            .iter()
            .for_each(|hash| builder.add(*hash, &mut filter));
        builder.finish(&mut filter);
        assert_eq!(filter.len() as u64, len);
        assert!(added.iter().all(|hash| may_contain(&filter, *hash)));
        let wrong = others
            .iter()
            .filter(|hash| may_contain(&filter, **hash))
            .count();
        assert!(wrong < 200, "{wrong} of 10,000");
    }
}
