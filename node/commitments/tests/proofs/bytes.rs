//! Whoever alters a byte of a proof has none.
use bitcoin::TxMerkleNode;
use bitcoin::bip158::FilterHeader;
use bitcoin::hashes::Hash;
use moneta_commitments::{HistoryLeaf, ProofEnd};

use crate::case::{Case, case};

/// Flips a bit in each byte of a part in turn; none of the proofs may hold.
fn every_byte_counts(case: &Case, what: &str, len: usize, flip: impl Fn(&mut Case, usize)) {
    assert_eq!(case.check(), Ok(()));
    for at in 0..len {
        let mut altered = case.clone();
        flip(&mut altered, at);
        assert!(altered.check().is_err(), "byte {at} of {what}");
    }
}

fn node(node: TxMerkleNode, at: usize) -> TxMerkleNode {
    let mut bytes = node.to_byte_array();
    bytes[at] ^= 1;
    TxMerkleNode::from_byte_array(bytes)
}

fn filter_header(header: FilterHeader, at: usize) -> FilterHeader {
    let mut bytes = header.to_byte_array();
    bytes[at] ^= 1;
    FilterHeader::from_byte_array(bytes)
}

#[test]
fn every_byte_of_coinbase_branch_and_parts_counts() {
    let case = case(true);
    every_byte_counts(&case, "the merkle root", 32, |case, at| {
        case.header.merkle_root = node(case.header.merkle_root, at);
    });
    every_byte_counts(
        &case,
        "the coinbase",
        case.proof.coinbase.len(),
        |case, at| {
            case.proof.coinbase[at] ^= 1;
        },
    );
    let levels = case.proof.branch.len();
    assert_eq!(levels, 2);
    every_byte_counts(&case, "the branch", levels * 32, |case, at| {
        let sibling = &mut case.proof.branch[at / 32];
        *sibling = node(*sibling, at % 32);
    });
    every_byte_counts(&case, "the parts", 96, |case, at| {
        let parts = &mut case.proof.commitments;
        match at / 32 {
            0 => parts.filter_header = filter_header(parts.filter_header, at % 32),
            1 => parts.registry_root[at % 32] ^= 1,
            _ => parts.history_root[at % 32] ^= 1,
        }
    });
    let mut longer = case.clone();
    longer.proof.coinbase.push(0);
    assert_eq!(longer.check(), Err("mip0007.not_a_coinbase"));
}

#[test]
fn every_byte_of_a_record_and_of_its_way_counts() {
    for present in [true, false] {
        let case = case(present);
        // That another key has no record either may well be true, and proven by the same way.
        let len = if present { case.key.len() } else { 0 };
        every_byte_counts(&case, "the key", len, |case, at| case.key[at] ^= 1);
        let len = case.record.as_ref().map_or(0, Vec::len);
        every_byte_counts(&case, "the record", len, |case, at| {
            case.record.as_mut().expect("a record")[at] ^= 1;
        });
        let siblings = case.map.siblings.len();
        assert!(siblings >= 2, "{siblings} siblings");
        every_byte_counts(&case, "the way", siblings * 32, |case, at| {
            case.map.siblings[at / 32][at % 32] ^= 1;
        });
        every_byte_counts(
            &case,
            "the end of the way",
            64,
            |case, at| match &mut case.map.end {
                ProofEnd::Leaf { key, value } => {
                    let half = if at < 32 { key } else { value };
                    half[at % 32] ^= 1;
                }
                ProofEnd::Empty => {
                    let (key, value) = ([0; 32], [0; 32]);
                    case.map.end = ProofEnd::Leaf { key, value };
                }
            },
        );
        let mut other_way = case.clone();
        other_way.record = if present { None } else { Some(vec![1]) };
        assert_eq!(other_way.check(), Err("mip0007.other_record"));
    }
}

#[test]
fn every_byte_of_an_ancestor_and_of_its_way_counts() {
    let case = case(true);
    every_byte_counts(&case, "the ancestor's header", 80, |case, at| {
        let mut bytes = bitcoin::consensus::serialize(&case.ancestor.header);
        bytes[at] ^= 1;
        case.ancestor = HistoryLeaf {
            header: bitcoin::consensus::deserialize(&bytes).expect("80 bytes"),
            ..case.ancestor
        };
    });
    let history = &case.history;
    let spans = history.siblings.len() + history.other_peaks.len();
    // 13 blocks are trees of 8, 4 and 1.
    assert_eq!((history.siblings.len(), history.other_peaks.len()), (3, 2));
    every_byte_counts(&case, "the nodes of the history", spans * 80, |case, at| {
        let siblings = case.history.siblings.len();
        let span = match (at / 80).checked_sub(siblings) {
            None => &mut case.history.siblings[at / 80],
            Some(peak) => &mut case.history.other_peaks[peak],
        };
        let mut bytes = span.encode();
        bytes[at % 80] ^= 1;
        *span = moneta_commitments::Span::decode(&bytes);
    });
    for height in [4, 6, 12, 13, u32::MAX] {
        let mut other = case.clone();
        other.ancestor.height = moneta_chain::Height::new(height);
        assert!(other.check().is_err(), "height {height}");
    }
    for blocks in [0, 1, 12, 14, u32::MAX] {
        let mut other = case.clone();
        other.history.blocks = blocks;
        assert!(other.check().is_err(), "{blocks} blocks");
    }
}

#[test]
fn every_byte_of_a_filter_and_of_the_header_before_it_counts() {
    let case = case(true);
    every_byte_counts(&case, "the filter", case.filter.len(), |case, at| {
        case.filter[at] ^= 1
    });
    every_byte_counts(&case, "the filter header before", 32, |case, at| {
        case.before = filter_header(case.before, at);
    });
}
