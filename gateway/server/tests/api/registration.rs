//! A handle is committed to and registered a block later: the gateway sees it through, whatever happens in between.
use moneta_chain::{Height, Params, SealedBlock};
use moneta_daemon::{LocalNode, NodeConfig, SystemClock};
use moneta_node_api::NodeApi;
use serde_json::{Value, json};

use crate::gateway::{TestGateway, text};

/// Asks for `acme`; nobody mines by himself.
fn asked(gateway: &TestGateway) -> Value {
    let client = &gateway.client;
    let (wallet, to) = gateway.wallet("Acme");
    let faucet = json!({"address": to, "amount": "2"});
    client.post("/v1/faucet", &faucet).ok();
    mine(gateway);
    let body = json!({"wallet_id": wallet, "handle": "acme"});
    client.post("/v1/identities", &body).ok()
}

fn mine(gateway: &TestGateway) {
    gateway.client.post("/v1/blocks", &json!({"count": 1})).ok();
}

/// Asks how far a write has come.
fn progress(gateway: &TestGateway, asked: &Value) -> Value {
    let id = text(asked, "/operation/id");
    let shown = gateway.client.get(&format!("/v1/payments/{id}")).ok();
    shown["operation"].clone()
}

fn handle_status(gateway: &TestGateway) -> u16 {
    gateway.client.get("/v1/identities/acme").status
}

#[test]
fn a_registration_tells_what_it_waits_for_until_nothing_is_left() {
    let gateway = TestGateway::without_miner();
    let asked = asked(&gateway);
    let operation = &asked["operation"];
    assert_eq!(operation["status"], "pending");
    assert_eq!(operation["waits_for"], "commitment_block");
    assert_eq!(operation["commitment"]["block"], Value::Null);
    let committed = text(operation, "/commitment/txid");

    mine(&gateway);
    let operation = progress(&gateway, &asked);
    assert_eq!(operation["status"], "pending");
    assert_eq!(operation["waits_for"], "block");
    let block = text(&operation, "/commitment/block/hash");
    let shown = gateway
        .client
        .get(&format!("/v1/transactions/{committed}"))
        .ok();
    assert_eq!(text(&shown, "/block/hash"), block);
    assert_eq!(handle_status(&gateway), 404);

    mine(&gateway);
    let operation = progress(&gateway, &asked);
    assert_eq!(operation["status"], "confirmed");
    assert_eq!(operation.get("waits_for"), None);
    assert_eq!(handle_status(&gateway), 200);
}

#[test]
fn a_registration_survives_restarts_before_its_commitment_and_after_it() {
    let gateway = TestGateway::without_miner();
    let asked = asked(&gateway);
    let gateway = gateway.restart();
    assert_eq!(progress(&gateway, &asked)["waits_for"], "commitment_block");
    mine(&gateway);
    let gateway = gateway.restart();
    assert_eq!(progress(&gateway, &asked)["waits_for"], "block");
    assert_eq!(handle_status(&gateway), 404);
    mine(&gateway);
    assert_eq!(progress(&gateway, &asked)["status"], "confirmed");
    assert_eq!(handle_status(&gateway), 200);
}

/// Returns blocks that part from the chain of `node` at `height` and hold nothing.
async fn empty_branch(node: &LocalNode, height: u32, length: u32) -> Vec<SealedBlock> {
    let dir = tempfile::tempdir().expect("a folder");
    let rival = LocalNode::open(NodeConfig {
        dir: dir.path().to_owned(),
        params: Params::dev(),
        clock: std::sync::Arc::new(SystemClock),
        state_memory: NodeConfig::STATE_MEMORY,
    });
    let rival = rival.expect("an empty chain");
    for height in 1..=height {
        let id = node.block_id_at(Height::new(height)).await.expect("there");
        let block = node.block(id).await.expect("read").expect("a body").block;
        let block = SealedBlock::clone(&block);
        rival.submit_block(block).await.expect("a good block");
    }
    let script = bitcoin::ScriptBuf::new_op_return(b"rival");
    let mut blocks = Vec::new();
    for id in rival.mine(length, script).await.expect("mined") {
        let block = rival.block(id).await.expect("read").expect("a body").block;
        blocks.push(SealedBlock::clone(&block));
    }
    blocks
}

#[test]
fn a_registration_that_is_reorganised_away_is_made_again() {
    // After the commitment's block, and after the registration's.
    for mined in [1, 2] {
        let gateway = TestGateway::without_miner();
        let asked = asked(&gateway);
        let parting = gateway.wait_for(gateway.node().tip()).height.to_u32();
        for _ in 0..mined {
            mine(&gateway);
        }
        let blocks = gateway.wait_for(empty_branch(gateway.node(), parting, mined + 1));
        for block in blocks {
            let taken = gateway.node().submit_block(block);
            gateway.wait_for(taken).expect("a longer branch");
        }
        let operation = progress(&gateway, &asked);
        assert_eq!(operation["status"], "pending", "{operation}");
        assert_eq!(operation["waits_for"], "commitment_block");
        assert_eq!(handle_status(&gateway), 404);
        mine(&gateway);
        assert_eq!(progress(&gateway, &asked)["waits_for"], "block");
        mine(&gateway);
        assert_eq!(progress(&gateway, &asked)["status"], "confirmed");
        assert_eq!(handle_status(&gateway), 200);
    }
}

#[test]
fn a_handle_that_somebody_else_registered_first_fails_with_the_rule_it_breaks() {
    let gateway = TestGateway::without_miner();
    let (client, stranger) = (&gateway.client, &gateway.stranger);
    let first = asked(&gateway);
    let wallet = stranger.post("/v1/wallets", &json!({"name": "Thief", "kind": "hosted"}));
    let wallet = text(&wallet.ok(), "/id");
    let to = stranger.post(&format!("/v1/wallets/{wallet}/addresses"), &json!({}));
    let faucet = json!({"address": text(&to.ok(), "/address"), "amount": "2"});
    client.post("/v1/faucet", &faucet).ok();
    mine(&gateway);
    let body = json!({"wallet_id": wallet, "handle": "acme"});
    // The handle is still free: the gateway commits, a block too late.
    let second = stranger.post("/v1/identities", &body).ok();
    let id = text(&second, "/operation/id");
    mine(&gateway);
    assert_eq!(progress(&gateway, &first)["status"], "confirmed");
    let second = stranger.get(&format!("/v1/payments/{id}")).ok();
    assert_eq!(second["operation"]["status"], "failed");
    let code = text(&second, "/operation/failure/code");
    assert_eq!(code, "mip0002.handle_taken");
    assert_eq!(second["operation"].get("waits_for"), None);
}
