//! The main story over HTTP: an issuer, gold, a payment, a freeze, a refusal, a release, a proof.
use serde_json::{Value, json};

use crate::gateway::{TestGateway, text};

#[test]
fn gold_is_issued_sent_frozen_released_and_spent() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (issuer, _) = gateway.funded("Acme Vault", "2");
    let (alice, to_alice) = gateway.funded("Alice", "1");
    let (bob, to_bob) = gateway.wallet("Bob");

    let identity = json!({"wallet_id": issuer, "handle": "acme"});
    let identity = client.post("/v1/identities?confirm=true", &identity).ok();
    assert_eq!(text(&identity, "/handle"), "acme");
    let gold = json!({
        "wallet_id": issuer, "issuer": "acme", "symbol": "GOLD", "name": "Fine gold, grams",
        "decimals": 3, "supply": "1000", "cap": "1000000", "powers": ["mint", "freeze"],
    });
    let gold = client.post("/v1/assets?confirm=true", &gold).ok();
    assert_eq!(gold["operation"]["status"], "confirmed");
    assert_eq!(gold["supply"]["amount"], "1000.000");
    let gold = text(&gold, "/id");
    let named = client.get("/v1/assets/acme/GOLD").ok();
    assert_eq!(text(&named, "/id"), gold);

    let send = |from: &str, to: &str, amount: &str| json!({"wallet_id": from, "to": to, "asset": "acme/GOLD", "amount": amount});
    let sent = client
        .post(
            "/v1/payments?confirm=true",
            &send(&issuer, &to_alice, "12.5"),
        )
        .ok();
    assert_eq!(sent["status"], "confirmed");
    assert_eq!(gateway.balance(&alice, &gold, "confirmed"), "12.500");

    let coins = client.get(&format!("/v1/wallets/{alice}/coins")).ok();
    let coins = coins["items"].as_array().unwrap().clone();
    let coin = coins
        .iter()
        .find(|coin| coin["asset"] == gold.as_str())
        .unwrap();
    let coin = text(coin, "/outpoint");
    let freeze = json!({
        "wallet_id": issuer, "asset": gold, "coins": [coin], "reason": "theft_report",
        "jurisdiction": "CH", "blocks": 1000,
    });
    let frozen = client.post("/v1/freezes?confirm=true", &freeze).ok();
    assert_eq!(frozen["status"], "confirmed");
    assert_eq!(gateway.balance(&alice, &gold, "frozen"), "12.500");
    let listed = client.get("/v1/freezes?asset=acme/GOLD").ok();
    assert_eq!(listed["items"][0]["coin"], coin.as_str());

    let refused = client.post("/v1/payments", &send(&alice, &to_bob, "2.5"));
    refused.refused(409, "mip0001.coin_frozen");
    let said = text(&refused.json(), "/detail");
    let stop = listed["items"][0]["stop_height"].to_string();
    for part in [coin.as_str(), "theft_report", stop.as_str()] {
        assert!(said.contains(part), "{said}");
    }

    let unfreeze = json!({"wallet_id": issuer, "asset": gold, "coins": [coin]});
    client.post("/v1/unfreezes?confirm=true", &unfreeze).ok();
    client
        .post("/v1/payments?confirm=true", &send(&alice, &to_bob, "2.5"))
        .ok();
    assert_eq!(gateway.balance(&bob, &gold, "confirmed"), "2.500");
    assert_eq!(gateway.balance(&alice, &gold, "confirmed"), "10.000");

    let mint = json!({"wallet_id": issuer, "amount": "5"});
    client
        .post(&format!("/v1/assets/{gold}/mints?confirm=true"), &mint)
        .ok();
    let burn = json!({"wallet_id": issuer, "amount": "0.5"});
    client
        .post(&format!("/v1/assets/{gold}/burns?confirm=true"), &burn)
        .ok();
    let after = client.get(&format!("/v1/assets/{gold}")).ok();
    assert_eq!(text(&after, "/supply/amount"), "1004.500");
    assert_eq!(text(&after, "/burned/amount"), "0.500");
}

#[test]
fn a_document_is_notarised_and_its_proof_holds_without_the_server() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (wallet, _) = gateway.funded("Notary", "1");
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let body = json!({"wallet_id": wallet, "digest": digest, "label": "bar list"});
    let notarised = client.post("/v1/notarisations?confirm=true", &body).ok();
    let id = text(&notarised, "/id");
    assert_eq!(notarised["status"], "confirmed");
    let proof = client.get(&format!("/v1/notarisations/{id}/proof"));
    let proof = serde_json::from_str(&proof.text).expect("a proof");
    let verified = moneta_wallet::verify_anchor(&proof, &moneta_chain::Params::dev());
    let verified = verified.expect("the proof holds");
    assert_eq!(verified.txid.to_string(), text(&notarised, "/txid"));
}

#[test]
fn an_identity_resolves_to_a_did_document() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (wallet, _) = gateway.funded("Acme", "2");
    let document = json!({"service": [{"id": "#site", "type": "LinkedDomains",
        "serviceEndpoint": "https://acme.example"}]});
    let body = json!({"wallet_id": wallet, "handle": "acme", "document": document});
    let identity = client.post("/v1/identities?confirm=true", &body).ok();
    let did = text(&identity, "/did");
    let resolved = client.get("/v1/identities/acme/did");
    assert_eq!(
        resolved.header("content-type"),
        Some("application/did+json")
    );
    assert_eq!(resolved.ok()["id"], did.as_str());
    assert_eq!(resolved.ok()["service"][0]["id"], format!("{did}#site"));
    assert_eq!(
        client.get(&format!("/v1/identities/{did}")).ok()["handle"],
        "acme"
    );
}

#[test]
fn who_asks_for_a_resolution_is_told_its_error_in_the_same_form() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (wallet, _) = gateway.funded("Acme", "2");
    let body = json!({"wallet_id": wallet, "handle": "acme", "document": {}});
    let identity = client.post("/v1/identities?confirm=true", &body).ok();
    let did = text(&identity, "/did");
    let nobody = format!("did:moneta:{}", "00".repeat(32));
    let form = "application/did-resolution";
    let paths = [
        (did.clone(), 200, Value::Null),
        (format!("{did}?height=0"), 404, json!("notFound")),
        (nobody, 404, json!("notFound")),
        ("nobody".to_owned(), 404, json!("notFound")),
        (format!("{did}?versionTime=now"), 400, json!("invalidDid")),
        ("did:moneta:acme".to_owned(), 400, json!("invalidDid")),
        ("did:key:z6Mk".to_owned(), 501, json!("methodNotSupported")),
    ];
    for (name, status, error) in paths {
        let (name, query) = match name.split_once('?') {
            Some((name, query)) => (name, format!("?{query}")),
            None => (name.as_str(), String::new()),
        };
        let path = format!("/v1/identities/{name}/did{query}");
        let answer = client.get_as(&path, form);
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert_eq!(answer.header("content-type"), Some(form), "{path}");
        let told: Value = serde_json::from_str(&answer.text).expect("a resolution");
        assert_eq!(told["didResolutionMetadata"]["error"], error, "{path}");
        assert_eq!(told["didDocument"].is_null(), status != 200, "{path}");
        // Everybody else reads a problem.
        let plain = client.get(&path);
        let problem = Some("application/problem+json");
        assert_eq!(
            plain.header("content-type") == problem,
            status != 200,
            "{path}"
        );
    }
}
