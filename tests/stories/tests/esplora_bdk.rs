//! A stock Bitcoin wallet, unpatched: BDK in regtest mode finds, receives and spends over `/api`.
use bdk_esplora::EsploraExt;
use bdk_esplora::esplora_client::{BlockingClient, Builder, Error};
use bdk_wallet::bitcoin::bip32::Xpriv;
use bdk_wallet::bitcoin::{Amount, FeeRate, Network, ScriptBuf, Transaction, Txid};
use bdk_wallet::{Balance, KeychainKind, SignOptions, Wallet};
use moneta_testkit::sandbox::{Client, Sandbox};
use serde_json::json;

/// Test vector 1 of BIP32, under the version bytes of a test network.
const SEED: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/// Unused addresses after which a scan stops.
const GAP: usize = 5;
const PARALLEL: usize = 2;

struct Stock {
    wallet: Wallet,
    key: Xpriv,
    api: BlockingClient,
}

impl Stock {
    fn new(sandbox: &Sandbox) -> Self {
        let key = Xpriv::new_master(Network::Regtest, &SEED).expect("a key");
        let descriptor = |chain: u8| format!("wpkh({key}/84'/1'/0'/{chain}/*)");
        let wallet = Wallet::create(descriptor(0), descriptor(1))
            .network(Network::Regtest)
            .create_wallet_no_persist()
            .expect("a wallet");
        let api = Builder::new(&format!("{}/api", sandbox.url())).build_blocking();
        Self { wallet, key, api }
    }

    fn address(&mut self) -> String {
        let next = self.wallet.reveal_next_address(KeychainKind::External);
        next.address.to_string()
    }

    /// Looks through the whole chain, as a wallet restored from its seed does.
    fn full_scan(&mut self) -> Balance {
        let request = self.wallet.start_full_scan();
        let found = self.api.full_scan(request, GAP, PARALLEL).expect("a scan");
        self.wallet.apply_update(found).expect("one chain");
        self.wallet.balance()
    }

    /// Looks at the addresses it has given out.
    fn sync(&mut self) -> Balance {
        let request = self.wallet.start_sync_with_revealed_spks();
        let found = self.api.sync(request, PARALLEL).expect("a sync");
        self.wallet.apply_update(found).expect("one chain");
        self.wallet.balance()
    }

    fn pay(&mut self, to: ScriptBuf, grains: u64) -> Transaction {
        let mut plan = self.wallet.build_tx();
        plan.add_recipient(to, Amount::from_sat(grains))
            .fee_rate(FeeRate::from_sat_per_vb(2).expect("a rate"));
        let mut psbt = plan.finish().expect("a payment");
        psbt.sign(&self.key, self.wallet.secp_ctx())
            .expect("signed");
        let whole = self.wallet.finalize_psbt(&mut psbt, SignOptions::default());
        assert!(whole.expect("an answer"), "every input is signed");
        psbt.extract_tx().expect("a transaction")
    }
}

/// Asks the faucet, waits for the block, and returns the transaction.
fn faucet(client: &Client, address: &str, amount: &str) -> Txid {
    let body = json!({"address": address, "amount": amount});
    let given = client.post("/v1/faucet?confirm=true", &body).ok();
    given["txid"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id")
}

fn mine(client: &Client, count: u32) {
    client.post("/v1/blocks", &json!({"count": count})).ok();
}

#[test]
fn a_stock_wallet_receives_from_the_faucet_and_spends() {
    let sandbox = Sandbox::start();
    let client = sandbox.client();
    let mut stock = Stock::new(&sandbox);
    assert_eq!(stock.full_scan().total(), Amount::ZERO);

    let address = stock.address();
    faucet(&client, &address, "1.5");
    let balance = stock.sync();
    assert_eq!(balance.confirmed, Amount::from_sat(150_000_000));

    let elsewhere = ScriptBuf::new_p2wsh(&ScriptBuf::new().wscript_hash());
    let payment = stock.pay(elsewhere, 40_000_000);
    stock.api.broadcast(&payment).expect("the mempool takes it");
    let txid = payment.compute_txid();
    let status = stock.api.get_tx_status(&txid).expect("a status");
    assert!(!status.confirmed || status.block_height.is_some());

    mine(&client, 1);
    let balance = stock.sync();
    let fee = stock.wallet.calculate_fee(&payment).expect("known inputs");
    let left = Amount::from_sat(110_000_000) - fee;
    assert_eq!((balance.confirmed, balance.total()), (left, left));
    let status = stock.api.get_tx_status(&txid).expect("a status");
    let proof = stock.api.get_merkle_block(&txid).expect("an answer");
    let (mut ids, mut places) = (Vec::new(), Vec::new());
    let proof = proof.expect("a proof");
    proof.extract_matches(&mut ids, &mut places).expect("valid");
    assert_eq!(ids, [txid]);
    assert_eq!(Some(proof.header.block_hash()), status.block_hash);

    // Restored from its seed on another machine, the wallet finds the same.
    let mut restored = Stock::new(&sandbox);
    assert_eq!(restored.full_scan().total(), left);
}

#[test]
fn a_long_history_is_found_to_its_end() {
    let sandbox = Sandbox::start();
    let client = sandbox.client();
    let mut stock = Stock::new(&sandbox);
    let address = stock.address();
    // More than two pages of 25 on one address.
    for _ in 0..55 {
        let body = json!({"address": address, "amount": "0.01"});
        client.post("/v1/faucet", &body).ok();
    }
    mine(&client, 1);
    let balance = stock.full_scan();
    assert_eq!(balance.total(), Amount::from_sat(55 * 1_000_000));
    assert_eq!(stock.wallet.transactions().count(), 55);
}

#[test]
fn a_refused_payment_says_which_rule_it_breaks() {
    let sandbox = Sandbox::start();
    let client = sandbox.client();
    let mut stock = Stock::new(&sandbox);
    let address = stock.address();
    faucet(&client, &address, "1");
    stock.sync();
    let elsewhere = ScriptBuf::new_p2wsh(&ScriptBuf::new().wscript_hash());
    let mut payment = stock.pay(elsewhere, 1_000_000);
    payment.output[0].value += Amount::ONE_SAT;
    let refused = stock.api.broadcast(&payment);
    let Err(Error::HttpResponse { status, message }) = refused else {
        panic!("a changed payment is not signed: {refused:?}");
    };
    assert_eq!(status, 400);
    assert!(message.contains("[tx."), "{message}");
    assert_eq!(stock.sync().confirmed, Amount::from_sat(100_000_000));
}
