//! Which branch is best, and the way from one block to another.
use std::sync::Arc;

use bitcoin::block::Header;
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash, CompactTarget, TxMerkleNode};
use moneta_chain::{Params, Seal, SealedBlock};

use super::{BlockTree, Stage, Way};

struct Grown {
    tree: BlockTree,
    serial: u32,
}

impl Grown {
    fn new() -> Self {
        Self {
            tree: BlockTree::new(&Params::dev()),
            serial: 0,
        }
    }

    fn genesis() -> BlockHash {
        Params::dev().genesis.block_hash()
    }

    /// Adds a waiting block, one minute after its parent.
    fn add(&mut self, parent: BlockHash) -> BlockHash {
        self.add_with_bits(parent, Params::dev().genesis.header.bits)
    }

    fn add_with_bits(&mut self, parent: BlockHash, bits: CompactTarget) -> BlockHash {
        self.serial += 1;
        let time = self.tree.get(&parent).unwrap().header.time + 60;
        let block = SealedBlock {
            block: Block {
                header: Header {
                    prev_blockhash: parent,
                    merkle_root: TxMerkleNode::all_zeros(),
                    time,
                    nonce: self.serial,
                    bits,
                    ..Params::dev().genesis.header
                },
                txdata: Vec::new(),
            },
            seal: Seal::default(),
        };
        let stage = Stage::Waiting(Arc::new(block.clone()));
        self.tree.insert(block.block.header, stage).unwrap()
    }

    fn branch(&mut self, from: BlockHash, length: usize) -> Vec<BlockHash> {
        let mut tip = from;
        (0..length)
            .map(|_| {
                tip = self.add(tip);
                tip
            })
            .collect()
    }
}

#[test]
fn the_longer_branch_is_best_and_the_first_seen_on_a_tie() {
    let mut grown = Grown::new();
    let first = grown.branch(Grown::genesis(), 3);
    let second = grown.branch(first[0], 2);
    assert_eq!(grown.tree.best(), first[2]);
    let longer = grown.add(second[1]);
    assert_eq!(grown.tree.best(), longer);
}

#[test]
fn a_shorter_branch_with_more_work_is_the_better_one() {
    let mut grown = Grown::new();
    let long = grown.branch(Grown::genesis(), 9);
    assert_eq!(grown.tree.best(), long[8]);
    // Sixteen hashes in one block, eighteen in nine.
    let hard = grown.add_with_bits(Grown::genesis(), CompactTarget::from_consensus(0x200f_ffff));
    assert_eq!(grown.tree.best(), long[8]);
    let harder = grown.add(hard);
    assert_eq!(
        grown.tree.best(),
        long[8],
        "first seen of two with equal work"
    );
    let hardest = grown.add(harder);
    assert_eq!(grown.tree.best(), hardest);
}

#[test]
fn the_way_over_to_another_branch_goes_back_to_the_fork_and_forth_again() {
    let mut grown = Grown::new();
    let stem = grown.branch(Grown::genesis(), 2);
    let (left, right) = (grown.branch(stem[1], 3), grown.branch(stem[1], 2));
    let way = grown.tree.way(left[2], right[1]).unwrap();
    assert_eq!(
        way,
        Way {
            back: vec![left[2], left[1], left[0]],
            forth: right.clone(),
        }
    );
    let up = grown.tree.way(stem[0], right[1]).unwrap();
    assert!(up.back.is_empty());
    assert_eq!(up.forth, [stem[1], right[0], right[1]]);
    let stay = grown.tree.way(stem[1], stem[1]).unwrap();
    assert_eq!(stay, Way::default());
    assert_eq!(grown.tree.way(stem[1], BlockHash::all_zeros()), None);
}

#[test]
fn a_condemned_block_takes_all_that_stands_on_it_along() {
    let mut grown = Grown::new();
    let good = grown.branch(Grown::genesis(), 2);
    let bad = grown.branch(good[0], 4);
    assert_eq!(grown.tree.best(), bad[3]);
    grown.tree.condemn(bad[1]);
    assert_eq!(
        grown.tree.best(),
        good[1],
        "first seen of two with equal work"
    );
    let stages = bad.iter().map(|id| &grown.tree.get(id).unwrap().stage);
    let condemned: Vec<bool> = stages
        .map(|stage| matches!(stage, Stage::Invalid))
        .collect();
    assert_eq!(condemned, [false, true, true, true]);
}

#[test]
fn the_median_time_is_that_of_the_last_eleven() {
    let mut grown = Grown::new();
    let start = Params::dev().genesis.header.time;
    let blocks = grown.branch(Grown::genesis(), 20);
    let median = |height: usize| grown.tree.get(&blocks[height - 1]).unwrap().median_time;
    // Fewer than eleven: the upper of the two in the middle, as Bitcoin takes it.
    assert_eq!(median(1), start + 60);
    assert_eq!(median(4), start + 2 * 60);
    assert_eq!(median(20), start + 15 * 60);
}

#[test]
fn waiting_blocks_are_dropped_lowest_first_with_their_children() {
    let mut grown = Grown::new();
    let low = grown.branch(Grown::genesis(), 2);
    let high = grown.branch(Grown::genesis(), 1);
    let size = match &grown.tree.get(&low[0]).unwrap().stage {
        Stage::Waiting(body) => body.block.total_size(),
        other => panic!("{other:?}"),
    };
    grown.tree.drop_waiting_over(3 * size);
    assert!(grown.tree.get(&low[1]).is_some(), "all fit");
    grown.tree.drop_waiting_over(2 * size);
    assert!(grown.tree.get(&low[0]).is_none());
    assert!(grown.tree.get(&low[1]).is_none(), "its parent is gone");
    assert!(grown.tree.get(&high[0]).is_some());
}

#[test]
fn a_block_without_a_known_parent_is_not_added() {
    let mut grown = Grown::new();
    let header = Header {
        prev_blockhash: BlockHash::from_byte_array([9; 32]),
        ..Params::dev().genesis.header
    };
    assert_eq!(grown.tree.insert(header, Stage::Invalid), None);
}
