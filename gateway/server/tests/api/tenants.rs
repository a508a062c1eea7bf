//! What one tenant has is nothing to another: every path answers as if it were not there.
use serde_json::json;

use crate::gateway::{TestGateway, text};

#[test]
fn another_tenant_finds_nothing_at_any_path() {
    let gateway = TestGateway::start();
    let (client, stranger) = (&gateway.client, &gateway.stranger);
    let (alice, to_alice) = gateway.funded("Alice", "1");
    let pay = json!({"wallet_id": alice, "to": to_alice, "asset": "MTA", "amount": "0.1"});
    let payment = text(&client.post("/v1/payments", &pay).ok(), "/id");
    let digest = "11".repeat(32);
    let notarise = json!({"wallet_id": alice, "digest": digest});
    let notarisation = client
        .post("/v1/notarisations?confirm=true", &notarise)
        .ok();
    let notarisation = text(&notarisation, "/id");

    for path in ["", "/addresses", "/balances", "/coins", "/transactions"] {
        let path = format!("/v1/wallets/{alice}{path}");
        assert_eq!(client.get(&path).status, 200, "{path}");
        stranger.get(&path).refused(404, "wallet.unknown");
    }
    stranger
        .post(&format!("/v1/wallets/{alice}/addresses"), &json!({}))
        .refused(404, "wallet.unknown");
    stranger
        .post(&format!("/v1/wallets/{alice}/recovery-phrase"), &json!({}))
        .refused(404, "wallet.unknown");
    stranger
        .get(&format!("/v1/payments/{payment}"))
        .refused(404, "payment.unknown");
    let signature = format!("/v1/payments/{payment}/signature");
    stranger
        .post(&signature, &json!({"psbt": "x"}))
        .refused(404, "payment.unknown");
    for path in ["", "/proof"] {
        let path = format!("/v1/notarisations/{notarisation}{path}");
        assert_eq!(client.get(&path).status, 200, "{path}");
        stranger.get(&path).refused(404, "notarisation.unknown");
    }
    for (path, body) in [
        ("/v1/payments", pay),
        ("/v1/notarisations", notarise),
        (
            "/v1/identities",
            json!({"wallet_id": alice, "handle": "acme"}),
        ),
        (
            "/v1/assets",
            json!({"wallet_id": alice, "symbol": "X", "name": "X", "decimals": 0, "supply": "1"}),
        ),
        ("/v1/faucet", json!({"wallet_id": alice})),
    ] {
        stranger.post(path, &body).refused(404, "wallet.unknown");
    }
    assert_eq!(stranger.get("/v1/wallets").ok()["items"], json!([]));
    // Not even the gateway's own wallet.
    let own = json!({"wallet_id": "wal_faucet", "to": to_alice, "asset": "MTA", "amount": "0.1"});
    stranger
        .post("/v1/payments", &own)
        .refused(404, "wallet.unknown");
    client
        .get("/v1/wallets/wal_faucet")
        .refused(404, "wallet.unknown");
}
