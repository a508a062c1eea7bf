//! The range against its definition: every block provable, nothing else, and undo exact.
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::{BlockHash, CompactTarget, TxMerkleNode};
use moneta_chain::{ChainWork, Height};
use proptest::prelude::*;

use super::{HistoryError, HistoryLeaf, HistoryRange};

fn leaf(height: u32) -> HistoryLeaf {
    let header = Header {
        version: Version::TWO,
        prev_blockhash: BlockHash::all_zeros(),
        merkle_root: TxMerkleNode::all_zeros(),
        time: 1_000 + height,
        bits: CompactTarget::from_consensus(0x207f_ffff),
        nonce: height,
    };
    HistoryLeaf {
        header,
        height: Height::new(height),
    }
}

fn range(blocks: u32) -> HistoryRange {
    let mut range = HistoryRange::default();
    (0..blocks).for_each(|height| range.append(&leaf(height)).expect("the next height"));
    range
}

#[test]
fn every_block_of_every_small_range_is_proven_and_no_other() {
    for blocks in 1..70 {
        let range = range(blocks);
        let root = range.root();
        for height in 0..blocks {
            let proof = range.prove(height).expect("in the range");
            assert_eq!(
                proof.check(&leaf(height), &root),
                Ok(()),
                "{height} of {blocks}"
            );
            let mut other = leaf(height);
            other.header.time += 1;
            assert_eq!(
                proof.check(&other, &root),
                Err(HistoryError::WrongRoot),
                "another block"
            );
        }
        assert_eq!(range.prove(blocks), None);
    }
}

#[test]
fn a_longer_range_proves_what_a_shorter_one_did() {
    let long = range(100);
    for blocks in 1..100 {
        let short = range(blocks);
        assert_eq!(long.root_of_first(blocks), Some(short.root()));
        for height in [0, blocks / 2, blocks - 1] {
            let proof = long.prove_among_first(height, blocks);
            assert_eq!(proof, short.prove(height));
        }
        assert_eq!(long.prove_among_first(blocks, blocks), None);
    }
    assert_eq!(long.root_of_first(101), None);
    assert_eq!(long.prove_among_first(0, 101), None);
}

#[test]
fn the_peaks_add_up_to_all_work_and_all_heights() {
    let range = range(1_000);
    let peaks = range.peaks();
    let one = ChainWork::of(&leaf(0).header);
    let all = (1..1_000).fold(one, |sum, _| sum.saturating_add(one));
    let sum = peaks.iter().fold(ChainWork::default(), |sum, peak| {
        sum.saturating_add(peak.work())
    });
    assert_eq!(sum, all);
    assert_eq!(peaks[0].heights().0, Height::GENESIS);
    assert_eq!(peaks.last().expect("peaks").heights().1, Height::new(999));
}

#[test]
fn a_block_out_of_turn_is_not_taken() {
    let mut range = range(5);
    let before = range.clone();
    assert_eq!(range.append(&leaf(6)), None);
    assert_eq!(range, before);
}

#[test]
fn ranges_of_different_length_have_different_roots() {
    let roots: std::collections::BTreeSet<_> =
        (0..300).map(|blocks| range(blocks).root()).collect();
    assert_eq!(roots.len(), 300);
}

proptest! {
    #[test]
    fn cutting_off_undoes_appending(blocks in 0_u32..200, more in 0_u32..200) {
        let before = range(blocks);
        let mut after = range(blocks + more);
        after.truncate(blocks);
        prop_assert_eq!(after, before);
    }

    #[test]
    fn a_proof_holds_for_its_block_alone(blocks in 2_u32..400, at in 0_u32..400, other in 0_u32..400) {
        let (at, other) = (at % blocks, other % blocks);
        prop_assume!(at != other);
        let range = range(blocks);
        let proof = range.prove(at).expect("in the range");
        prop_assert!(proof.check(&leaf(other), &range.root()).is_err());
        let mut short = proof.clone();
        if short.siblings.pop().is_some() {
            prop_assert!(short.check(&leaf(at), &range.root()).is_err());
        }
    }
}
