//! Blocks.
use axum::http::StatusCode;
use bitcoin::consensus::deserialize;
use bitcoin::consensus::encode::{deserialize_hex, serialize_hex};
use bitcoin::{Block, block::Header};
use moneta_chain::SEAL_LEN;
use moneta_testkit::scripted::ScriptedChain;
use serde_json::{Value, json};

use super::{Bench, fields, pay, reward_of};

fn chain_of(blocks: u8) -> ScriptedChain {
    let mut chain = ScriptedChain::new();
    (0..blocks).for_each(|owner| drop(chain.mine(owner)));
    chain
}

#[tokio::test]
async fn a_block_has_every_field_in_the_range_clients_parse() {
    let chain = chain_of(3);
    let tip = chain.tip().clone();
    let bench = Bench::new(chain).await;
    let block = bench.json(&format!("/block/{}", tip.id)).await;
    let expected = [
        "bits",
        "difficulty",
        "height",
        "id",
        "mediantime",
        "merkle_root",
        "nonce",
        "previousblockhash",
        "seal",
        "size",
        "timestamp",
        "tx_count",
        "version",
        "weight",
    ];
    assert_eq!(fields(&block), expected);
    assert_eq!(block["id"], json!(tip.id.to_string()));
    assert_eq!(block["height"], json!(3));
    assert_eq!(block["tx_count"], json!(1));
    let header = tip.block.block.header;
    assert_eq!(block["bits"], json!(header.bits.to_consensus()));
    assert_eq!(
        block["previousblockhash"],
        json!(header.prev_blockhash.to_string())
    );
    assert!(block["nonce"].as_u64().expect("an integer") <= u32::MAX.into());
    assert!(i32::try_from(block["version"].as_i64().expect("an integer")).is_ok());
    assert!(block["difficulty"].as_f64().expect("a number") > 0.0);
    // The list and the single block say the same.
    let list = bench.json("/blocks").await;
    assert_eq!(list[0]["id"], block["id"]);
    assert_eq!(list[0]["size"], block["size"]);
    assert_eq!(list[0]["weight"], block["weight"]);
}

#[tokio::test]
async fn blocks_come_ten_at_a_time_newest_first_down_to_genesis() {
    let bench = Bench::new(chain_of(12)).await;
    let heights = |list: &Value| -> Vec<u64> {
        let list = list.as_array().expect("a list");
        list.iter()
            .map(|block| block["height"].as_u64().expect("a height"))
            .collect()
    };
    assert_eq!(
        heights(&bench.json("/blocks").await),
        (3..=12).rev().collect::<Vec<_>>()
    );
    let last = bench.json("/blocks/2").await;
    assert_eq!(heights(&last), [2, 1, 0]);
    assert_eq!(last[2]["previousblockhash"], Value::Null);
    assert_eq!(bench.text("/blocks/13").await.0, StatusCode::NOT_FOUND);
    assert_eq!(bench.text("/blocks/x").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tip_and_heights_are_plain_text() {
    let chain = chain_of(3);
    let tip = chain.tip().id.to_string();
    let genesis = chain.params().genesis.block_hash().to_string();
    let bench = Bench::new(chain).await;
    assert_eq!(bench.text("/blocks/tip/height").await.1, "3");
    assert_eq!(bench.text("/blocks/tip/hash").await.1, tip);
    assert_eq!(bench.text("/block-height/3").await.1, tip);
    assert_eq!(bench.text("/block-height/0").await.1, genesis);
    assert_eq!(bench.text("/block-height/4").await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        bench.text("/block-height/-1").await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn header_and_raw_are_bitcoins_bytes_and_the_seal_stands_apart() {
    let chain = chain_of(2);
    let tip = chain.tip().clone();
    let bench = Bench::new(chain).await;
    let (_, hex) = bench.text(&format!("/block/{}/header", tip.id)).await;
    assert_eq!(hex.len(), 160);
    let header: Header = deserialize_hex(&hex).expect("a header");
    assert_eq!(header.block_hash(), tip.id);
    let (_, bytes) = bench.raw(&format!("/block/{}/raw", tip.id)).await;
    let block: Block = deserialize(&bytes).expect("a block");
    assert_eq!(block, tip.block.block);
    let (_, seal) = bench.text(&format!("/block/{}/seal", tip.id)).await;
    assert_eq!(seal.len(), 2 * SEAL_LEN);
    assert!(seal.ends_with(&"07".repeat(32)));
}

#[tokio::test]
async fn a_block_that_lost_is_still_shown_and_said_not_to_be_best() {
    let chain = chain_of(3);
    let lost = chain.tip().id;
    let bench = Bench::new(chain).await;
    bench.node.script(|chain| {
        chain.take_back();
        (7..9).for_each(|owner| drop(chain.mine(owner)));
    });
    bench.follow().await;
    let status = bench.json(&format!("/block/{lost}/status")).await;
    assert_eq!(
        status,
        json!({"in_best_chain": false, "height": null, "next_best": null})
    );
    assert_eq!(
        bench.json(&format!("/block/{lost}")).await["height"],
        json!(3)
    );
    let winner = bench.text("/block-height/3").await.1;
    let status = bench.json(&format!("/block/{winner}/status")).await;
    let next = bench.text("/blocks/tip/hash").await.1;
    assert_eq!(
        status,
        json!({"in_best_chain": true, "height": 3, "next_best": next})
    );
    // Nobody knows this one: not an error, for clients ask to learn of a reorganisation.
    let nobody = format!("/block/{}/status", "00".repeat(32));
    assert_eq!(bench.json(&nobody).await["in_best_chain"], json!(false));
}

#[tokio::test]
async fn transactions_of_a_block_come_twenty_five_a_page() {
    let mut chain = ScriptedChain::new();
    let mut coin = reward_of(&chain.mine(1));
    for _ in 0..30 {
        let txid = chain.add(pay(&[coin], &[(1, 1_000)]));
        coin = bitcoin::OutPoint::new(txid, 0);
    }
    let tip = chain.mine(1);
    let bench = Bench::new(chain).await;
    let txids = bench.json(&format!("/block/{}/txids", tip.id)).await;
    assert_eq!(txids.as_array().map(Vec::len), Some(31));
    let first = bench.json(&format!("/block/{}/txs", tip.id)).await;
    assert_eq!(first.as_array().map(Vec::len), Some(25));
    let second = bench.json(&format!("/block/{}/txs/25", tip.id)).await;
    assert_eq!(second.as_array().map(Vec::len), Some(6));
    assert_eq!(second[5]["txid"], txids[30]);
    let (_, text) = bench.text(&format!("/block/{}/txid/30", tip.id)).await;
    assert_eq!(json!(text), txids[30]);
    let (status, _) = bench.text(&format!("/block/{}/txs/7", tip.id)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    for path in ["txs/50", "txid/31"] {
        let (status, _) = bench.text(&format!("/block/{}/{path}", tip.id)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn refusals_are_plain_text_with_a_status_of_their_own() {
    let bench = Bench::new(chain_of(1)).await;
    let nowhere = "11".repeat(32);
    let cases = [
        ("/nothing/here".to_owned(), 404),
        (format!("/block/{nowhere}"), 404),
        (format!("/block/{nowhere}/raw"), 404),
        (format!("/block/{nowhere}/txs"), 404),
        (format!("/tx/{nowhere}"), 404),
        (format!("/tx/{nowhere}/raw"), 404),
        (format!("/tx/{nowhere}/merkle-proof"), 404),
        (format!("/tx/{nowhere}/outspends"), 404),
        ("/block/zz".to_owned(), 400),
        ("/tx/zz".to_owned(), 400),
        ("/scripthash/zz".to_owned(), 400),
        ("/address/zz".to_owned(), 400),
        (
            "/address/bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4/utxo".to_owned(),
            400,
        ),
        (format!("/scripthash/{nowhere}/txs/chain/{nowhere}"), 422),
    ];
    for (path, expected) in cases {
        let (status, text) = bench.text(&path).await;
        assert_eq!(status.as_u16(), expected, "{path}");
        assert!(
            text.contains(' ') && !text.starts_with('{'),
            "{path}: {text}"
        );
    }
    let tx = serialize_hex(&bench.node.script(|chain| chain.tip().block.block.header));
    assert_eq!(bench.post("/tx", &tx).await.0, StatusCode::BAD_REQUEST);
}
