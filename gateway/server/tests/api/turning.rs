//! The chain turns between two reads of one answer: the answer is about one chain all the same.
use moneta_chain::{Height, Params, SealedBlock};
use moneta_daemon::{LocalNode, NodeConfig, SystemClock};
use moneta_node_api::NodeApi;
use serde_json::json;

use crate::gateway::{TestGateway, text};

/// Returns the blocks of a rival of `node` that parts from it at `height` and is longer.
async fn rival(node: &LocalNode, height: u32) -> Vec<SealedBlock> {
    let dir = tempfile::tempdir().expect("a folder");
    let rival = LocalNode::open(NodeConfig {
        dir: dir.path().to_owned(),
        params: Params::dev(),
        clock: std::sync::Arc::new(SystemClock),
        state_memory: NodeConfig::STATE_MEMORY,
    });
    let rival = rival.expect("an empty chain");
    for height in 1..=height {
        let id = node
            .block_id_at(Height::new(height))
            .await
            .expect("it is there");
        let block = node.block(id).await.expect("read").expect("a body").block;
        rival
            .submit_block(SealedBlock::clone(&block))
            .await
            .expect("a good block");
    }
    let script = bitcoin::ScriptBuf::new_op_return(b"rival");
    let mut blocks = Vec::new();
    for id in rival.mine(6, script).await.expect("mined") {
        let block = rival.block(id).await.expect("read").expect("a body").block;
        blocks.push(SealedBlock::clone(&block));
    }
    blocks
}

#[test]
fn a_proof_holds_though_the_chain_turned_while_it_was_put_together() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (wallet, _) = gateway.funded("Notary", "1");
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let body = json!({"wallet_id": wallet, "digest": digest});
    let notarised = client.post("/v1/notarisations?confirm=true", &body).ok();
    let parting = client.get("/v1/chain").ok()["height"].as_u64().unwrap();
    client.post("/v1/blocks", &json!({"count": 3})).ok();
    let tip = text(&client.get("/v1/chain").ok(), "/tip_hash");

    let parting = u32::try_from(parting).unwrap();
    let blocks = gateway.wait_for(rival(gateway.node(), parting));
    // After the notarisation's block and one on top of it were read.
    gateway.turn_after(2, blocks);
    let id = text(&notarised, "/id");
    let proof = client.get(&format!("/v1/notarisations/{id}/proof"));
    assert_eq!(proof.status, 200, "{}", proof.text);
    let now = gateway.wait_for(gateway.node().tip()).id.to_string();
    assert_ne!(now, tip, "the chain has turned");
    let proof = serde_json::from_str(&proof.text).expect("a proof");
    let verified = moneta_wallet::verify_anchor(&proof, &Params::dev());
    verified.expect("headers of one chain");
}
