//! Merkle proofs, checked by the `bitcoin` crate and by hand.
use axum::http::StatusCode;
use bitcoin::consensus::encode::deserialize_hex;
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::{MerkleBlock, OutPoint, Txid};
use moneta_testkit::scripted::ScriptedChain;
use serde_json::json;

use super::{Bench, pay, reward_of};

/// A block of `count` transactions.
fn block_of(count: u32) -> ScriptedChain {
    let mut chain = ScriptedChain::new();
    let mut coin = reward_of(&chain.mine(1));
    for _ in 1..count {
        coin = OutPoint::new(chain.add(pay(&[coin], &[(1, 1_000)])), 0);
    }
    chain.mine(2);
    chain
}

#[tokio::test]
async fn every_transaction_of_every_size_of_block_proves_itself() {
    for count in 1..=9 {
        let chain = block_of(count);
        let header = chain.tip().block.block.header;
        let txids: Vec<Txid> = chain
            .tip()
            .transactions
            .iter()
            .map(|done| done.txid)
            .collect();
        let bench = Bench::new(chain).await;
        for (position, txid) in txids.iter().enumerate() {
            let proof = bench.json(&format!("/tx/{txid}/merkle-proof")).await;
            assert_eq!(
                (&proof["pos"], &proof["block_height"]),
                (&json!(position), &json!(2))
            );
            let mut hash = txid.to_raw_hash();
            let mut index = position;
            for sibling in proof["merkle"].as_array().expect("a list") {
                let text = sibling.as_str().expect("text");
                let sibling: sha256d::Hash = text.parse().expect("a hash");
                let (left, right) = if index % 2 == 0 {
                    (hash, sibling)
                } else {
                    (sibling, hash)
                };
                let pair = [left.to_byte_array(), right.to_byte_array()].concat();
                hash = sha256d::Hash::hash(&pair);
                index /= 2;
            }
            assert_eq!(
                hash,
                header.merkle_root.to_raw_hash(),
                "{position} of {count}"
            );

            let (_, hex) = bench.text(&format!("/tx/{txid}/merkleblock-proof")).await;
            let proof: MerkleBlock = deserialize_hex(&hex).expect("a proof");
            let (mut matches, mut indexes) = (Vec::new(), Vec::new());
            proof
                .extract_matches(&mut matches, &mut indexes)
                .expect("valid");
            assert_eq!(proof.header, header);
            assert_eq!(matches, [*txid]);
        }
    }
}

#[tokio::test]
async fn a_waiting_transaction_has_no_proof_yet() {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let waiting = chain.waiting(pay(&[reward], &[(2, 100)]), &[]);
    let bench = Bench::new(chain).await;
    let txid = waiting.txid;
    bench.node.fill_mempool(vec![waiting]);
    for proof in ["merkle-proof", "merkleblock-proof"] {
        let (status, _) = bench.text(&format!("/tx/{txid}/{proof}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
