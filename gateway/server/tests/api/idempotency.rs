//! A key is answered once: repeated byte for byte, never for another request, never burned by a refusal.
use std::sync::Barrier;

use serde_json::json;

use crate::gateway::{TestGateway, text};

#[test]
fn the_same_request_is_done_once_and_answered_the_same() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "2");
    let (bob, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.5"});
    let first = client.post_with_key("/v1/payments?confirm=true", &body, "pay-once");
    assert_eq!(
        (first.status, first.header("idempotent-replayed")),
        (201, None)
    );
    let again = client.post_with_key("/v1/payments?confirm=true", &body, "pay-once");
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.50000000");

    let mut other = body.clone();
    other["amount"] = json!("0.6");
    client
        .post_with_key("/v1/payments", &other, "pay-once")
        .refused(422, "idempotency.key_conflict");
    let wallet = json!({"name": "x", "kind": "hosted"});
    client
        .post_with_key("/v1/wallets", &wallet, "pay-once")
        .refused(422, "idempotency.key_conflict");
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.50000000");
    // A key belongs to its tenant.
    assert_eq!(
        gateway
            .stranger
            .post_with_key("/v1/wallets", &wallet, "pay-once")
            .status,
        201
    );
}

#[test]
fn keys_outlive_a_restart_and_so_does_what_they_did() {
    let gateway = TestGateway::start();
    let (alice, _) = gateway.funded("Alice", "2");
    let (bob, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.5"});
    let first = gateway
        .client
        .post_with_key("/v1/payments?confirm=true", &body, "pay-once");
    let gateway = gateway.restart();
    let again = gateway
        .client
        .post_with_key("/v1/payments?confirm=true", &body, "pay-once");
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.50000000");
    let payment = gateway
        .client
        .get(&format!("/v1/payments/{}", text(&first.json(), "/id")))
        .ok();
    assert_eq!(payment["status"], "confirmed");
}

#[test]
fn a_refused_request_leaves_its_key_free() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.wallet("Alice");
    let (_, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.5"});
    let poor = client.post_with_key("/v1/payments", &body, "pay-later");
    poor.refused(409, "wallet.insufficient_funds");
    client
        .post("/v1/faucet?confirm=true", &json!({"wallet_id": alice}))
        .ok();
    assert_eq!(
        client
            .post_with_key("/v1/payments", &body, "pay-later")
            .status,
        201
    );
}

#[test]
fn of_many_at_once_under_one_key_one_is_done() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "4");
    let (bob, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.5"});
    let start = Barrier::new(8);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    client.post_with_key("/v1/payments?confirm=true", &body, "at-once")
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let done: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert!(!done.is_empty());
    assert!(
        done.iter()
            .all(|answer| answer.json()["id"] == done[0].json()["id"])
    );
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "idempotency.in_flight");
    }
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.50000000");
}

#[test]
fn a_write_asks_for_a_key_and_a_dry_run_does_not() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "1");
    let (_, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.5"});
    client
        .post_with_key("/v1/payments", &body, "")
        .refused(400, "idempotency.key_invalid");
    let long = "k".repeat(256);
    client
        .post_with_key("/v1/payments", &body, &long)
        .refused(400, "idempotency.key_invalid");
    client
        .post_with_key("/v1/payments", &body, "a b")
        .refused(400, "idempotency.key_invalid");
    let (status, answer) = gateway.post_without_key("/v1/payments", &body);
    assert_eq!(
        (status, &answer["code"]),
        (400, &json!("idempotency.key_missing"))
    );
    let mut dry = body.clone();
    dry["dry_run"] = json!(true);
    let (status, planned) = gateway.post_without_key("/v1/payments", &dry);
    assert_eq!(
        (status, &planned["status"], &planned["id"]),
        (200, &json!("planned"), &json!(null))
    );
    assert!(
        planned["explanation"]
            .as_array()
            .is_some_and(|said| !said.is_empty()),
        "{planned}"
    );
    assert_eq!(gateway.balance(&alice, "MTA", "confirmed"), "1.00000000");
    assert_eq!(client.get("/v1/chain").ok()["mempool"]["transactions"], 0);
}
