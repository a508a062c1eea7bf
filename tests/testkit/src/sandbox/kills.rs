//! Kill -9 in the middle of work, start again: nothing acknowledged may be missing.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, Sandbox};

/// What a series of kills showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KillReport {
    /// Kills after which the sandbox started again with everything in place.
    pub whole: u32,
    /// Kills in all.
    pub kills: u32,
    /// Acknowledged writes that were looked for again after each kill.
    pub acknowledged: u64,
    /// Acknowledged writes that were missing or different.
    pub lost: u64,
}

/// What the gateway acknowledged so far: path of the thing, and the fields that may never change.
pub(super) type Acknowledged = Arc<Mutex<BTreeMap<String, Value>>>;

/// Kills a busy sandbox `kills` times at moments drawn from `seed`, and looks for every acknowledged
/// wallet, address and payment after each start.
///
/// # Panics
/// The sandbox does not start again.
pub fn kill_and_restart(kills: u32, seed: u64) -> KillReport {
    let mut sandbox = Sandbox::start_with(&["--block-time", "1"]);
    let mut random = seed | 1;
    let acknowledged = Acknowledged::default();
    let mut report = KillReport::default();
    let (mut height, mut tip) = (0, String::new());
    for round in 0..kills {
        let stop = Arc::new(AtomicBool::new(false));
        let workers: Vec<_> = (0..3)
            .map(|worker| {
                let (client, stop, acknowledged) =
                    (sandbox.client(), stop.clone(), acknowledged.clone());
                std::thread::spawn(move || {
                    work(
                        &client,
                        &stop,
                        &acknowledged,
                        &format!("{seed}-{round}-{worker}"),
                    )
                })
            })
            .collect();
        // xorshift64: the moment of the kill differs from round to round and is the same for a seed.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_millis(30 + random % 870));
        sandbox.kill();
        stop.store(true, Ordering::Relaxed);
        for worker in workers {
            worker
                .join()
                .expect("a worker that meets a dead server stops");
        }
        sandbox.restart();
        let lost = missing(
            &sandbox.client(),
            &acknowledged.lock().expect("no worker panicked"),
        );
        let chain = sandbox.client().get("/v1/chain").ok();
        let whole = lost == 0 && extends(&sandbox.client(), height, &tip);
        height = chain["height"].as_u64().expect("a height");
        tip = chain["tip_hash"].as_str().expect("a tip").to_owned();
        report.kills += 1;
        report.whole += u32::from(whole);
        report.lost += lost;
    }
    report.acknowledged = acknowledged.lock().expect("no worker panicked").len() as u64;
    report
}

/// Makes wallets and pays between them until the server is gone.
pub(super) fn work(client: &Client, stop: &AtomicBool, acknowledged: &Acknowledged, name: &str) {
    for round in 0.. {
        if stop.load(Ordering::Relaxed)
            || step(client, acknowledged, &format!("{name}-{round}")).is_none()
        {
            return;
        }
    }
}

fn step(client: &Client, acknowledged: &Acknowledged, name: &str) -> Option<()> {
    let post = |path: &str, body: Value, key: &str| -> Option<Value> {
        let answer = client
            .try_post(path, &body.to_string(), &format!("{name}-{key}"))
            .ok()?;
        (answer.status < 300).then(|| answer.json())
    };
    let keep = |path: String, fields: Value| {
        acknowledged
            .lock()
            .expect("no worker panicked")
            .insert(path, fields);
    };
    let wallet = post(
        "/v1/wallets",
        json!({"name": name, "kind": "hosted"}),
        "wallet",
    )?;
    let id = wallet["id"].as_str()?.to_owned();
    keep(
        format!("/v1/wallets/{id}"),
        json!({"id": id, "name": name, "descriptor": wallet["descriptor"]}),
    );
    let address = post(&format!("/v1/wallets/{id}/addresses"), json!({}), "address")?;
    post(
        "/v1/faucet",
        json!({"wallet_id": id, "amount": "1"}),
        "faucet",
    )?;
    let payment = post(
        "/v1/payments",
        json!({"wallet_id": id, "to": address["address"], "asset": "MTA", "amount": "0.25"}),
        "payment",
    )?;
    let path = format!("/v1/payments/{}", payment["id"].as_str()?);
    keep(path, json!({"id": payment["id"], "txid": payment["txid"]}));
    Some(())
}

/// Counts acknowledged things that are absent or whose lasting fields differ.
pub(super) fn missing(client: &Client, acknowledged: &BTreeMap<String, Value>) -> u64 {
    let differs = |path: &str, fields: &Value| {
        let answer = client.get(path);
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        answer.status != 200
            || fields
                .as_object()
                .expect("an object")
                .iter()
                .any(|(name, value)| body[name] != *value)
            || (path.contains("payments") && body["status"] == "failed")
    };
    acknowledged
        .iter()
        .filter(|(path, fields)| differs(path, fields))
        .count() as u64
}

/// Tells whether the block that was the tip before is still in the chain.
fn extends(client: &Client, height: u64, tip: &str) -> bool {
    tip.is_empty() || client.get(&format!("/api/block-height/{height}")).text == tip
}
