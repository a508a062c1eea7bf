//! The explorer over a real chain: the form of the faucet, the gold's pages, a proof anybody can check.
use moneta_chain::Params;
use moneta_wallet::{AnchorProof, verify_anchor};
use serde_json::json;

use crate::gateway::{TestGateway, text};

/// Returns a page as a reader sees it, after checking that it is one.
fn page(gateway: &TestGateway, path: &str) -> String {
    let answer = gateway.client.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("text/html; charset=utf-8"), "{path}");
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
    let mut seen = String::new();
    for piece in answer.text.split('<') {
        let (tag, after) = piece.split_once('>').unwrap_or_default();
        if !["/span", "span class=\"zeros\"", "span class=\"handle\""].contains(&tag) {
            seen.push(' ');
        }
        seen.push_str(after);
    }
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn shows(page: &str, words: &str) {
    assert!(page.contains(words), "{words:?} is not in: {page}");
}

#[test]
fn the_form_of_the_faucet_pays_without_a_key_and_without_javascript() {
    let gateway = TestGateway::start();
    let (wallet, address) = gateway.wallet("Visitor");
    shows(&page(&gateway, "/"), "Send me coins");
    let answer = gateway
        .client
        .submit_form("/faucet", &[("address", &address)]);
    assert_eq!(answer.status, 303, "{}", answer.text);
    let path = answer.header("location").expect("a page").to_owned();
    assert!(path.starts_with("/tx/"), "{path}");
    shows(&page(&gateway, &path), "1.00000000 MTA goes to bcrt1");
    gateway.client.post("/v1/blocks", &json!({"count": 1})).ok();
    shows(&page(&gateway, &path), "confirmation");
    shows(
        &page(&gateway, &format!("/address/{address}")),
        "MTA 1.00000000",
    );
    assert_eq!(gateway.balance(&wallet, "MTA", "confirmed"), "1.00000000");
}

#[test]
fn the_form_of_the_faucet_refuses_what_is_no_address_of_this_network() {
    let gateway = TestGateway::start();
    let foreign = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    for (fields, status, words) in [
        (vec![("address", foreign)], 400, "starts with `bc1`"),
        (vec![("address", "<b>")], 400, "This is not an address"),
        (vec![("adress", "x")], 400, "This request makes no sense"),
        (vec![], 400, "This request makes no sense"),
    ] {
        let answer = gateway.client.submit_form("/faucet", &fields);
        assert_eq!(answer.status, status, "{fields:?}");
        assert!(answer.text.contains(words), "{fields:?}: {}", answer.text);
    }
}

#[test]
fn the_gold_is_seen_from_issue_to_freeze() {
    let gateway = TestGateway::start();
    let (issuer, _) = gateway.funded("Acme", "2");
    let (_, alice) = gateway.funded("Alice", "1");
    let post = |path: &str, body| {
        gateway
            .client
            .post(&format!("{path}?confirm=true"), &body)
            .ok()
    };
    post(
        "/v1/identities",
        json!({"wallet_id": issuer, "handle": "acme"}),
    );
    let gold = post(
        "/v1/assets",
        json!({
            "wallet_id": issuer, "issuer": "acme", "symbol": "GOLD", "name": "Fine gold", "decimals": 3,
            "supply": "1000", "cap": "5000", "powers": ["mint", "freeze"], "document_hash": "11".repeat(32),
        }),
    );
    let gold = text(&gold, "/id");
    let paid = post(
        "/v1/payments",
        json!({"wallet_id": issuer, "to": alice, "asset": "acme/GOLD", "amount": "12.5"}),
    );
    let paid = text(&paid, "/txid");
    let transaction = page(&gateway, &format!("/tx/{paid}"));
    shows(&transaction, "12.500 acme/GOLD goes to bcrt1");
    shows(&transaction, "987.500 acme/GOLD");
    let vout = (0..4).find(|vout| pays(&gateway, &paid, *vout, &alice));
    let coin = format!("{paid}:{}", vout.expect("Alice's coin"));
    post(
        "/v1/freezes",
        json!({
            "wallet_id": issuer, "asset": gold, "coins": [coin], "reason": "court_order",
            "jurisdiction": "CH", "blocks": 500,
        }),
    );
    let asset = page(&gateway, &format!("/asset/{gold}"));
    for words in [
        "Supply 1,000.000 acme/GOLD",
        "Frozen now 12.500",
        "Reason court order",
        "Holders 2",
    ] {
        shows(&asset, words);
    }
    shows(
        &page(&gateway, &format!("/address/{alice}")),
        "acme/GOLD 12.500 12.500 –",
    );
    shows(&page(&gateway, "/freezes"), "1 in force now");
    shows(&page(&gateway, "/identity/acme"), "acme/GOLD");
    shows(
        &page(&gateway, &format!("/document/{}", "11".repeat(32))),
        "Terms of acme/GOLD",
    );
    let found = gateway.client.get("/search?q=acme/GOLD");
    assert_eq!(
        found.header("location"),
        Some(format!("/asset/{gold}").as_str())
    );
}

/// Tells whether an output of a transaction pays an address.
fn pays(gateway: &TestGateway, txid: &str, vout: u32, address: &str) -> bool {
    let output = gateway.client.get(&format!("/api/tx/{txid}")).ok();
    output["vout"][vout as usize]["scriptpubkey_address"] == address
}

#[test]
fn the_proof_on_a_documents_page_holds_without_any_server() {
    let gateway = TestGateway::start();
    let (wallet, _) = gateway.funded("Notary", "1");
    let digest = "5a".repeat(32);
    let body = json!({"wallet_id": wallet, "digest": digest});
    let done = gateway
        .client
        .post("/v1/notarisations?confirm=true", &body)
        .ok();
    let path = format!("/document/{digest}/proof/{}", text(&done, "/txid"));
    let answer = gateway.client.get(&format!("/document/{digest}"));
    assert!(answer.text.contains(&path), "the page links the proof");
    let proof = gateway.client.get(&path);
    let proof = AnchorProof::from_json(proof.text.as_bytes()).expect("a proof");
    let verified = verify_anchor(&proof, &Params::dev()).expect("it holds");
    assert_eq!(verified.digest, [0x5a; 32]);
}
