//! R17: what looks like gold is no gold. Omni's and Tether's false deposits were credited by name, or before
//! anybody had judged them.
use serde_json::{Value, json};

use crate::gateway::{TestGateway, text};

#[test]
fn r17_a_look_alike_is_never_credited_as_the_asset_it_imitates() {
    // Blocks are made on demand, so that what is pending stays so until the test says otherwise.
    let gateway = TestGateway::without_miner();
    let client = &gateway.client;
    let settle = |path: &str, body: &Value| {
        let answer = client.post(path, body).ok();
        // An identity takes two: the commitment, then the registration.
        client.post("/v1/blocks", &json!({"count": 2})).ok();
        answer
    };
    let funded = |name: &str| {
        let (wallet, address) = gateway.wallet(name);
        settle("/v1/faucet", &json!({"address": address, "amount": "2"}));
        wallet
    };
    let (issuer, mallory) = (funded("Acme Vault"), funded("Mallory"));
    let (exchange, deposit) = gateway.wallet("Exchange");
    let mut ids = Vec::new();
    for (wallet, handle) in [(&issuer, "acme"), (&mallory, "acme-vault")] {
        let identity = json!({"wallet_id": wallet, "handle": handle});
        settle("/v1/identities", &identity);
        let gold = json!({
            "wallet_id": wallet, "issuer": handle, "symbol": "GOLD", "name": "Fine gold, grams",
            "decimals": 3, "supply": "1000", "cap": "1000000", "powers": ["mint", "freeze"],
        });
        ids.push(text(&settle("/v1/assets", &gold), "/id"));
    }
    let [real, fake] = <[String; 2]>::try_from(ids).expect("two issues");

    let send = |asset: &str, amount: &str| json!({"wallet_id": mallory, "to": deposit, "asset": asset, "amount": amount});
    // More than there is, under either name, is refused and leaves no trace.
    client
        .post("/v1/payments", &send("acme/GOLD", "1"))
        .refused(409, "wallet.insufficient_funds");
    client
        .post("/v1/payments", &send("acme-vault/GOLD", "1000.001"))
        .refused(409, "wallet.insufficient_funds");
    let seen = client
        .get(&format!("/v1/wallets/{exchange}/transactions"))
        .ok();
    assert_eq!(seen["items"], json!([]));

    // A symbol by itself names nothing, so nobody can be paid by it.
    client
        .post("/v1/payments", &send("GOLD", "1"))
        .refused(404, "asset.unknown");

    // The imitation arrives as what it is: pending first, and under its own id.
    client.post("/v1/payments", &send(&fake, "500")).ok();
    assert_eq!(gateway.balance(&exchange, &fake, "pending"), "500.000");
    assert_eq!(gateway.balance(&exchange, &fake, "confirmed"), "0.000");
    client.post("/v1/blocks", &json!({"count": 1})).ok();
    assert_eq!(gateway.balance(&exchange, &fake, "confirmed"), "500.000");
    let balances = client.get(&format!("/v1/wallets/{exchange}/balances")).ok();
    let balances = balances["items"].as_array().expect("a list");
    assert!(balances.iter().all(|balance| balance["asset"] != *real));
}
