//! Freezes of addresses and of whole assets, ORDERs and forced transfers, over HTTP.
use serde_json::{Value, json};

use crate::gateway::{TestGateway, text};

/// Acme with both rights over its gold, Alice with 12.5 g of it, Bob with nothing.
struct Court {
    gateway: TestGateway,
    issuer: String,
    alice: String,
    at_alice: String,
    at_bob: String,
    bob: String,
    gold: String,
}

impl Court {
    fn open() -> Self {
        let gateway = TestGateway::start();
        let client = &gateway.client;
        let (issuer, _) = gateway.funded("Acme Vault", "3");
        let (alice, at_alice) = gateway.funded("Alice", "1");
        let (bob, at_bob) = gateway.wallet("Bob");
        let identity = json!({"wallet_id": issuer, "handle": "acme"});
        client.post("/v1/identities?confirm=true", &identity).ok();
        let gold = json!({
            "wallet_id": issuer, "issuer": "acme", "symbol": "GOLD", "name": "Fine gold, grams", "decimals": 3,
            "supply": "1000", "powers": ["freeze", "compliance"],
        });
        let gold = client.post("/v1/assets?confirm=true", &gold).ok();
        let gold = text(&gold, "/id");
        let court = Self {
            issuer,
            alice,
            at_alice,
            at_bob,
            bob,
            gold,
            gateway,
        };
        let sent = court.send(&court.issuer, &court.at_alice, "12.5");
        court.write("/v1/payments", &sent);
        court
    }

    fn send(&self, from: &str, to: &str, amount: &str) -> Value {
        json!({"wallet_id": from, "to": to, "asset": "acme/GOLD", "amount": amount})
    }

    /// Posts, and waits for the block.
    fn write(&self, path: &str, body: &Value) -> Value {
        let path = format!("{path}?confirm=true");
        let done = self.gateway.client.post(&path, body).ok();
        assert_eq!(done["status"], "confirmed", "{done}");
        done
    }

    fn alices(&self, state: &str) -> String {
        self.gateway.balance(&self.alice, &self.gold, state)
    }

    /// Alice's coin of gold, as the API shows it.
    fn coin(&self) -> Value {
        let path = format!("/v1/wallets/{}/coins", self.alice);
        let coins = self.gateway.client.get(&path).ok();
        let coins = coins["items"].as_array().expect("items").clone();
        let mut gold = coins
            .into_iter()
            .filter(|coin| coin["asset"] == self.gold.as_str() || coin["state"] == "taken");
        gold.next().expect("a coin of gold")
    }

    fn order(&self) -> Value {
        json!({
            "wallet_id": self.issuer, "asset": "acme/GOLD", "coins": [self.coin()["outpoint"]],
            "reason": "court_order", "jurisdiction": "CH", "blocks": 5_000, "document_hash": "07".repeat(32),
        })
    }
}

#[test]
fn what_lies_on_a_frozen_address_and_under_a_pause_is_frozen_and_refused() {
    let court = Court::open();
    let client = &court.gateway.client;
    let on = [
        ("addresses", json!([court.at_alice]), "script"),
        ("whole_asset", json!(true), "asset"),
    ];
    for (field, named, scope) in on {
        let mut freeze = json!({"wallet_id": court.issuer, "asset": "acme/GOLD", "reason": "dispute",
            "jurisdiction": "CH", "blocks": 50});
        freeze[field] = named.clone();
        let done = court.write("/v1/freezes", &freeze);
        assert_eq!(done[field], named);
        assert_eq!(
            (court.alices("frozen"), court.alices("confirmed")),
            ("12.500".into(), "0.000".into())
        );
        let coin = court.coin();
        assert_eq!(
            (&coin["state"], &coin["freeze"]["scope"]),
            (&json!("frozen"), &json!(scope))
        );
        let listed = client.get("/v1/freezes?asset=acme/GOLD").ok();
        assert_eq!(listed["items"][0]["scope"], scope);
        if scope == "script" {
            assert_eq!(listed["items"][0]["address"], court.at_alice.as_str());
        }
        let refused = client.post(
            "/v1/payments",
            &court.send(&court.alice, &court.at_bob, "1"),
        );
        refused.refused(409, "mip0001.coin_frozen");
        let said = text(&refused.json(), "/detail");
        for part in [
            &text(&coin, "/outpoint"),
            "dispute",
            &listed["items"][0]["stop_height"].to_string(),
        ] {
            assert!(said.contains(part), "{said}");
        }
        // Before the explorer's eyes too.
        let page = client.get(&format!("/address/{}", court.at_alice)).text;
        assert!(
            page.contains(r#"<span class="pill frozen">frozen</span>"#),
            "{page}"
        );

        let mut lift = json!({"wallet_id": court.issuer, "asset": "acme/GOLD"});
        lift[field] = named;
        court.write("/v1/unfreezes", &lift);
        assert_eq!(court.alices("frozen"), "0.000");
    }
    court.write(
        "/v1/payments",
        &court.send(&court.alice, &court.at_bob, "1"),
    );
}

#[test]
fn one_thing_is_named_at_a_time() {
    let court = Court::open();
    let freeze = json!({"wallet_id": court.issuer, "asset": "acme/GOLD", "addresses": [court.at_alice],
        "whole_asset": true, "reason": "dispute", "jurisdiction": "CH", "blocks": 50});
    let client = &court.gateway.client;
    client
        .post("/v1/freezes", &freeze)
        .refused(400, "request.invalid_field");
    let lift = json!({"wallet_id": court.issuer, "asset": "acme/GOLD", "addresses": ["nowhere"]});
    let refused = client.post("/v1/unfreezes", &lift);
    refused.refused(400, "address.malformed");
}

#[test]
fn units_under_an_order_go_by_force_to_whom_the_court_names() {
    let court = Court::open();
    let client = &court.gateway.client;
    let order = court.order();
    court.write("/v1/freezes", &order);
    let outpoint = text(&court.coin(), "/outpoint");
    let force = json!({"wallet_id": court.issuer, "asset": "acme/GOLD", "coins": [outpoint], "to": court.at_bob});
    let early = client.post("/v1/force-transfers", &force);
    early.refused(409, "mip0001.order_too_young");
    // Who holds no rights can't even try.
    let mut thief = force.clone();
    thief["wallet_id"] = json!(court.alice);
    client
        .post("/v1/force-transfers", &thief)
        .refused(409, "wallet.missing_right");

    court.gateway.pass(1_440);
    let mut dry = force.clone();
    dry["dry_run"] = json!(true);
    let planned = client.post("/v1/force-transfers", &dry).ok();
    assert_eq!(planned["status"], "planned");
    let said = planned["explanation"].to_string();
    assert!(
        said.contains("by force") && said.contains("12.500"),
        "{said}"
    );

    let done = court.write("/v1/force-transfers", &force);
    assert_eq!(done["kind"], "force_transfer");
    assert_eq!(text(&done, "/amount/amount"), "12.500");
    assert_eq!(
        court.gateway.balance(&court.bob, &court.gold, "confirmed"),
        "12.500"
    );
    for state in ["confirmed", "frozen", "pending"] {
        assert_eq!(court.alices(state), "0", "{state}");
    }
    let taken = court.coin();
    assert_eq!(
        (&taken["state"], text(&taken, "/taken_in")),
        (&json!("taken"), text(&done, "/txid"))
    );
    // Nothing came into being: the supply is what was issued.
    let asset = client.get("/v1/assets/acme/GOLD").ok();
    assert_eq!(text(&asset, "/supply/amount"), "1000.000");
    client
        .post("/v1/force-transfers", &force)
        .refused(404, "coin.unknown");
    // Alice still pays MTA, and her wallet leaves the empty coin alone.
    let body =
        json!({"wallet_id": court.alice, "to": court.at_bob, "asset": "MTA", "amount": "0.1"});
    court.write("/v1/payments", &body);
    assert_eq!(court.coin()["state"], "taken");

    let (txid, _) = outpoint.split_once(':').expect("a coin");
    let page = client.get(&format!("/tx/{txid}")).text;
    assert!(
        page.contains("taken by force") && page.contains(&text(&done, "/txid")),
        "{page}"
    );
    let page = client.get(&format!("/address/{}", court.at_alice)).text;
    assert!(
        !page.contains("12.500") || page.contains("forced transfer"),
        "{page}"
    );
    let page = client.get(&format!("/tx/{}", text(&done, "/txid"))).text;
    assert!(page.contains("forced transfer"), "{page}");
}
