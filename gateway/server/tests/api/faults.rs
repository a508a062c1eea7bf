//! What breaks in the middle: a node that changes its mind, a stop before the block, clients that leave.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use crate::gateway::{TestGateway, text};

#[test]
fn a_payment_that_the_node_refuses_in_the_end_never_was() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "1");
    let (bob, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.5"});
    gateway.shut.store(true, Ordering::SeqCst);
    let refused = client.post_with_key("/v1/payments", &body, "pay");
    refused.refused(409, "tx.mempool_conflict");
    gateway.shut.store(false, Ordering::SeqCst);
    assert_eq!(gateway.balance(&alice, "MTA", "confirmed"), "1.00000000");
    // The key is free, and nothing comes back after a restart.
    let gateway = gateway.restart();
    assert_eq!(gateway.balance(&bob, "MTA", "pending"), "0.00000000");
    assert_eq!(
        gateway.client.get("/v1/chain").ok()["mempool"]["transactions"],
        0
    );
    let paid = gateway
        .client
        .post_with_key("/v1/payments?confirm=true", &body, "pay");
    assert_eq!(
        (paid.status, paid.header("idempotent-replayed")),
        (201, None)
    );
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.50000000");
}

#[test]
fn what_was_accepted_and_not_mined_is_submitted_again_after_a_stop() {
    let gateway = TestGateway::without_miner();
    let client = &gateway.client;
    let (alice, to_alice) = gateway.wallet("Alice");
    let (bob, to_bob) = gateway.wallet("Bob");
    client
        .post("/v1/faucet", &json!({"address": to_alice, "amount": "1"}))
        .ok();
    client.post("/v1/blocks", &json!({"count": 1})).ok();
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.2"});
    // Each spends the change of the one before: parents must go first again.
    let ids: Vec<String> = (0..4)
        .map(|_| text(&client.post("/v1/payments", &body).ok(), "/id"))
        .collect();
    let gateway = gateway.restart();
    for id in &ids {
        let payment = gateway.client.get(&format!("/v1/payments/{id}")).ok();
        assert_eq!(payment["status"], "pending", "{payment}");
    }
    gateway.client.post("/v1/blocks", &json!({"count": 1})).ok();
    for id in &ids {
        let payment = gateway.client.get(&format!("/v1/payments/{id}")).ok();
        assert_eq!(
            (&payment["status"], &payment["block"]["confirmations"]),
            (&json!("confirmed"), &json!(1))
        );
    }
    assert_eq!(gateway.balance(&bob, "MTA", "confirmed"), "0.80000000");
}

#[test]
fn a_client_that_hangs_up_does_not_stop_its_payment() {
    let gateway = TestGateway::start();
    let (alice, _) = gateway.funded("Alice", "1");
    let (_, to_bob) = gateway.wallet("Bob");
    let body = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.5"});
    let mut socket = gateway.socket();
    let text = body.to_string();
    write!(
        socket,
        "POST /v1/payments?confirm=true HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         idempotency-key: leaving\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{text}",
        gateway.demo_key,
        text.len(),
    )
    .expect("written");
    drop(socket);
    // Whoever asks again under the key gets the one payment, whether the first was read or not.
    let done = loop {
        let answer = gateway
            .client
            .post_with_key("/v1/payments?confirm=true", &body, "leaving");
        if answer.code() != "idempotency.in_flight" {
            break answer.ok();
        }
    };
    assert_eq!(done["amount"]["amount"], "0.50000000");
    assert_eq!(gateway.balance(&alice, "MTA", "pending"), "0.00000000");
}

/// Reads server-sent events until one of `kind`, and returns its data.
fn next_event(lines: &mut impl Iterator<Item = std::io::Result<String>>, kind: &str) -> Value {
    loop {
        let line = lines.next().expect("the stream goes on").expect("a line");
        if line == format!("event: {kind}") {
            let data = lines.next().expect("data").expect("a line");
            let data = data.strip_prefix("data: ").expect("data").to_owned();
            return serde_json::from_str(&data).expect("JSON");
        }
    }
}

#[test]
fn events_tell_of_a_block_when_the_gateway_already_answers_of_it() {
    let gateway = TestGateway::without_miner();
    let mut socket = gateway.socket();
    write!(
        socket,
        "GET /v1/events HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n"
    )
    .expect("written");
    socket
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a timeout");
    let mut lines = BufReader::new(&socket).lines();
    let first = next_event(&mut lines, "tip");
    assert_eq!(
        first["height"],
        gateway.client.get("/v1/chain").ok()["height"]
    );
    let empty = next_event(&mut lines, "mempool");
    assert_eq!(empty["transactions"], 0);
    let (_, address) = gateway.wallet("Alice");
    gateway
        .client
        .post("/v1/faucet", &json!({"address": address}))
        .ok();
    let mempool = next_event(&mut lines, "mempool");
    assert_eq!(mempool["transactions"], 1);
    gateway.client.post("/v1/blocks", &json!({"count": 1})).ok();
    let tip = next_event(&mut lines, "tip");
    let chain = gateway.client.get("/v1/chain");
    assert_eq!(chain.header("x-tip-hash"), tip["hash"].as_str());
    assert_eq!(
        tip["height"].as_u64(),
        first["height"].as_u64().map(|height| height + 1)
    );
    // The gateway stops although somebody listens, and ends the stream as it should be ended: with the
    // empty chunk that a connection merely cut would lack.
    drop(gateway);
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    let last = rest.iter().rev().find(|line| !line.is_empty());
    assert_eq!(last.map(String::as_str), Some("0"), "{rest:?}");
}

#[test]
fn a_connection_that_says_nothing_does_not_keep_the_gateway_from_stopping() {
    let gateway = TestGateway::without_miner();
    let _silent: TcpStream = gateway.socket();
    let restarted = gateway.restart();
    assert_eq!(restarted.client.get("/health").ok()["status"], "ok");
}

#[test]
fn who_is_refused_for_the_head_of_a_request_keeps_the_connection() {
    let gateway = TestGateway::without_miner();
    let mut socket = gateway.socket();
    let ask = |socket: &mut TcpStream, text: &str| {
        socket.write_all(text.as_bytes()).expect("it listens");
    };
    // Nobody is named, so nothing but the head is needed to refuse; the body comes when it comes.
    ask(
        &mut socket,
        "POST /v1/payments HTTP/1.1\r\nhost: m\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n",
    );
    let patience = Some(Duration::from_millis(300));
    socket.set_read_timeout(patience).expect("a socket");
    let early = socket.read(&mut [0]);
    assert!(early.is_err(), "an answer before the body: {early:?}");
    socket.set_read_timeout(None).expect("a socket");
    ask(&mut socket, "{}");
    let mut answers = BufReader::new(socket.try_clone().expect("a socket"));
    let status = |answers: &mut BufReader<TcpStream>| {
        let mut length = 0;
        let mut lines = answers
            .by_ref()
            .lines()
            .map(|line| line.expect("an answer"));
        let status = lines.next().expect("an answer");
        for line in lines.take_while(|line| !line.is_empty()) {
            if let Some(told) = line.strip_prefix("content-length: ") {
                length = told.parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        answers.read_exact(&mut body).expect("a body");
        status
    };
    assert_eq!(status(&mut answers), "HTTP/1.1 401 Unauthorized");
    ask(&mut socket, "GET /health HTTP/1.1\r\nhost: m\r\n\r\n");
    assert_eq!(status(&mut answers), "HTTP/1.1 200 OK");
}
