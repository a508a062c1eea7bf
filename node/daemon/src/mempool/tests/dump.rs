//! The saved pool: read back as it was, and refused whole where a byte is wrong.
use std::sync::Arc;

use bitcoin::BlockHash;
use bitcoin::hashes::{Hash, sha256d};
use proptest::prelude::*;

use super::super::dump::{DumpError, Saved, decode, encode};
use super::Made;

fn genesis() -> BlockHash {
    BlockHash::from_byte_array([9; 32])
}

fn dumped() -> (Vec<u8>, Vec<Saved>) {
    let mut made = Made::new();
    let root = made.add(&[], 1_000);
    made.add(&[root], 2_000);
    made.add(&[], 3_000);
    let saved = made.pool.iter().map(|pooled| Saved {
        arrived: 0,
        tx: Arc::clone(&pooled.entry.transaction),
    });
    (made.pool.dump(genesis()), saved.collect())
}

/// Makes the checksum right again.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = sha256d::Hash::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(checksum.as_byte_array());
    bytes
}

#[test]
fn what_is_saved_is_read_back_in_its_order() {
    let (bytes, saved) = dumped();
    assert_eq!(decode(&bytes, genesis()), Ok(saved));
    assert_eq!(
        decode(&encode(genesis(), std::iter::empty()), genesis()),
        Ok(Vec::new())
    );
}

#[test]
fn a_file_cut_anywhere_or_with_any_bit_changed_is_refused() {
    let (bytes, _) = dumped();
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end], genesis()).is_err(), "cut at {end}");
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(decode(&changed, genesis()).is_err(), "changed at {at}");
    }
}

#[test]
fn what_is_not_ours_is_told_apart() {
    let (bytes, _) = dumped();
    assert_eq!(
        decode(b"something else", genesis()),
        Err(DumpError::Foreign)
    );
    assert_eq!(decode(&[], genesis()), Err(DumpError::Foreign));
    let other = BlockHash::from_byte_array([8; 32]);
    assert_eq!(
        decode(&bytes, other),
        Err(DumpError::OtherNetwork(genesis()))
    );
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(
        decode(&resealed(newer), genesis()),
        Err(DumpError::Newer(2))
    );
    assert_eq!(decode(&bytes[..60], genesis()), Err(DumpError::Damaged));
}

#[test]
fn a_count_or_a_length_beyond_the_file_reserves_nothing() {
    let (bytes, _) = dumped();
    for field in [44..52, 60..64] {
        let mut changed = bytes.clone();
        changed[field].fill(0xff);
        assert_eq!(
            decode(&resealed(changed), genesis()),
            Err(DumpError::Damaged)
        );
    }
    let mut longer = bytes.clone();
    longer.splice(bytes.len() - 32..bytes.len() - 32, [0]);
    assert_eq!(
        decode(&resealed(longer), genesis()),
        Err(DumpError::Damaged)
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(tail in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = b"MONETAmp\x01\0\0\0".to_vec();
        bytes.extend(genesis().as_byte_array());
        bytes.extend(tail);
        let _ = decode(&bytes, genesis());
        if bytes.len() > 84 {
            let _ = decode(&resealed(bytes), genesis());
        }
    }
}
