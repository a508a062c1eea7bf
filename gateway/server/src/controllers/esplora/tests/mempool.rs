//! The mempool and what it says about fees.
use std::sync::Arc;

use bitcoin::{Amount, OutPoint};
use moneta_node_api::MempoolEntry;
use moneta_testkit::scripted::ScriptedChain;
use serde_json::json;

use super::super::fees::{estimate, histogram};
use super::{Bench, fields, pay, reward_of};

fn entries(rates: &[(u64, u64)]) -> Vec<Arc<MempoolEntry>> {
    let mut chain = ScriptedChain::new();
    let rates = rates.iter();
    rates
        .map(|(fee, vsize)| {
            let reward = reward_of(&chain.mine(1));
            let entry = chain.waiting(pay(&[reward], &[(2, 5_000)]), &[]);
            Arc::new(MempoolEntry {
                fee: Amount::from_sat(*fee),
                vsize: *vsize,
                ..MempoolEntry::clone(&entry)
            })
        })
        .collect()
}

#[tokio::test]
async fn the_mempool_is_counted_listed_and_shown_newest_first() {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let parent = chain.waiting(pay(&[reward], &[(2, 499_000_000)]), &[]);
    let coin = OutPoint::new(parent.txid, 0);
    let child = chain.waiting(pay(&[coin], &[(3, 498_000_000)]), &[Arc::clone(&parent)]);
    let bench = Bench::new(chain).await;
    assert_eq!(
        bench.json("/mempool").await,
        json!({"count": 0, "vsize": 0, "total_fee": 0, "fee_histogram": []})
    );
    let (parent_id, child_id) = (parent.txid.to_string(), child.txid.to_string());
    let vsize = parent.vsize + child.vsize;
    bench.node.fill_mempool(vec![parent, child]);
    let mempool = bench.json("/mempool").await;
    assert_eq!(mempool["count"], json!(2));
    assert_eq!(mempool["total_fee"], json!(2_000_000));
    assert_eq!(mempool["vsize"], json!(vsize));
    assert_eq!(
        bench.json("/mempool/txids").await,
        json!([parent_id, child_id])
    );
    let recent = bench.json("/mempool/recent").await;
    assert_eq!(fields(&recent[0]), ["fee", "txid", "value", "vsize"]);
    assert_eq!(recent[0]["txid"], json!(child_id));
    assert_eq!(recent[1]["value"], json!(499_000_000));
    // A waiting transaction is found, and so is who spends its output.
    let tx = bench.json(&format!("/tx/{child_id}")).await;
    assert_eq!(tx["status"], json!({"confirmed": false}));
    let spent = bench.json(&format!("/tx/{parent_id}/outspend/0")).await;
    let expected = json!({
        "spent": true, "txid": child_id, "vin": 0, "status": {"confirmed": false},
    });
    assert_eq!(spent, expected);
}

#[tokio::test]
async fn fee_estimates_have_every_target_and_never_rise_with_patience() {
    let bench = Bench::new(ScriptedChain::new()).await;
    let estimates = bench.json("/fee-estimates").await;
    assert_eq!(fields(&estimates).len(), 28);
    assert_eq!(estimates["1"], json!(1.0));
    assert_eq!(estimates["1008"], json!(1.0));
}

#[test]
fn an_estimate_is_the_rate_of_what_no_longer_fits() {
    // Blocks of 1,000: the two dearest fill the first, the third opens the second.
    let entries = entries(&[(5_000, 500), (2_000, 500), (10_000, 500), (600, 600)]);
    let estimates = estimate(&entries, 1_000, 1_000);
    assert_eq!(
        (estimates[&1], estimates[&2], estimates[&3]),
        (4.0, 1.0, 1.0)
    );
    assert!(
        estimate(&[], 1_000, 2_500)
            .values()
            .all(|rate| (*rate - 2.5).abs() < 1e-9)
    );
}

#[test]
fn the_histogram_begins_with_the_dearest_and_loses_nothing() {
    let entries = entries(&[(60_000, 60_000), (600_000, 60_000), (120_000, 60_000)]);
    let classes = histogram(&entries);
    assert_eq!(classes, [(10.0, 60_000), (2.0, 60_000), (1.0, 60_000)]);
}
