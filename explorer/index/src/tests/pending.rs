//! The mempool by owner.
use std::sync::Arc;

use bitcoin::OutPoint;
use moneta_node_api::NodeApi;
use moneta_testkit::scripted::{ScriptedChain, ScriptedNode};

use super::{Bench, id_of, now, pay, reward_of};
use crate::Pending;

/// Owner 1 pays owner 2; out of that, unconfirmed, owner 2 pays owner 3.
fn waiting() -> (ScriptedNode, OutPoint) {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let parent = chain.waiting(pay(&[reward], &[(2, 700), (1, 300)]), &[]);
    let parents = [Arc::clone(&parent)];
    let coin = OutPoint::new(parent.txid, 0);
    let child = chain.waiting(pay(&[coin], &[(3, 600)]), &parents);
    let node = ScriptedNode::new(chain);
    node.fill_mempool(vec![parent, child]);
    (node, reward)
}

#[test]
fn each_owner_sees_what_comes_and_goes() {
    let (node, reward) = waiting();
    let snapshot = now(node.mempool());
    let (parent, child) = (snapshot.entries[0].txid, snapshot.entries[1].txid);
    let pending = Pending::of(snapshot);

    let first = pending.script(&id_of(1)).expect("touched");
    assert_eq!(first.transactions, [parent]);
    assert_eq!(
        (first.totals.funded_count, first.totals.spent_count),
        (1, 1)
    );
    assert_eq!(first.created[0].outpoint, OutPoint::new(parent, 1));
    assert_eq!(first.spent.get(&reward), Some(&parent));

    // What owner 2 got is already on its way out again.
    let second = pending.script(&id_of(2)).expect("touched");
    assert_eq!(second.transactions, [parent, child]);
    assert!(second.created.is_empty());
    assert_eq!(second.totals.transactions, 2);

    assert_eq!(pending.spender(&reward), Some((parent, 0)));
    assert_eq!(pending.spender(&OutPoint::new(child, 0)), None);
    assert!(pending.script(&id_of(9)).is_none());
    assert!(pending.transaction(&child).is_some());
}

#[test]
fn the_mempool_is_sorted_again_only_when_it_has_changed() {
    let (node, _) = waiting();
    let bench = Bench::new();
    let empty = bench.index.pending(Arc::default());
    assert!(empty.script(&id_of(1)).is_none());
    let first = bench.index.pending(now(node.mempool()));
    let again = bench.index.pending(now(node.mempool()));
    assert!(Arc::ptr_eq(&first, &again));
    node.fill_mempool(Vec::new());
    let later = bench.index.pending(now(node.mempool()));
    assert!(later.script(&id_of(1)).is_none());
}
