//! Proofs from a running node hold with nothing but the tip's header, before and after a restart.
use moneta_chain::Height;
use moneta_mips::{AssetId, Key, Record, Rights};
use moneta_node_api::NodeApi;

use super::attacks::Own;
use super::fixture::Fixture;

async fn check(fixture: &Fixture, key: &Key, is_there: bool) {
    let tip = fixture.node.tip().await;
    let proof = fixture
        .node
        .prove_record(key.clone())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(proof.header.block_hash(), tip.id);
    assert_eq!(proof.record.is_some(), is_there);
    let record = proof.record.as_ref().map(Record::encode);
    let parts = proof.tip.check(&proof.header).unwrap();
    parts
        .check_record(&key.encode(), record.as_deref(), &proof.map)
        .unwrap();
    for height in [0, 1, 57, tip.height.to_u32() - 1] {
        let proof = fixture.node.prove_ancestor(Height::new(height)).await;
        let proof = proof.unwrap().unwrap();
        let parts = proof.tip.check(&proof.header).unwrap();
        parts
            .check_ancestor(&proof.ancestor, &proof.history)
            .unwrap();
        let id = fixture.node.block_id_at(Height::new(height)).await.unwrap();
        assert_eq!(proof.ancestor.id(), id);
    }
    let tip_itself = fixture.node.prove_ancestor(tip.height).await.unwrap();
    assert!(tip_itself.is_none(), "a block is no ancestor of itself");
}

#[tokio::test]
async fn a_node_proves_what_its_registry_has_and_what_it_has_not() {
    let fixture = Fixture::with_coins(1).await;
    let own = Own::issued(&fixture, fixture.coinbase(1).await, Rights::FREEZE).await;
    let key = Key::Asset(own.asset());
    check(&fixture, &key, false).await;
    fixture.mine(1).await;
    check(&fixture, &key, true).await;
    check(&fixture, &Key::Asset(AssetId([7; 32])), false).await;
    fixture.mine(3).await;
    let fixture = fixture.reopened();
    check(&fixture, &key, true).await;
}

#[tokio::test]
async fn genesis_commits_to_nothing() {
    let fixture = Fixture::fresh();
    let key = Key::Asset(AssetId([7; 32]));
    assert!(fixture.node.prove_record(key).await.unwrap().is_none());
    let ancestor = fixture.node.prove_ancestor(Height::GENESIS).await.unwrap();
    assert!(ancestor.is_none());
}
