//! Gold changes hands over the real API: issued, sent, frozen, refused, released, spent, burned; and reads agree.
use moneta_testkit::sandbox::{Client, Sandbox};
use serde_json::{Value, json};

struct Party {
    id: String,
    address: String,
}

fn party(client: &Client, name: &str, mta: &str) -> Party {
    let wallet = client
        .post("/v1/wallets", &json!({"name": name, "kind": "hosted"}))
        .ok();
    let id = wallet["id"].as_str().expect("an id").to_owned();
    let address = client
        .post(&format!("/v1/wallets/{id}/addresses"), &json!({}))
        .ok();
    let address = address["address"].as_str().expect("an address").to_owned();
    client
        .post(
            "/v1/faucet?confirm=true",
            &json!({"address": address, "amount": mta}),
        )
        .ok();
    Party { id, address }
}

/// What `party` holds of `asset`: (confirmed, pending, frozen) as shown to a person.
fn balance(client: &Client, party: &Party, asset: &str) -> (String, String, String) {
    let balances = client
        .get(&format!("/v1/wallets/{}/balances", party.id))
        .ok();
    let items = balances["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["asset"] == asset);
    let field = |name: &str| {
        item.map_or("0".to_owned(), |item| {
            item[name]["amount"].as_str().expect(name).to_owned()
        })
    };
    (field("confirmed"), field("pending"), field("frozen"))
}

fn coin_of(client: &Client, party: &Party, asset: &str) -> Value {
    let coins = client.get(&format!("/v1/wallets/{}/coins", party.id)).ok();
    let coins = coins["items"].as_array().expect("items");
    coins
        .iter()
        .find(|coin| coin["asset"] == asset)
        .expect("a coin of the asset")
        .clone()
}

#[test]
fn gold_is_issued_sent_frozen_refused_released_spent_and_burned() {
    let sandbox = Sandbox::start();
    let client = sandbox.client();
    let (issuer, alice, bob) = (
        party(&client, "Acme", "2"),
        party(&client, "Alice", "1"),
        party(&client, "Bob", "1"),
    );

    client
        .post(
            "/v1/identities?confirm=true",
            &json!({"wallet_id": issuer.id, "handle": "acme"}),
        )
        .ok();
    let issue = json!({
        "wallet_id": issuer.id, "issuer": "acme", "symbol": "GOLD", "name": "Fine gold", "decimals": 3,
        "supply": "1000", "cap": "5000", "powers": ["mint", "freeze"], "document_hash": "11".repeat(32),
    });
    let asset = client.post("/v1/assets?confirm=true", &issue).ok();
    let gold = asset["id"].as_str().expect("an id").to_owned();
    assert_eq!(client.get("/v1/assets/acme/GOLD").ok()["id"], gold.as_str());

    let pay = |from: &Party, to: &Party, amount: &str| {
        let body =
            json!({"wallet_id": from.id, "to": to.address, "asset": "acme/GOLD", "amount": amount});
        client.post("/v1/payments?confirm=true", &body)
    };
    pay(&issuer, &alice, "12.5").ok();
    assert_eq!(balance(&client, &issuer, &gold).0, "987.500");
    assert_eq!(
        balance(&client, &alice, &gold),
        ("12.500".into(), "0.000".into(), "0.000".into())
    );

    let coin = coin_of(&client, &alice, &gold)["outpoint"]
        .as_str()
        .expect("an outpoint")
        .to_owned();
    let freeze = json!({
        "wallet_id": issuer.id, "asset": gold, "coins": [coin], "reason": "court_order", "jurisdiction": "CH",
        "blocks": 500,
    });
    client.post("/v1/freezes?confirm=true", &freeze).ok();
    assert_eq!(balance(&client, &alice, &gold).2, "12.500");
    pay(&alice, &bob, "2.5").refused(409, "mip0001.coin_frozen");
    // Her MTA is not touched by the freeze.
    let mta = json!({"wallet_id": alice.id, "to": bob.address, "asset": "MTA", "amount": "0.1"});
    client.post("/v1/payments?confirm=true", &mta).ok();

    let unfreeze = json!({"wallet_id": issuer.id, "asset": gold, "coins": [coin]});
    client.post("/v1/unfreezes?confirm=true", &unfreeze).ok();
    pay(&alice, &bob, "2.5").ok();
    assert_eq!(balance(&client, &alice, &gold).0, "10.000");
    assert_eq!(balance(&client, &bob, &gold).0, "2.500");

    let burn = json!({"wallet_id": bob.id, "amount": "0.5"});
    client
        .post(&format!("/v1/assets/{gold}/burns?confirm=true"), &burn)
        .ok();
    let mint = json!({"wallet_id": issuer.id, "amount": "100"});
    client
        .post(&format!("/v1/assets/{gold}/mints?confirm=true"), &mint)
        .ok();
    let asset = client.get(&format!("/v1/assets/{gold}")).ok();
    assert_eq!(asset["supply"]["amount"], "1099.500");
    let above_cap = json!({"wallet_id": issuer.id, "amount": "4000"});
    let refused = client.post(&format!("/v1/assets/{gold}/mints"), &above_cap);
    assert!(
        refused.status < 500 && refused.code().starts_with("mip0003."),
        "{}",
        refused.text
    );
    // Nobody but the holder of the right may freeze or mint.
    let foreign = json!({"wallet_id": bob.id, "amount": "1"});
    let refused = client.post(&format!("/v1/assets/{gold}/mints"), &foreign);
    assert!((400..500).contains(&refused.status), "{}", refused.text);
}

#[test]
fn a_sandbox_stopped_and_started_again_has_the_same_chain_wallets_and_key() {
    let mut sandbox = Sandbox::start();
    let (client, key) = (sandbox.client(), sandbox.api_key().to_owned());
    let alice = party(&client, "Alice", "3");
    let before = client.get("/v1/chain").ok();
    assert!(
        sandbox.interrupt().success(),
        "Ctrl-C stops with exit code 0"
    );
    sandbox.restart();
    let client = sandbox.client();
    assert_eq!(sandbox.api_key(), key);
    let after = client.get("/v1/chain").ok();
    assert!(after["height"].as_u64() >= before["height"].as_u64());
    let height = before["height"].as_u64().expect("a height");
    assert_eq!(
        client.get(&format!("/api/block-height/{height}")).text,
        before["tip_hash"].as_str().expect("hash")
    );
    assert_eq!(balance(&client, &alice, "MTA").0, "3.00000000");
}
