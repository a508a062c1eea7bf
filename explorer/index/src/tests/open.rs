//! Opening: after a clean end, after a crash, over damage, over another chain.
use std::fs;
use std::path::Path;

use moneta_chain::Params;
use moneta_testkit::scripted::{Draft, ScriptedChain, ScriptedNode, identity};

use super::{Bench, now, open, pay, reward_of};
use crate::{CatchUp, Index, IndexError};

fn chain_of(blocks: u8) -> ScriptedChain {
    let mut chain = ScriptedChain::new();
    for owner in 0..blocks {
        let block = chain.mine(owner);
        chain.add(pay(&[reward_of(&block)], &[(owner + 1, 1_000)]));
    }
    let registration = identity(&chain, 9, "acme");
    chain.add(Draft {
        changes: vec![registration],
        ..Draft::default()
    });
    chain.mine(1);
    chain
}

fn catch_up(index: &Index, node: &ScriptedNode) -> usize {
    let mut steps = 0;
    while now(index.catch_up_step(node)).expect("a step") != CatchUp::Current {
        steps += 1;
    }
    steps
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[test]
fn after_a_clean_end_the_index_stands_where_it_stood() {
    let chain = chain_of(5);
    let Bench { folder, index } = Bench::of(&chain);
    drop(index);
    let index = open(&folder);
    assert_eq!(index.tip().id, chain.tip().id);
    let bench = Bench { folder, index };
    assert_eq!(bench.dump(), Bench::of(&chain).dump());
    assert_eq!(bench.index.suggest("ac", 5).len(), 1);
}

#[test]
fn after_a_crash_the_index_opens_whole_and_pulls_what_it_lost() {
    let node = ScriptedNode::new(chain_of(3));
    let crashed = Bench::new();
    catch_up(&crashed.index, &node);
    let synced = crashed.index.tip();
    // Three more blocks are applied, and not synced: the machine dies.
    node.script(|chain| (4..7).for_each(|owner| drop(chain.mine(owner))));
    for _ in 0..3 {
        now(crashed.index.catch_up_step(&node)).expect("a step");
    }
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(crashed.folder.path(), folder.path());

    let index = open(&folder);
    assert_eq!(index.tip().id, synced.id);
    assert_eq!(catch_up(&index, &node), 3);
    let reopened = Bench { folder, index };
    assert_eq!(reopened.dump(), crashed.dump());
}

#[test]
fn a_damaged_index_is_thrown_away_and_filled_again() {
    let chain = chain_of(5);
    let whole = Bench::of(&chain);
    let expected = whole.dump();
    let (folder, index) = (whole.folder, whole.index);
    drop(index);
    let file = folder.path().join("index.redb");
    let bytes = fs::read(&file).expect("the file");
    let node = ScriptedNode::new(chain);
    let mut flipped = bytes.clone();
    flipped.iter_mut().take(64).for_each(|byte| *byte ^= 0xff);
    let cut = bytes.get(..bytes.len() / 2).expect("half").to_vec();
    for damaged in [b"no database at all".to_vec(), Vec::new(), flipped, cut] {
        fs::write(&file, damaged).expect("written");
        let index = open(&folder);
        catch_up(&index, &node);
        let view = index.view().expect("a view");
        assert_eq!(view.tip().height.to_u32(), 6);
        drop(index);
    }
    let index = open(&folder);
    assert_eq!(Bench { folder, index }.dump(), expected);
}

#[test]
fn an_index_of_another_genesis_is_begun_anew() {
    let Bench { folder, index } = Bench::of(&chain_of(3));
    drop(index);
    let mut other = Params::dev();
    other.genesis.header.nonce += 1;
    let index = Index::open(folder.path(), &other).expect("an index");
    assert_eq!(index.tip().id, other.genesis.block_hash());
}

#[test]
fn a_second_process_is_told_that_the_index_is_in_use() {
    let bench = Bench::new();
    let second = Index::open(bench.folder.path(), &Params::dev());
    assert!(matches!(second, Err(IndexError::InUse(_))));
}
