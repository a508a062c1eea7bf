//! Addresses and script hashes.
use axum::http::StatusCode;
use bitcoin::OutPoint;
use moneta_chain::{Network, ScriptId, address_of};
use moneta_mips::{AssetId, Attachment};
use moneta_testkit::scripted::{Draft, ScriptedChain, out_to, script_of};
use serde_json::{Value, json};

use super::{Bench, pay, reward_of};

fn paths(owner: u8) -> [String; 2] {
    let script = script_of(owner);
    let address = address_of(&script, Network::Dev).expect("segwit");
    [
        format!("/address/{address}"),
        format!("/scripthash/{}", ScriptId::of(&script)),
    ]
}

/// Owner 1 mines `blocks` blocks.
async fn miner(blocks: u32) -> Bench {
    let mut chain = ScriptedChain::new();
    (0..blocks).for_each(|_| drop(chain.mine(1)));
    Bench::new(chain).await
}

fn txids(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    let txids = list.iter().map(|tx| tx["txid"].as_str().expect("an id"));
    txids.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_history_is_read_to_its_end_in_pages_of_twenty_five() {
    let bench = miner(60).await;
    for path in paths(1) {
        let mut seen = Vec::new();
        let mut page = txids(&bench.json(&format!("{path}/txs")).await);
        let mut sizes = Vec::new();
        loop {
            sizes.push(page.len());
            let Some(last) = page.last().cloned() else {
                break;
            };
            seen.append(&mut page);
            page = txids(&bench.json(&format!("{path}/txs/chain/{last}")).await);
        }
        assert_eq!(sizes, [25, 25, 10, 0]);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 60);
        let chain = bench.json(&format!("{path}/txs/chain")).await;
        assert_eq!(txids(&chain).len(), 25);
    }
}

#[tokio::test]
async fn totals_count_chain_and_mempool_apart() {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let spend = chain.waiting(pay(&[reward], &[(1, 400), (2, 100)]), &[]);
    let waiting = spend.txid.to_string();
    let bench = Bench::new(chain).await;
    bench.node.fill_mempool(vec![spend]);
    for path in paths(1) {
        let owner = bench.json(&path).await;
        assert_eq!(
            owner["chain_stats"],
            json!({
                "funded_txo_count": 1, "funded_txo_sum": 500_000_000u64,
                "spent_txo_count": 0, "spent_txo_sum": 0, "tx_count": 1,
            })
        );
        assert_eq!(
            owner["mempool_stats"],
            json!({
                "funded_txo_count": 1, "funded_txo_sum": 400,
                "spent_txo_count": 1, "spent_txo_sum": 500_000_000u64, "tx_count": 1,
            })
        );
        let all = bench.json(&format!("{path}/txs")).await;
        assert_eq!(txids(&all).first(), Some(&waiting));
        assert_eq!(all[0]["status"], json!({"confirmed": false}));
        assert_eq!(txids(&all).len(), 2);
        let mempool = bench.json(&format!("{path}/txs/mempool")).await;
        assert_eq!(txids(&mempool).first(), Some(&waiting));
        assert_eq!(txids(&mempool).len(), 1);
        // The reward is on its way out, the change on its way in.
        let coins = bench.json(&format!("{path}/utxo")).await;
        let expected = json!([{
            "txid": waiting, "vout": 0, "status": {"confirmed": false}, "value": 400,
        }]);
        assert_eq!(coins, expected);
    }
    let [address, hash] = paths(1);
    assert!(bench.json(&address).await["address"].is_string());
    assert!(bench.json(&hash).await["scripthash"].is_string());
}

#[tokio::test]
async fn an_owner_nobody_has_paid_has_nothing() {
    let bench = miner(1).await;
    for path in paths(9) {
        assert_eq!(bench.json(&path).await["chain_stats"]["tx_count"], json!(0));
        for list in ["txs", "txs/chain", "txs/mempool", "utxo"] {
            assert_eq!(
                bench.json(&format!("{path}/{list}")).await,
                json!([]),
                "{list}"
            );
        }
    }
}

#[tokio::test]
async fn a_coin_that_holds_an_asset_says_so() {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let units = Attachment::Asset {
        id: AssetId([1; 32]),
        amount: 7,
    };
    let txid = chain.add(Draft {
        inputs: vec![reward],
        outputs: vec![(out_to(2, 1_000), Some(units))],
        ..Draft::default()
    });
    chain.mine(1);
    let bench = Bench::new(chain).await;
    let coins = bench.json(&format!("{}/utxo", paths(2)[0])).await;
    assert_eq!(coins[0]["txid"], json!(txid.to_string()));
    assert_eq!(coins[0]["attachment"]["amount"], json!("7"));
    assert_eq!(coins[0]["status"]["block_height"], json!(2));
}

#[tokio::test]
async fn a_page_behind_a_transaction_that_a_reorganisation_removed_is_refused() {
    let bench = miner(30).await;
    let path = &paths(1)[1];
    let first = bench.json(&format!("{path}/txs")).await;
    let newest = txids(&first).first().cloned().expect("one");
    bench.node.script(|chain| {
        chain.take_back();
        chain.mine(1);
    });
    bench.follow().await;
    let (status, text) = bench.text(&format!("{path}/txs/chain/{newest}")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("from its start"), "{text}");
}

#[tokio::test]
async fn a_transaction_is_in_the_mempool_or_in_a_block_and_never_in_both() {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let draft = pay(&[reward], &[(2, 100)]);
    let waiting = chain.waiting(draft.clone(), &[]);
    let bench = Bench::new(chain).await;
    bench.node.fill_mempool(vec![waiting]);
    // The node has mined on; index and mempool have not noticed.
    bench.node.script(|chain| {
        let txid = chain.add(draft);
        chain.mine(1);
        OutPoint::new(txid, 0)
    });
    let before = bench.json(&format!("{}/txs", paths(2)[0])).await;
    assert_eq!(before, json!([]), "the index's own tip, without a mempool");
    bench.node.fill_mempool(Vec::new());
    bench.follow().await;
    let after = bench.json(&format!("{}/txs", paths(2)[0])).await;
    assert_eq!(after.as_array().map(Vec::len), Some(1));
}
