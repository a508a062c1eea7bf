//! Blocks full of two-in two-out P2WPKH transactions, each spending what the one before it made.
use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::{Message, PublicKey, SecretKey};
use bitcoin::sighash::SighashCache;
use bitcoin::{
    Amount, CompressedPublicKey, EcdsaSighashType, OutPoint, ScriptBuf, Transaction, TxOut, Witness,
};
use moneta_chain::SealedBlock;
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Holders, IssueAsset, Operation, Rights,
};
use moneta_testkit::chain::{TestChain, payout_script};
use secp256k1::SECP256K1;

/// Transactions in a measured block.
pub(super) const TRANSACTIONS: usize = 1_500;
/// Coins that a measured block spends and makes.
const COINS: usize = 2 * TRANSACTIONS;
/// Grains that each transaction pays.
const FEE: u64 = 1_000;
/// Units on each coin of the asset.
const UNITS: u64 = 1_000;
/// Coins that one transaction hands the asset out to: what an envelope has room for.
const HANDED_OUT: usize = 250;
/// What an issue burns; more than any price.
const PRICE: u64 = 10_000_000;

/// A chain in order: blocks that only prepare, then those that are measured.
pub(super) struct Workload {
    pub(super) setup: Vec<SealedBlock>,
    pub(super) measured: Vec<SealedBlock>,
}

impl Workload {
    /// Makes `blocks` measured blocks of plain payments, or of payments of an asset.
    pub(super) fn new(blocks: usize, with_asset: bool) -> Self {
        let mut builder = Builder::new();
        let asset = with_asset.then(|| builder.issue());
        match asset {
            None => builder.hand_out_coins(),
            Some(asset) => builder.hand_out_units(asset),
        }
        let setup = builder.blocks.len();
        for _ in 0..blocks {
            builder.pay_in_a_circle(asset);
        }
        let measured = builder.blocks.split_off(setup);
        Self {
            setup: builder.blocks,
            measured,
        }
    }
}

/// Whoever makes the chain, with the coins that its keys own: coin `n` is key `n`'s.
pub(super) struct Builder {
    chain: TestChain,
    keys: Vec<Key>,
    coins: Vec<(OutPoint, TxOut)>,
    /// Coins that anybody can spend: the units still to be handed out, then the grains.
    pub(super) purse: Vec<OutPoint>,
    pub(super) blocks: Vec<SealedBlock>,
}

struct Key {
    secret: SecretKey,
    public: PublicKey,
    script: ScriptBuf,
}

impl Key {
    fn new(number: usize) -> Self {
        let seed = sha256::Hash::hash(&number.to_le_bytes());
        let secret = SecretKey::from_slice(seed.as_byte_array()).expect("a hash is a key");
        let public = secret.public_key(SECP256K1);
        let hash = CompressedPublicKey(public).wpubkey_hash();
        Self {
            secret,
            public,
            script: ScriptBuf::new_p2wpkh(&hash),
        }
    }
}

impl Builder {
    pub(super) fn new() -> Self {
        let mut builder = Self {
            chain: TestChain::new(),
            keys: (0..COINS).map(Key::new).collect(),
            coins: Vec::new(),
            purse: Vec::new(),
            blocks: Vec::new(),
        };
        for _ in 0..=builder.chain.params().coinbase_maturity {
            builder.mine(Vec::new());
        }
        let coinbase = builder.blocks[0].block.txdata[0].compute_txid();
        builder.purse.push(OutPoint::new(coinbase, 0));
        builder
    }

    /// Connects the next block, made so that Bitcoin's own engine takes it too.
    pub(super) fn mine(&mut self, transactions: Vec<Transaction>) {
        let mut block = self.chain.template(transactions);
        let target = block.header.target();
        while block.header.validate_pow(target).is_err() {
            block.header.nonce += 1;
        }
        let sealed = self.chain.seal(block);
        let valid = self
            .chain
            .check(sealed.clone())
            .expect("the block is valid");
        self.chain.connect(valid);
        self.blocks.push(sealed);
    }

    pub(super) fn value_of(&self, coin: OutPoint) -> u64 {
        self.chain.state().coins[&coin].output.value.to_sat()
    }

    fn hand_out_coins(&mut self) {
        let value = self.value_of(self.purse[0]) / COINS as u64;
        let outputs = self.keys.iter().map(|key| pay(value, key.script.clone()));
        let tx = TestChain::spend(&self.purse, outputs.collect());
        self.take_coins(&tx, COINS);
        self.mine(vec![tx]);
    }

    /// Issues an asset, all of it on one coin.
    pub(super) fn issue(&mut self) -> AssetId {
        let purse = self.purse[0];
        let supply = UNITS * COINS as u64;
        let issue = IssueAsset {
            symbol: "GOLD".into(),
            issuer: None,
            decimals: 0,
            initial: supply,
            cap: supply,
            powers: Rights::NONE,
            holders: Holders::Open,
            name: "Gold".into(),
            contract_hash: [0; 32],
        };
        let asset = AssetId::derive(&purse, 0, &issue);
        let envelope = Envelope {
            allocations: vec![units(asset, 0, supply)],
            operations: vec![Operation::IssueAsset(issue)],
        };
        let rest = self.value_of(purse) - PRICE - 2 * FEE;
        let outputs = vec![
            pay(FEE, payout_script()),
            pay(rest, payout_script()),
            pay(PRICE, envelope.to_script()),
        ];
        let tx = TestChain::spend(&[purse], outputs);
        let txid = tx.compute_txid();
        self.purse = vec![OutPoint::new(txid, 0), OutPoint::new(txid, 1)];
        self.mine(vec![tx]);
        asset
    }

    fn hand_out_units(&mut self, asset: AssetId) {
        let mut left = UNITS * COINS as u64;
        let value = self.value_of(self.purse[1]) / (2 * COINS as u64);
        for keys in 0..COINS / HANDED_OUT {
            let keys = &self.keys[keys * HANDED_OUT..][..HANDED_OUT];
            let mut outputs: Vec<TxOut> = keys
                .iter()
                .map(|key| pay(value, key.script.clone()))
                .collect();
            let mut allocations: Vec<Allocation> = (0..)
                .zip(&outputs)
                .map(|(vout, _)| units(asset, vout, UNITS))
                .collect();
            left -= UNITS * HANDED_OUT as u64;
            let vout = u32::try_from(HANDED_OUT).expect("a small number");
            if left > 0 {
                allocations.push(units(asset, vout, left));
            }
            let spent = value * HANDED_OUT as u64 + 50 * FEE;
            outputs.push(pay(FEE, payout_script()));
            outputs.push(pay(self.value_of(self.purse[1]) - spent, payout_script()));
            let operations = Vec::new();
            let envelope = Envelope {
                allocations,
                operations,
            };
            outputs.push(pay(0, envelope.to_script()));
            let tx = TestChain::spend(&self.purse, outputs);
            let txid = tx.compute_txid();
            self.take_coins(&tx, HANDED_OUT);
            self.purse = vec![OutPoint::new(txid, vout), OutPoint::new(txid, vout + 1)];
            self.mine(vec![tx]);
        }
    }

    /// Every coin is spent, two at a time, to the keys that held them.
    fn pay_in_a_circle(&mut self, asset: Option<AssetId>) {
        let spent = std::mem::take(&mut self.coins);
        let mut transactions = Vec::with_capacity(TRANSACTIONS);
        for (pair, first) in spent.chunks(2).zip((0..).step_by(2)) {
            let mut outputs: Vec<TxOut> = pair
                .iter()
                .map(|(_, coin)| pay(coin.value.to_sat() - FEE / 2, coin.script_pubkey.clone()))
                .collect();
            if let Some(asset) = asset {
                let envelope = Envelope {
                    allocations: vec![units(asset, 0, UNITS), units(asset, 1, UNITS)],
                    operations: Vec::new(),
                };
                outputs.push(pay(0, envelope.to_script()));
            }
            let outpoints: Vec<OutPoint> = pair.iter().map(|(outpoint, _)| *outpoint).collect();
            let mut tx = TestChain::spend(&outpoints, outputs);
            for (index, (_, coin)) in pair.iter().enumerate() {
                sign(&mut tx, index, coin, &self.keys[first + index]);
            }
            self.take_coins(&tx, 2);
            transactions.push(tx);
        }
        self.mine(transactions);
    }

    /// The first outputs are coins of the keys that come next.
    fn take_coins(&mut self, tx: &Transaction, count: usize) {
        let txid = tx.compute_txid();
        let outputs = (0..).zip(tx.output.iter().take(count));
        let coins = outputs.map(|(vout, output)| (OutPoint::new(txid, vout), output.clone()));
        self.coins.extend(coins);
    }
}

pub(super) fn pay(grains: u64, script_pubkey: ScriptBuf) -> TxOut {
    TxOut {
        value: Amount::from_sat(grains),
        script_pubkey,
    }
}

fn units(id: AssetId, vout: u32, amount: u64) -> Allocation {
    let attachment = Attachment::Asset { id, amount };
    Allocation { vout, attachment }
}

fn sign(tx: &mut Transaction, index: usize, coin: &TxOut, key: &Key) {
    let all = EcdsaSighashType::All;
    let digest = SighashCache::new(&*tx)
        .p2wpkh_signature_hash(index, &coin.script_pubkey, coin.value, all)
        .expect("the coin is P2WPKH");
    let message = Message::from_digest(digest.to_byte_array());
    let signature = SECP256K1.sign_ecdsa(&message, &key.secret);
    let signature = bitcoin::ecdsa::Signature::sighash_all(signature);
    tx.input[index].witness = Witness::p2wpkh(&signature, &key.public);
}
