//! Everything that is wrong is refused with a stable code and a sentence, and changes nothing.
use moneta_testkit::sandbox::{Answer, Client};
use serde_json::{Value, json};

use crate::bad_cases::{PAYMENTS, WRITES};
use crate::gateway::{TestGateway, text};

/// An id that nothing has.
const NOBODYS: &str = "00000000000000000000000000000000000000000000000000000000000000ff";

/// Everything that a refused write could have changed.
fn state_of(client: &Client, wallets: &[&str]) -> Vec<Value> {
    let mut state = vec![
        client.get("/v1/wallets").ok(),
        client.get("/v1/assets").ok(),
        client.get("/v1/freezes").ok(),
        client.get("/v1/chain").ok()["mempool"].clone(),
    ];
    for wallet in wallets {
        for part in ["addresses", "balances", "coins", "transactions"] {
            let mut body = client.get(&format!("/v1/wallets/{wallet}/{part}")).ok();
            // A block may come; what the wallet holds may not change.
            if let Some(body) = body.as_object_mut() {
                body.remove("block");
            }
            state.push(body);
        }
    }
    state
}

fn refused(answer: &Answer, status: u16, code: &str) {
    answer.refused(status, code);
    let problem = answer.json();
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("urn:moneta:problem:{code}"));
    assert_eq!(
        Some(text(&problem, "/request_id").as_str()),
        answer.header("x-request-id")
    );
    assert!(
        text(&problem, "/detail").len() > 15,
        "a sentence that helps: {problem}"
    );
    assert!(!text(&problem, "/title").is_empty());
}

/// What is read, status, code.
const READS: &[(&str, u16, &str)] = &[
    ("/v1", 404, "request.not_found"),
    ("/v1/", 404, "request.not_found"),
    ("/v1/nothing", 404, "request.not_found"),
    ("/v1/wallets/x/y/z", 404, "request.not_found"),
    ("/v1/payments", 405, "request.method_not_allowed"),
    ("/v1/wallets/wal_nobody", 404, "wallet.unknown"),
    ("/v1/transactions/abc", 404, "transaction.unknown"),
    ("/v1/transactions/NOBODYS", 404, "transaction.unknown"),
    ("/v1/identities/nobody", 404, "identity.unknown"),
    ("/v1/assets/NOBODYS", 404, "asset.unknown"),
    ("/v1/assets/nobody/GOLD", 404, "asset.unknown"),
    ("/v1/notarisations/ntr_x/proof", 404, "notarisation.unknown"),
    ("/v1/wallets?limit=many", 400, "request.invalid_field"),
    ("/v1/wallets?colour=red", 400, "request.invalid_field"),
    ("/v1/assets?cursor=x", 400, "request.invalid_field"),
    ("/v1/freezes?asset=nobody/GOLD", 404, "asset.unknown"),
];

#[test]
fn wrong_payments_are_refused_and_nothing_changes() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "1");
    let (bob, to_bob) = gateway.wallet("Bob");
    let before = state_of(client, &[&alice, &bob]);
    let good = json!({"wallet_id": alice, "to": to_bob, "asset": "MTA", "amount": "0.1"});
    for (field, value, status, code) in PAYMENTS {
        let value = value
            .replace("MISTYPED", &mistyped(&to_bob))
            .replace("NOBODYS", NOBODYS);
        let value = value.replace("LONG", &"n".repeat(257));
        let mut body = good.clone();
        body[&field[1..]] = serde_json::from_str(&value).expect("JSON");
        let answer = client.post_with_key("/v1/payments", &body, "one-key");
        refused(&answer, *status, code);
        assert_eq!(
            answer.json()["errors"][0]["pointer"],
            *field,
            "{}",
            answer.text
        );
    }
    assert_eq!(state_of(client, &[&alice, &bob]), before);
    // No refusal burned the key: well formed, the payment goes through under it.
    assert_eq!(
        client
            .post_with_key("/v1/payments", &good, "one-key")
            .status,
        201
    );
}

#[test]
fn wrong_writes_of_every_other_kind_are_refused_and_nothing_changes() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (alice, _) = gateway.funded("Alice", "2");
    let issue = json!({"wallet_id": alice, "symbol": "BARE", "name": "Bare", "decimals": 2, "supply": "10"});
    let asset = text(&client.post("/v1/assets?confirm=true", &issue).ok(), "/id");
    let coins = client.get(&format!("/v1/wallets/{alice}/coins")).ok();
    let coins = coins["items"].as_array().expect("items").clone();
    let held = coins
        .iter()
        .find(|coin| coin["asset"] == asset.as_str())
        .expect("the coin");
    let held = text(held, "/outpoint");
    let descriptor = text(
        &client.get(&format!("/v1/wallets/{alice}")).ok(),
        "/descriptor",
    );
    let before = state_of(client, &[&alice]);
    let fill = |words: &str| {
        let words = words.replace("ALICE", &alice).replace("ASSET", &asset);
        let words = words.replace("HELD", &held).replace("NOBODYS", NOBODYS);
        words
            .replace("MISTYPED", &mistyped(&descriptor))
            .replace("LONG", &"x".repeat(65))
    };
    for (path, body, status, code) in WRITES {
        let body = serde_json::from_str(&fill(body)).expect("JSON");
        refused(&client.post(&fill(path), &body), *status, code);
    }
    assert_eq!(state_of(client, &[&alice]), before);
}

/// Changes the last character.
fn mistyped(text: &str) -> String {
    let (rest, last) = text.split_at(text.len() - 1);
    format!("{rest}{}", if last == "q" { "p" } else { "q" })
}

#[test]
fn what_is_not_there_and_who_is_not_known_is_told_so() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    for (path, status, code) in READS {
        refused(
            &client.get(&path.replace("NOBODYS", NOBODYS)),
            *status,
            code,
        );
    }
    let nobody = Client::new(&client.url, None);
    let wrong = Client::new(&client.url, Some("mk_0000"));
    refused(&nobody.get("/v1/wallets"), 401, "auth.missing");
    refused(
        &nobody.post("/v1/payments", &json!({})),
        401,
        "auth.missing",
    );
    refused(&wrong.get("/v1/wallets"), 401, "auth.invalid");
    assert_eq!(
        wrong.get("/v1/wallets").header("www-authenticate"),
        Some("Bearer")
    );
    let long = format!(
        "{{\"name\": \"{}\", \"kind\": \"hosted\"}}",
        "x".repeat(300_000)
    );
    let answer = client
        .try_post("/v1/wallets", &long, "long")
        .expect("an answer");
    refused(&answer, 413, "request.too_large");
    // What anybody may read needs no key.
    for path in ["/v1/chain", "/health", "/v1/assets", "/v1/freezes"] {
        assert_eq!(nobody.get(path).status, 200, "{path}");
    }
}

/// Posts bytes as they are.
fn post_bytes(client: &Client, path: &str, key: &str, body: &[u8]) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let response = agent
        .post(format!("{}{path}", client.url))
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .header("idempotency-key", "json-test-suite")
        .send(body)
        .expect("the gateway answers");
    response.status().as_u16()
}

#[test]
fn no_json_of_the_test_suite_breaks_anything() {
    let Some(folder) = moneta_vectors::path("json/JSONTestSuite") else {
        return;
    };
    let gateway = TestGateway::start();
    let before = state_of(&gateway.client, &[]);
    let mut seen = 0;
    for file in std::fs::read_dir(folder).expect("a folder").flatten() {
        let (name, body) = (
            file.file_name(),
            std::fs::read(file.path()).expect("a file"),
        );
        let name = name.to_string_lossy();
        for path in ["/v1/wallets", "/v1/payments", "/v1/identities"] {
            let status = post_bytes(&gateway.client, path, &gateway.demo_key, &body);
            // None of them is a request of ours; `n_` are no JSON at all.
            assert_eq!(status, 400, "{path} {name}");
        }
        seen += 1;
    }
    assert!(seen > 100, "{seen} files");
    assert_eq!(state_of(&gateway.client, &[]), before);
}

#[test]
fn naughty_strings_are_kept_as_they_are_or_refused() {
    let Some(list) = moneta_vectors::text("json/blns.json") else {
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&list).expect("a list of strings");
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (wallet, address) = gateway.wallet("Alice");
    let (mut kept, mut refusals) = (0, 0);
    for string in &strings {
        let made = client.post("/v1/wallets", &json!({"name": string, "kind": "hosted"}));
        match made.status {
            201 => {
                let id = text(&made.json(), "/id");
                let read = client.get(&format!("/v1/wallets/{id}")).ok();
                assert_eq!(read["name"], string.as_str());
                kept += 1;
            }
            _ => {
                made.refused(400, "request.invalid_field");
                refusals += 1;
            }
        }
        for (field, codes) in [
            ("to", &["address.malformed"][..]),
            ("asset", &["asset.unknown"][..]),
            (
                "amount",
                &[
                    "amount.malformed",
                    "amount.zero",
                    "amount.overflow",
                    "amount.too_many_decimals",
                    "wallet.insufficient_funds",
                ][..],
            ),
            ("wallet_id", &["wallet.unknown"][..]),
        ] {
            let mut body =
                json!({"wallet_id": wallet, "to": address, "asset": "MTA", "amount": "1"});
            body[field] = json!(string);
            let answer = client.post("/v1/payments", &body);
            assert!(
                codes.contains(&answer.code().as_str()),
                "{field} {string:?}: {}",
                answer.text
            );
        }
        let label = client.post(
            &format!("/v1/wallets/{wallet}/addresses"),
            &json!({"label": string}),
        );
        assert!(
            [201, 400].contains(&label.status),
            "{string:?}: {}",
            label.text
        );
    }
    assert!(
        kept > 200 && refusals > 10,
        "{kept} kept, {refusals} refused"
    );
}
