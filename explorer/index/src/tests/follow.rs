//! Following a node, over reorganisations and onto other chains.
use std::sync::Arc;

use moneta_node_api::ChainEvent;
use moneta_testkit::scripted::{ScriptedChain, ScriptedNode};

use super::{Bench, now};
use crate::{CatchUp, Index, IndexError};

fn catch_up(index: &Index, node: &ScriptedNode) -> Vec<CatchUp> {
    let mut steps = Vec::new();
    loop {
        let step = now(index.catch_up_step(node)).expect("a step");
        steps.push(step);
        if step == CatchUp::Current {
            return steps;
        }
    }
}

#[test]
fn a_reorganisation_is_followed_step_by_step() {
    let mut chain = ScriptedChain::new();
    (0..4).for_each(|owner| drop(chain.mine(owner)));
    let node = ScriptedNode::new(chain);
    let bench = Bench::new();
    catch_up(&bench.index, &node);
    node.script(|chain| {
        (0..2).for_each(|_| drop(chain.take_back()));
        (5..9).for_each(|owner| drop(chain.mine(owner)));
    });
    assert_eq!(catch_up(&bench.index, &node).len(), 2 + 4 + 1);
    let view = bench.index.view().expect("a view");
    assert_eq!(view.tip().height.to_u32(), 6);
}

#[test]
fn on_another_chain_the_index_starts_again_from_genesis() {
    let mut chain = ScriptedChain::new();
    (0..4).for_each(|owner| drop(chain.mine(owner)));
    let bench = Bench::of(&chain);
    let mut other = ScriptedChain::new();
    other.mine(77);
    let expected = Bench::of(&other).dump();
    let steps = catch_up(&bench.index, &ScriptedNode::new(other));
    assert_eq!(
        steps,
        [CatchUp::Restarted, CatchUp::Stepped, CatchUp::Current]
    );
    assert_eq!(bench.dump(), expected);
}

#[test]
fn an_event_out_of_step_is_refused_and_changes_nothing() {
    let mut chain = ScriptedChain::new();
    let first = chain.mine(1);
    let second = chain.mine(2);
    let bench = Bench::new();
    let before = bench.dump();
    for event in [
        ChainEvent::Connected(second),
        ChainEvent::Disconnected(first),
        ChainEvent::Disconnected(Arc::clone(&chain.blocks()[0])),
    ] {
        let error = bench.index.apply(&event);
        assert!(matches!(error, Err(IndexError::OutOfStep { .. })));
    }
    assert_eq!(bench.dump(), before);
}

#[test]
fn a_view_does_not_change_while_the_index_goes_on() {
    let mut chain = ScriptedChain::new();
    let bench = Bench::new();
    bench.connect(&chain.mine(1));
    let view = bench.index.view().expect("a view");
    bench.connect(&chain.mine(2));
    assert_eq!(view.tip().height.to_u32(), 1);
    let above = view.block(view.next_height()).expect("a look-up");
    assert!(above.is_none());
    assert_eq!(bench.index.tip().height.to_u32(), 2);
}

#[test]
fn two_followers_at_once_go_each_step_once() {
    let mut chain = ScriptedChain::new();
    (0..40).for_each(|owner| drop(chain.mine(owner)));
    let expected = Bench::of(&chain).dump();
    let node = ScriptedNode::new(chain);
    let bench = Bench::new();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let steps = catch_up(&bench.index, &node);
                assert!(!steps.contains(&CatchUp::Restarted));
            });
        }
    });
    assert_eq!(bench.dump(), expected);
}
