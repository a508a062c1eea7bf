//! The examples in `docs/examples` move gold on a sandbox, built from the documents with stock libraries.
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bitcoin::key::{CompressedPublicKey, PrivateKey};
use bitcoin::{Address, KnownHrp, NetworkKind, Transaction, consensus::encode};
use moneta_testkit::sandbox::{Client, Sandbox};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Commands that run each example, as far as its packages are here.
fn examples() -> Vec<(&'static str, Command)> {
    let examples = root().join("docs/examples");
    let mut javascript = Command::new("node");
    javascript.arg(examples.join("transfer.mjs"));
    let mut python = Command::new(root().join("target/examples/bin/python"));
    python.arg(examples.join("transfer.py"));
    let mut found = Vec::new();
    for (name, command, packages) in [
        (
            "JavaScript",
            javascript,
            "docs/examples/node_modules/bitcoinjs-lib",
        ),
        ("Python", python, "target/examples/bin/python"),
    ] {
        if root().join(packages).exists() {
            found.push((name, command));
            continue;
        }
        let required = std::env::var_os("MONETA_REQUIRE_EXAMPLES").is_some();
        assert!(
            !required,
            "{packages} is required: see docs/examples/README.md"
        );
        // Loud: whoever reads the log must see it.
        eprintln!("SKIPPED: no {packages}, so the {name} example is not run");
    }
    found
}

/// Runs an example on an order.
fn run(command: &mut Command, order: &Value) -> String {
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    input
        .write_all(order.to_string().as_bytes())
        .expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{failed}");
    String::from_utf8(output.stdout)
        .expect("text")
        .trim()
        .to_owned()
}

/// Returns the coin of `address` that a transaction made, as an order names it.
fn coin(client: &Client, txid: &str, address: &str) -> Value {
    let transaction = client.get(&format!("/v1/transactions/{txid}")).ok();
    let outputs = transaction["outputs"].as_array().expect("outputs");
    let output = outputs.iter().find(|output| output["address"] == address);
    let output = output.expect("an output to the address");
    json!({
        "txid": txid, "vout": output["index"], "value": output["value"]["base_units"],
        "amount": output["attachment"]["amount"]["base_units"],
    })
}

#[test]
fn gold_moves_by_a_transaction_that_stock_libraries_build() {
    let mut examples = examples();
    if examples.is_empty() {
        return;
    }
    let sandbox = Sandbox::start();
    let client = sandbox.client();
    let secret = PrivateKey::from_slice(&[0x42; 32], NetworkKind::Test).expect("a key");
    let public = CompressedPublicKey::from_private_key(bitcoin::secp256k1::SECP256K1, &secret);
    let own = Address::p2wpkh(&public.expect("compressed"), KnownHrp::Regtest).to_string();

    let wallet = client
        .post("/v1/wallets", &json!({"name": "Acme", "kind": "hosted"}))
        .ok();
    let issuer = wallet["id"].as_str().expect("an id");
    let receive = client
        .post(&format!("/v1/wallets/{issuer}/addresses"), &json!({}))
        .ok();
    let to = receive["address"].as_str().expect("an address");
    let faucet = |address: &str| {
        let body = json!({"address": address, "amount": "1"});
        client.post("/v1/faucet?confirm=true", &body).ok()
    };
    faucet(to);
    let issue = json!({
        "wallet_id": issuer, "symbol": "GOLD", "name": "Gold", "decimals": 3, "supply": "1000",
        "cap": "1000", "powers": ["freeze"],
    });
    let asset = client.post("/v1/assets?confirm=true", &issue).ok();
    let gold = asset["id"].as_str().expect("an id");
    let pay = json!({"wallet_id": issuer, "to": own, "asset": gold, "amount": "100"});
    let paid = client.post("/v1/payments?confirm=true", &pay).ok();
    let mut asset_coin = coin(&client, paid["txid"].as_str().expect("an id"), &own);

    for (name, command) in &mut examples {
        let given = faucet(&own);
        let order = json!({
            "key": "42".repeat(32), "asset": gold, "amount": "12500", "to": to, "fee": "500",
            "asset_coin": asset_coin, "grain_coin": coin(&client, given["txid"].as_str().expect("an id"), &own),
        });
        let hex = run(command, &order);
        let transaction: Transaction = encode::deserialize_hex(&hex).expect("a transaction");
        client.post("/v1/transactions", &json!({"hex": hex})).ok();
        client.post("/v1/blocks", &json!({"count": 1})).ok();
        let txid = transaction.compute_txid().to_string();
        let told = client.get(&format!("/v1/transactions/{txid}")).ok();
        let held =
            |vout: usize| told["outputs"][vout]["attachment"]["amount"]["base_units"].clone();
        assert_eq!(held(0), "12500", "{name}: {told}");
        asset_coin = coin(&client, &txid, &own);
        assert_eq!(asset_coin["vout"], 1, "{name}");
    }
    let left = 100_000 - 12_500 * examples.len();
    assert_eq!(asset_coin["amount"], left.to_string());

    // One unit more than there is: every node refuses what stock libraries don't know to be wrong.
    let given = faucet(&own);
    let order = json!({
        "key": "42".repeat(32), "asset": gold, "amount": "1", "to": to, "fee": "500",
        "asset_coin": {"txid": asset_coin["txid"], "vout": 1, "value": "1000", "amount": (left + 1).to_string()},
        "grain_coin": coin(&client, given["txid"].as_str().expect("an id"), &own),
    });
    let (_, command) = &mut examples[0];
    let hex = run(command, &order);
    let refused = client.post("/v1/transactions", &json!({"hex": hex}));
    assert_eq!(refused.code(), "mip0003.not_conserved");
}
