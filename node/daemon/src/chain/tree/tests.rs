//! Which branch is best, and the way from one block to another.
use std::sync::Arc;

use bitcoin::block::Header;
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash, CompactTarget, TxMerkleNode};
use moneta_chain::{Params, Seal, SealedBlock, SealedHeader};

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
        let block = self.next_block(parent, bits);
        let stage = Stage::Waiting(Arc::new(block.clone()));
        self.tree.insert(&block.sealed_header(), stage).unwrap()
    }

    /// Adds headers only; returns the blocks.
    fn headers(&mut self, from: BlockHash, length: usize) -> Vec<SealedBlock> {
        let mut tip = from;
        let bits = Params::dev().genesis.header.bits;
        let mut blocks = Vec::new();
        for _ in 0..length {
            let block = self.next_block(tip, bits);
            tip = block.id();
            self.tree.insert(&block.sealed_header(), Stage::Header);
            blocks.push(block);
        }
        blocks
    }

    fn fill(&mut self, block: &SealedBlock) {
        self.tree.fill(&block.id(), Arc::new(block.clone()));
    }

    fn is_here(&self, id: &BlockHash) -> bool {
        let block = self.tree.get(id);
        block.is_some_and(|block| block.stage.has_body())
    }

    fn next_block(&mut self, parent: BlockHash, bits: CompactTarget) -> SealedBlock {
        self.serial += 1;
        let time = self.tree.get(&parent).unwrap().header.time + 60;
        SealedBlock {
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
        }
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
fn bodies_are_dropped_from_the_weakest_side_branch_first_and_then_from_the_far_end_of_the_way_ahead()
 {
    let mut grown = Grown::new();
    let weak = grown.branch(Grown::genesis(), 1);
    let strong = grown.branch(Grown::genesis(), 2);
    let ahead = grown.branch(Grown::genesis(), 3);
    let is_ahead = |id: &BlockHash, _| ahead.contains(id);
    let all = [weak[0], strong[0], strong[1], ahead[0], ahead[1], ahead[2]];
    let size = grown.tree.waiting_bytes() / all.len();
    let order = [weak[0], strong[1], strong[0], ahead[2], ahead[1], ahead[0]];
    for (kept, dropped) in (0..all.len()).rev().zip(order) {
        grown.tree.drop_waiting_over(kept * size, is_ahead);
        assert_eq!(grown.tree.waiting_bytes(), kept * size);
        assert!(!grown.is_here(&dropped), "{kept} kept");
        // Its header stays.
        assert!(matches!(
            grown.tree.get(&dropped).unwrap().stage,
            Stage::Header
        ));
    }
    assert_eq!(grown.tree.best(), Grown::genesis());
}

#[test]
fn bodies_may_come_in_any_order_and_only_linked_blocks_are_looked_at() {
    let mut grown = Grown::new();
    let blocks = grown.headers(Grown::genesis(), 4);
    assert_eq!(grown.tree.ready(), None);
    assert_eq!(grown.tree.best_unconnected(), Some(blocks[3].id()));
    for index in [3, 1, 2] {
        grown.fill(&blocks[index]);
        assert_eq!(grown.tree.ready(), None);
        assert_eq!(grown.tree.best(), Grown::genesis());
    }
    grown.fill(&blocks[0]);
    assert_eq!(grown.tree.ready(), Some(blocks[3].id()));
    assert_eq!(grown.tree.best(), blocks[3].id());
}

#[test]
fn what_stands_on_a_dropped_body_is_linked_again_when_it_comes_back() {
    let mut grown = Grown::new();
    let blocks = grown.headers(Grown::genesis(), 2);
    for block in &blocks {
        grown.fill(block);
    }
    let size = grown.tree.waiting_bytes() / 2;
    // The first is not ahead, so it goes before the second.
    let second = blocks[1].id();
    grown.tree.drop_waiting_over(size, |id, _| *id == second);
    assert!(grown.is_here(&second));
    assert_eq!(grown.tree.ready(), None);
    grown.fill(&blocks[0]);
    assert_eq!(grown.tree.ready(), Some(second));
}

#[test]
fn a_second_body_or_seal_changes_nothing() {
    let mut grown = Grown::new();
    let block = grown.headers(Grown::genesis(), 1).remove(0);
    let other = SealedHeader {
        seal: Seal {
            nonce: 7,
            ..Seal::default()
        },
        ..block.sealed_header()
    };
    grown.tree.insert(&other, Stage::Invalid);
    assert_eq!(grown.tree.get(&block.id()).unwrap().seal, Seal::default());
    grown.fill(&block);
    let bytes = grown.tree.waiting_bytes();
    grown.fill(&block);
    assert_eq!(grown.tree.waiting_bytes(), bytes);
}

#[test]
fn headers_of_the_weakest_branches_are_forgotten_whole() {
    let mut grown = Grown::new();
    let ahead = grown.branch(Grown::genesis(), 9);
    let weak = grown.branch(Grown::genesis(), 3);
    let strong = grown.branch(weak[0], 4);
    grown.tree.condemn(weak[2]);
    let is_ahead = |id: &BlockHash, _| ahead.contains(id);
    grown.tree.prune_side(7, is_ahead);
    assert_eq!(grown.tree.unconnected_count(), 16, "all may stay");
    grown.tree.prune_side(5, is_ahead);
    for id in [weak[1], weak[2]] {
        assert!(grown.tree.get(&id).is_none());
    }
    for id in [weak[0], strong[3], ahead[8]] {
        assert!(grown.is_here(&id));
    }
    grown.tree.prune_side(4, is_ahead);
    assert_eq!(
        grown.tree.unconnected_count(),
        9,
        "of one branch nothing is left"
    );
    assert!(grown.is_here(&ahead[0]));
}

#[test]
fn a_block_without_a_known_parent_is_not_added() {
    let mut grown = Grown::new();
    let header = Header {
        prev_blockhash: BlockHash::from_byte_array([9; 32]),
        ..Params::dev().genesis.header
    };
    let sealed = SealedHeader {
        header,
        seal: Seal::default(),
    };
    assert_eq!(grown.tree.insert(&sealed, Stage::Invalid), None);
}
