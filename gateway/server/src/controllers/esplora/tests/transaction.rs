//! Transactions, spends and broadcasts.
use axum::http::StatusCode;
use bitcoin::consensus::deserialize;
use bitcoin::consensus::encode::{deserialize_hex, serialize_hex};
use bitcoin::{OutPoint, Transaction, Txid};
use moneta_chain::{Network, address_of};
use moneta_mips::{AssetId, Attachment};
use moneta_node_api::Rejection;
use moneta_testkit::scripted::{Draft, ScriptedChain, out_to, script_of};
use serde_json::json;

use super::{Bench, fields, reward_of};

/// Block 2 holds a transaction of owner 1 that pays owner 2 units of gold, and nothing else.
fn gold() -> (ScriptedChain, OutPoint, Txid) {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let units = Attachment::Asset {
        id: AssetId([1; 32]),
        amount: u64::MAX,
    };
    let txid = chain.add(Draft {
        inputs: vec![reward],
        outputs: vec![(out_to(2, 1_000), Some(units)), (out_to(1, 9_000), None)],
        ..Draft::default()
    });
    chain.mine(3);
    (chain, reward, txid)
}

#[tokio::test]
async fn a_transaction_carries_prevouts_status_and_our_attachment() {
    let (chain, reward, txid) = gold();
    let tip = chain.tip().clone();
    let bench = Bench::new(chain).await;
    let tx = bench.json(&format!("/tx/{txid}")).await;
    assert_eq!(
        fields(&tx),
        [
            "fee", "locktime", "size", "status", "txid", "version", "vin", "vout", "weight"
        ]
    );
    assert_eq!(
        tx["status"],
        json!({
            "confirmed": true, "block_height": 2, "block_hash": tip.id.to_string(),
            "block_time": tip.block.block.header.time,
        })
    );
    let script = script_of(2);
    assert_eq!(
        tx["vout"][0],
        json!({
            "scriptpubkey": script.to_hex_string(),
            "scriptpubkey_asm": format!("OP_0 OP_PUSHBYTES_20 {}", "02".repeat(20)),
            "scriptpubkey_type": "v0_p2wpkh",
            "scriptpubkey_address": address_of(&script, Network::Dev),
            "value": 1_000,
            "attachment": {"kind": "asset", "id": "01".repeat(32), "amount": u64::MAX.to_string()},
        })
    );
    let vin = &tx["vin"][0];
    assert_eq!(vin["txid"], json!(reward.txid.to_string()));
    assert_eq!(vin["prevout"]["value"], json!(500_000_000u64));
    assert_eq!(vin["is_coinbase"], json!(false));
    assert_eq!(vin["witness"].as_array().map(Vec::len), Some(2));
    assert_eq!(tx["fee"], json!(500_000_000u64 - 10_000));

    let coinbase = bench.json(&format!("/tx/{}", reward.txid)).await;
    assert_eq!(coinbase["vin"][0]["is_coinbase"], json!(true));
    assert_eq!(coinbase["vin"][0]["prevout"], json!(null));
    assert_eq!(coinbase["fee"], json!(0));
}

#[tokio::test]
async fn hex_and_raw_are_the_transaction_itself() {
    let (chain, _, txid) = gold();
    let expected = chain.tip().block.block.txdata[1].clone();
    let bench = Bench::new(chain).await;
    let (_, hex) = bench.text(&format!("/tx/{txid}/hex")).await;
    assert_eq!(deserialize_hex::<Transaction>(&hex).expect("hex"), expected);
    let (_, raw) = bench.raw(&format!("/tx/{txid}/raw")).await;
    assert_eq!(deserialize::<Transaction>(&raw).expect("bytes"), expected);
    let status = bench.json(&format!("/tx/{txid}/status")).await;
    assert_eq!(status["confirmed"], json!(true));
    let unknown = bench.json(&format!("/tx/{}/status", "11".repeat(32))).await;
    assert_eq!(unknown, json!({"confirmed": false}));
}

#[tokio::test]
async fn an_outspend_names_the_spender_and_an_unspent_output_says_no_more() {
    let (chain, reward, txid) = gold();
    let bench = Bench::new(chain).await;
    let spent = bench.json(&format!("/tx/{}/outspend/0", reward.txid)).await;
    assert_eq!((&spent["spent"], &spent["vin"]), (&json!(true), &json!(0)));
    assert_eq!(spent["txid"], json!(txid.to_string()));
    assert_eq!(spent["status"]["block_height"], json!(2));
    let all = bench.json(&format!("/tx/{txid}/outspends")).await;
    assert_eq!(all, json!([{"spent": false}, {"spent": false}]));
    let (status, _) = bench.text(&format!("/tx/{txid}/outspend/2")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_broadcast_answers_the_id_or_the_rule_that_is_broken() {
    let (chain, ..) = gold();
    let transaction = chain.tip().block.block.txdata[1].clone();
    let bench = Bench::new(chain).await;
    let hex = serialize_hex(&transaction);
    let txid = transaction.compute_txid().to_string();
    assert_eq!(
        bench.post("/tx", &hex).await,
        (StatusCode::OK, txid.clone())
    );
    assert_eq!(
        bench.text(&format!("/broadcast?tx={hex}")).await,
        (StatusCode::OK, txid)
    );
    let (status, text) = bench.post("/tx", "nonsense").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(text, "the body is not a transaction in hexadecimal");
    bench.node.refuse_with(Rejection {
        code: "mip0001.coin_frozen".to_owned(),
        detail: "coin 1:0 is frozen until height 20".to_owned(),
    });
    let (status, text) = bench.post("/tx", &hex).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        text,
        "coin 1:0 is frozen until height 20 [mip0001.coin_frozen]"
    );
}

#[tokio::test]
async fn a_package_answers_as_bitcoin_core_does() {
    let (chain, ..) = gold();
    let transaction = chain.tip().block.block.txdata[1].clone();
    let bench = Bench::new(chain).await;
    let body = json!([serialize_hex(&transaction)]).to_string();
    let (status, text) = bench.post("/txs/package", &body).await;
    assert_eq!(status, StatusCode::OK);
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["package_msg"], "success");
    let result = &answer["tx-results"][transaction.compute_wtxid().to_string()];
    assert_eq!(result["txid"], transaction.compute_txid().to_string());
    assert_eq!(result["vsize"], transaction.vsize());
    for body in ["nonsense", r#"["nonsense"]"#, "{}"] {
        let (status, _) = bench.post("/txs/package", body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    bench.node.refuse_with(Rejection {
        code: "policy.package_shape".to_owned(),
        detail: "out of place".to_owned(),
    });
    let (status, text) = bench.post("/txs/package", &body).await;
    assert_eq!(
        (status, text.as_str()),
        (
            StatusCode::BAD_REQUEST,
            "out of place [policy.package_shape]"
        )
    );
}
