//! Money on the move: many payments at once, change that is spent again, wallets whose keys are elsewhere.
use bitcoin::Psbt;
use moneta_keys::{AccountKey, AccountPath, Mnemonic, os_random};
use serde_json::json;

use crate::gateway::{TestGateway, text};

#[test]
fn payments_at_once_never_spend_more_than_there_is() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "1");
    let (bob, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.3"});
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| client.post("/v1/payments?confirm=true", &body)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let paid = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(paid, 3, "0.3 fits three times into 1");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "wallet.insufficient_funds");
    }
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.90000000");
    let txids: std::collections::BTreeSet<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| text(&answer.json(), "/txid"))
        .collect();
    assert_eq!(txids.len(), 3);
}

#[test]
fn a_wallets_own_change_can_be_spent_before_it_is_in_a_block() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "1");
    let (bob, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.1"});
    let payments: Vec<_> = (0..5)
        .map(|_| client.post("/v1/payments", &body).ok())
        .collect();
    let last = text(&payments[4], "/id");
    let confirm = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.1"});
    client.post("/v1/payments?confirm=true", &confirm).ok();
    assert_eq!(
        client.get(&format!("/v1/payments/{last}")).ok()["status"],
        "confirmed"
    );
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.60000000");
    let history = client
        .get(&format!("/v1/wallets/{alice}/transactions"))
        .ok();
    let history = history["items"].as_array().unwrap();
    assert_eq!(history.len(), 7, "six payments and the faucet");
    assert!(
        history
            .iter()
            .any(|line| line["operation_id"] == last.as_str())
    );
    assert!(
        text(&history[0], "/changes/0/amount").starts_with("-0.1000"),
        "{}",
        history[0]
    );
}

#[test]
fn what_a_tenant_paid_itself_can_be_paid_on_before_it_is_in_a_block() {
    let gateway = TestGateway::without_miner();
    let client = &gateway.client;
    let (alice, to_alice) = gateway.wallet("Alice");
    let (bob, to_bob) = gateway.wallet("Bob");
    let pay = |from: &str, to: &str, amount: &str| json!({"wallet_id": from, "to": to, "asset": "MTA", "amount": amount});
    client
        .post("/v1/faucet", &json!({"address": to_alice, "amount": "1"}))
        .ok();
    client
        .post("/v1/payments", &pay(&alice, &to_bob, "0.5"))
        .ok();
    client
        .post("/v1/payments", &pay(&bob, &to_alice, "0.25"))
        .ok();
    assert_eq!(client.get("/v1/chain").ok()["mempool"]["transactions"], 3);
    // What somebody else paid waits for its block: they could still pay it elsewhere.
    let stranger = text(
        &gateway
            .stranger
            .post("/v1/wallets", &json!({"name": "S", "kind": "hosted"}))
            .ok(),
        "/id",
    );
    let address = gateway
        .stranger
        .post(&format!("/v1/wallets/{stranger}/addresses"), &json!({}))
        .ok();
    client
        .post(
            "/v1/payments",
            &pay(&alice, &text(&address, "/address"), "0.2"),
        )
        .ok();
    let refused = gateway
        .stranger
        .post("/v1/payments", &pay(&stranger, &to_alice, "0.1"));
    refused.refused(409, "wallet.insufficient_funds");
    client.post("/v1/blocks", &json!({"count": 1})).ok();
    gateway
        .stranger
        .post("/v1/payments", &pay(&stranger, &to_alice, "0.1"))
        .ok();
}

#[test]
fn a_watched_wallet_gets_a_psbt_and_pays_once_it_is_signed_elsewhere() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let words = Mnemonic::generate(moneta_keys::WordCount::Twelve, &mut os_random);
    let account = AccountKey::derive(&words.to_seed(""), AccountPath::TEST);
    let body = json!({"name": "Cold", "kind": "watch", "descriptor": account.public().to_string()});
    let cold = text(&client.post("/v1/wallets", &body).ok(), "/id");
    let address = client
        .post(&format!("/v1/wallets/{cold}/addresses"), &json!({}))
        .ok();
    let fund = json!({"address": text(&address, "/address"), "amount": "1"});
    client.post("/v1/faucet?confirm=true", &fund).ok();
    let (bob, to_bob) = gateway.wallet("Bob");

    let body = json!({"wallet_id": cold, "to": to_bob, "asset": "MTA", "amount": "0.25"});
    let payment = client.post("/v1/payments", &body).ok();
    assert_eq!(payment["status"], "awaiting_signature");
    let id = text(&payment, "/id");
    let path = format!("/v1/payments/{id}/signature");
    let unsigned = text(&payment, "/psbt");
    client
        .post(&path, &json!({"psbt": unsigned}))
        .refused(400, "finalise.not_signed");

    let mut signed: Psbt = unsigned.parse().expect("a PSBT");
    account.sign(&mut signed).expect("it is ours");
    let other = client.post(
        "/v1/payments",
        &json!({"wallet_id": cold, "to": to_bob, "asset": "MTA", "amount": "0.2"}),
    );
    let other = format!("/v1/payments/{}/signature", text(&other.ok(), "/id"));
    let brought = json!({"psbt": signed.to_string()});
    client
        .post(&other, &brought)
        .refused(409, "payment.other_transaction");

    let done = client.post(&format!("{path}?confirm=true"), &brought).ok();
    assert_eq!(
        (&done["status"], &done["txid"]),
        (&json!("confirmed"), &payment["txid"])
    );
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.25000000");
    client
        .post(&path, &brought)
        .refused(409, "payment.not_awaiting_signature");
    client
        .post(&format!("/v1/wallets/{cold}/recovery-phrase"), &json!({}))
        .refused(409, "wallet.not_hosted");
}

#[test]
fn a_hosted_wallet_can_be_left_with_its_words() {
    let gateway = TestGateway::start();
    let (alice, to_alice) = gateway.funded("Alice", "1");
    let words = gateway
        .client
        .post(&format!("/v1/wallets/{alice}/recovery-phrase"), &json!({}));
    assert_eq!(words.header("cache-control"), Some("no-store"));
    let words = words.ok();
    let phrase = Mnemonic::parse(&text(&words, "/phrase")).expect("words");
    let account = AccountKey::derive(&phrase.to_seed(""), AccountPath::TEST);
    assert_eq!(account.public().to_string(), text(&words, "/descriptor"));
    let script = account.public().script(moneta_keys::Keychain::External, 0);
    let address = moneta_chain::address_of(&script, moneta_chain::Network::Dev);
    assert_eq!(address, Some(to_alice));
}

#[test]
fn a_wallet_used_elsewhere_is_found_whole() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let words = Mnemonic::generate(moneta_keys::WordCount::Twelve, &mut os_random);
    let account = AccountKey::derive(&words.to_seed(""), AccountPath::TEST);
    // The account was used elsewhere: its eleventh address holds MTA.
    let script = account.public().script(moneta_keys::Keychain::External, 10);
    let address = moneta_chain::address_of(&script, moneta_chain::Network::Dev).unwrap();
    client
        .post(
            "/v1/faucet?confirm=true",
            &json!({"address": address, "amount": "1"}),
        )
        .ok();
    let body = json!({"name": "Old", "kind": "watch", "descriptor": account.public().to_string()});
    let old = text(&client.post("/v1/wallets", &body).ok(), "/id");
    assert_eq!(gateway.balance(&old, "MTA", "confirmed"), "1.00000000");
    let next = client
        .post(&format!("/v1/wallets/{old}/addresses"), &json!({}))
        .ok();
    assert_eq!(
        next["index"], 11,
        "an address that was used is not handed out again"
    );
}
