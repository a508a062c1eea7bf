//! The story: gold is issued, sent, frozen, released and spent; a payment is signed offline; a document is notarised.
use std::io::Write;

use anyhow::{Context, bail, ensure};
use bitcoin::hashes::{Hash, sha256};
use serde_json::{Value, json};

use super::api::{Api, random_hex};
use super::offline::{Desk, moneta};

/// What the gold's terms say; the asset commits to its hash.
const TERMS: &str = "Each unit of GOLD is one gram of fine gold (999.9) held in the demo vault.\n";

/// Plays every step, in order, and stops at the first that does not hold.
pub(crate) fn play(api: &Api) -> anyhow::Result<()> {
    let mut stage = Stage { api, step: 0 };
    let chain = api.get("/v1/chain")?;
    stage.say(&format!(
        "Playing against {} ({} network, block {})",
        api.url,
        text(&chain, "/network")?,
        chain["height"]
    ))?;

    let handle = format!("acme-{}", random_hex::<4>()?);
    let issuer = stage.wallet("Acme Vault")?;
    stage.fund(&issuer, "2")?;
    stage.identity(&issuer, &handle)?;
    let gold = stage.issue_gold(&issuer, &handle)?;

    let alice = stage.wallet("Alice")?;
    let bob = stage.wallet("Bob")?;
    stage.fund(&alice, "1")?;
    stage.send(
        &issuer,
        &alice,
        &gold,
        "12.5",
        "Acme sends 12.5 g of gold to Alice",
    )?;

    let coin = stage.freeze_coin_of(&alice, &issuer, &gold)?;
    stage.spend_is_refused(&alice, &bob, &gold)?;
    stage.unfreeze(&issuer, &gold, &coin)?;
    stage.send(&alice, &bob, &gold, "2.5", "Alice spends: 2.5 g to Bob")?;
    stage.balance(&bob, &gold, "2.500")?;

    stage.sign_offline(&bob)?;
    stage.notarise(&issuer)?;
    stage.say("\nEvery step held. Look around in the explorer:")?;
    stage.say(&format!("  {}", api.page("")))
}

struct Stage<'a> {
    api: &'a Api,
    step: u32,
}

/// A gateway wallet as the story needs it.
struct Wallet {
    id: String,
    name: String,
    address: String,
}

/// The asset of the story.
struct Gold {
    id: String,
    label: String,
}

impl Stage<'_> {
    fn say(&self, line: &str) -> anyhow::Result<()> {
        writeln!(std::io::stdout(), "{line}").context("standard output is closed")
    }

    fn done(&mut self, what: &str, page: &str) -> anyhow::Result<()> {
        self.step += 1;
        self.say(&format!(
            "{:>3}. {what}\n     {}",
            self.step,
            self.api.page(page)
        ))
    }

    fn wallet(&mut self, name: &str) -> anyhow::Result<Wallet> {
        let wallet = self
            .api
            .post("/v1/wallets", &json!({"name": name, "kind": "hosted"}))?;
        let wallet = self.with_address(&wallet, name)?;
        self.done(
            &format!("Hosted wallet for {name}"),
            &format!("address/{}", wallet.address),
        )?;
        Ok(wallet)
    }

    fn with_address(&self, wallet: &Value, name: &str) -> anyhow::Result<Wallet> {
        let id = text(wallet, "/id")?;
        let address = self.api.post(
            &format!("/v1/wallets/{id}/addresses"),
            &json!({"label": "demo"}),
        )?;
        Ok(Wallet {
            id,
            name: name.to_owned(),
            address: text(&address, "/address")?,
        })
    }

    fn fund(&mut self, wallet: &Wallet, amount: &str) -> anyhow::Result<()> {
        let body = json!({"address": wallet.address, "amount": amount});
        let txid = text(&self.api.post("/v1/faucet?confirm=true", &body)?, "/txid")?;
        self.done(
            &format!("The faucet gives {} {amount} MTA", wallet.name),
            &format!("tx/{txid}"),
        )
    }

    fn identity(&mut self, issuer: &Wallet, handle: &str) -> anyhow::Result<()> {
        let body = json!({"wallet_id": issuer.id, "handle": handle});
        let registered = self.api.post("/v1/identities?confirm=true", &body)?;
        let commitment = text(&registered, "/operation/commitment/txid")?;
        self.done(
            "A handle is committed to, and nobody can read which",
            &format!("tx/{commitment}"),
        )?;
        self.done(
            &format!("Identity `{handle}` for {}", issuer.name),
            &format!("identity/{handle}"),
        )
    }

    fn issue_gold(&mut self, issuer: &Wallet, handle: &str) -> anyhow::Result<Gold> {
        let body = json!({
            "wallet_id": issuer.id, "issuer": handle, "symbol": "GOLD", "name": "Fine gold, grams",
            "decimals": 3, "supply": "1000", "cap": "1000000", "powers": ["mint", "freeze"],
            "document_hash": sha256::Hash::hash(TERMS.as_bytes()).to_string(),
        });
        let asset = self.api.post("/v1/assets?confirm=true", &body)?;
        let gold = Gold {
            id: text(&asset, "/id")?,
            label: format!("{handle}/GOLD"),
        };
        self.done(
            &format!("1,000.000 g of {} issued, freezable", gold.label),
            &format!("asset/{}", gold.id),
        )?;
        Ok(gold)
    }

    fn send(
        &mut self,
        from: &Wallet,
        to: &Wallet,
        gold: &Gold,
        amount: &str,
        what: &str,
    ) -> anyhow::Result<()> {
        let body =
            json!({"wallet_id": from.id, "to": to.address, "asset": gold.id, "amount": amount});
        let payment = self.api.post("/v1/payments?confirm=true", &body)?;
        self.done(what, &format!("tx/{}", text(&payment, "/txid")?))
    }

    fn freeze_coin_of(
        &mut self,
        holder: &Wallet,
        issuer: &Wallet,
        gold: &Gold,
    ) -> anyhow::Result<String> {
        let coins = self.api.get(&format!("/v1/wallets/{}/coins", holder.id))?;
        let coin = coins["items"]
            .as_array()
            .and_then(|coins| {
                coins
                    .iter()
                    .find(|coin| coin["asset"].as_str() == Some(&gold.id))
            })
            .context("the holder's gold coin is listed")?;
        let coin = text(coin, "/outpoint")?;
        let body = json!({
            "wallet_id": issuer.id, "asset": gold.id, "coins": [coin], "reason": "theft_report",
            "jurisdiction": "CH", "blocks": 1_000,
        });
        self.api.post("/v1/freezes?confirm=true", &body)?;
        self.done(
            &format!(
                "{}'s coin frozen: theft report, CH, 1,000 blocks",
                holder.name
            ),
            "freezes",
        )?;
        Ok(coin)
    }

    fn spend_is_refused(&mut self, from: &Wallet, to: &Wallet, gold: &Gold) -> anyhow::Result<()> {
        let body =
            json!({"wallet_id": from.id, "to": to.address, "asset": gold.id, "amount": "2.5"});
        match self.api.try_post("/v1/payments", &body)? {
            Ok(payment) => bail!("a frozen coin was spent: {payment}"),
            Err(refusal) => {
                ensure!(
                    refusal.code == "mip0001.coin_frozen",
                    "refused with another code: {refusal:?}"
                );
                let what = format!(
                    "{}'s spend is refused: {} [{}]",
                    from.name, refusal.detail, refusal.code
                );
                self.done(&what, &format!("address/{}", from.address))
            }
        }
    }

    fn unfreeze(&mut self, issuer: &Wallet, gold: &Gold, coin: &str) -> anyhow::Result<()> {
        let body = json!({"wallet_id": issuer.id, "asset": gold.id, "coins": [coin]});
        self.api.post("/v1/unfreezes?confirm=true", &body)?;
        self.done("The freeze is lifted", &format!("asset/{}", gold.id))
    }

    fn balance(&mut self, wallet: &Wallet, gold: &Gold, expected: &str) -> anyhow::Result<()> {
        let balances = self
            .api
            .get(&format!("/v1/wallets/{}/balances", wallet.id))?;
        let held = balances["items"]
            .as_array()
            .and_then(|items| {
                items
                    .iter()
                    .find(|item| item["asset"].as_str() == Some(&gold.id))
            })
            .with_context(|| format!("{} holds no gold: {balances}", wallet.name))?;
        let confirmed = text(held, "/confirmed/amount")?;
        ensure!(
            confirmed == expected,
            "{} holds {confirmed} g, not {expected} g",
            wallet.name
        );
        self.done(
            &format!("{} holds {confirmed} g of {}", wallet.name, gold.label),
            &format!("address/{}", wallet.address),
        )
    }

    fn sign_offline(&mut self, to: &Wallet) -> anyhow::Result<()> {
        let desk = Desk::new()?;
        let passphrase = desk.write("passphrase", &random_hex::<16>()?)?;
        let wallet = desk.path("offline.wallet");
        moneta(
            &["wallet", "new", "--out", "{}", "--passphrase-file", "{}"],
            &[&wallet, &passphrase],
        )?;
        let descriptor = moneta(
            &[
                "wallet",
                "descriptor",
                "--wallet",
                "{}",
                "--passphrase-file",
                "{}",
            ],
            &[&wallet, &passphrase],
        )?;
        let watched = json!({"name": "Offline", "kind": "watch", "descriptor": descriptor});
        let watched = self.api.post("/v1/wallets", &watched)?;
        let watched = self.with_address(&watched, "Offline")?;
        self.done(
            "A wallet whose key never goes online, watched by descriptor",
            &format!("address/{}", watched.address),
        )?;
        self.fund(&watched, "1")?;

        let body =
            json!({"wallet_id": watched.id, "to": to.address, "asset": "MTA", "amount": "0.25"});
        let payment = self.api.post("/v1/payments", &body)?;
        let unsigned = desk.write("payment.psbt", &text(&payment, "/psbt")?)?;
        let signed = desk.path("payment.signed.psbt");
        let sign = [
            "wallet",
            "sign",
            "{}",
            "--wallet",
            "{}",
            "--out",
            "{}",
            "--passphrase-file",
            "{}",
            "--yes",
        ];
        let explained = moneta(&sign, &[&unsigned, &wallet, &signed, &passphrase])?;
        let signed = std::fs::read_to_string(&signed).context("the signed PSBT")?;
        let path = format!(
            "/v1/payments/{}/signature?confirm=true",
            text(&payment, "/id")?
        );
        let payment = self.api.post(&path, &json!({"psbt": signed.trim()}))?;
        let explained: Vec<_> = explained
            .lines()
            .map(|line| format!("       | {line}"))
            .collect();
        let what = format!(
            "Signed offline with moneta-wallet, which said:\n{}",
            explained.join("\n")
        );
        self.done(&what, &format!("tx/{}", text(&payment, "/txid")?))
    }

    fn notarise(&mut self, wallet: &Wallet) -> anyhow::Result<()> {
        let desk = Desk::new()?;
        let document = format!("Bar list of the demo vault, {}\n", random_hex::<8>()?);
        let digest = sha256::Hash::hash(document.as_bytes()).to_string();
        let document = desk.write("bar-list.txt", &document)?;
        let body = json!({"wallet_id": wallet.id, "digest": digest, "label": "bar list"});
        let notarisation = self.api.post("/v1/notarisations?confirm=true", &body)?;
        self.done("A document is notarised", &format!("document/{digest}"))?;

        let proof = self.api.get(&format!(
            "/v1/notarisations/{}/proof",
            text(&notarisation, "/id")?
        ))?;
        let proof = desk.write("proof.json", &proof.to_string())?;
        let verdict = moneta(&["verify", "{}", "--file", "{}"], &[&proof, &document])?;
        let verdict: Vec<_> = verdict
            .lines()
            .map(|line| format!("       | {line}"))
            .collect();
        let what = format!(
            "Its proof verified offline with moneta verify:\n{}",
            verdict.join("\n")
        );
        self.done(&what, &format!("tx/{}", text(&notarisation, "/txid")?))
    }
}

fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("the answer has no text at {pointer}: {value}"))
}
