//! A world for tests: a registry, the coins of all purses, and the rules that judge every transaction.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, FeeRate, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
};
use moneta_chain::{Height, Network, Params};
use moneta_keys::{AccountKey, AccountPath, Keychain, Seed, finalise};
use moneta_mips::{
    AssetId, Attachment, Change, Coin, Effects, Enrolment, Entry, Freeze, Holder, Holders,
    IdentityId, IssueAsset, Key, MipError, Reason, Record, RegisterIdentity, Registry,
    RegistryView, Rights, Scene, Tier, check_transaction,
};

use crate::proofs::{Created, created};
use crate::{Plan, PlanError, Proofs, PsbtReading, Request, Terms, WalletCoin, plan, read_psbt};

/// How far addresses are looked for.
const GAP: u32 = 60;

/// Registry, coins and transactions.
pub(crate) struct World {
    pub(crate) params: Params,
    pub(crate) next_height: Height,
    pub(crate) registry: Registry,
    pub(crate) proofs: Proofs,
    coins: BTreeMap<OutPoint, Coin>,
    transactions: BTreeMap<Txid, Arc<Transaction>>,
    funded: u32,
}

/// Keys and a habit of paying.
pub(crate) struct Purse {
    pub(crate) key: AccountKey,
    scripts: BTreeMap<ScriptBuf, (Keychain, u32)>,
    pub(crate) change_index: u32,
    pub(crate) fee_rate: FeeRate,
}

impl Purse {
    pub(crate) fn new(byte: u8) -> Self {
        let seed = Seed::from_bytes(&[byte; 32]).expect("32 bytes");
        let key = AccountKey::derive(&seed, AccountPath::TEST);
        let places = Keychain::ALL.map(|keychain| (0..GAP).map(move |index| (keychain, index)));
        let scripts = places.into_iter().flatten();
        Self {
            scripts: scripts
                .map(|(keychain, index)| (key.public().script(keychain, index), (keychain, index)))
                .collect(),
            key,
            change_index: 0,
            fee_rate: FeeRate::from_sat_per_vb_u32(2),
        }
    }

    /// Goes on to the next unused change address, round and round within what is looked at.
    pub(crate) fn advance(&mut self, used: u32) {
        self.change_index = (self.change_index + used) % (GAP - 8);
    }

    pub(crate) fn script(&self, index: u32) -> ScriptBuf {
        self.key.public().script(Keychain::External, index)
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            params: Params::dev(),
            next_height: Height::new(200),
            registry: Registry::default(),
            proofs: Proofs::default(),
            coins: BTreeMap::new(),
            transactions: BTreeMap::new(),
            funded: 0,
        }
    }

    /// Gives a purse a coin out of nowhere.
    pub(crate) fn fund(&mut self, purse: &Purse, grains: u64) -> OutPoint {
        self.funded += 1;
        let unique = Txid::from_raw_hash(Hash::hash(&self.funded.to_le_bytes()));
        let output = TxOut {
            value: Amount::from_sat(grains),
            script_pubkey: purse.script(self.funded % GAP),
        };
        let transaction = Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: OutPoint::new(unique, 0),
                script_sig: ScriptBuf::new(),
                sequence: Sequence::MAX,
                witness: Witness::new(),
            }],
            output: vec![output],
        };
        let outpoint = OutPoint::new(transaction.compute_txid(), 0);
        self.record(&transaction, &Effects::default());
        outpoint
    }

    /// Gives a purse a coin with something on it out of nowhere.
    pub(crate) fn grant(&mut self, purse: &Purse, attachment: Attachment) -> OutPoint {
        let outpoint = self.fund(purse, 1_000);
        let coin = self.coins.get_mut(&outpoint).expect("just made");
        coin.attachment = Some(attachment);
        outpoint
    }

    /// Enrols a holder out of nowhere, from the next block on.
    pub(crate) fn enrol(&mut self, asset: AssetId, holder: Holder) {
        let entry = Entry {
            key: Key::Enrolment {
                asset,
                script: holder.script,
            },
            before: None,
            after: Some(Record::Enrolment(Enrolment {
                commitment: holder.commitment,
                start: self.next_height,
                expiry: holder.expiry,
                enrolled_in: Txid::all_zeros(),
            })),
        };
        self.registry.apply(&Change::Record(Box::new(entry)));
    }

    /// What the purse owns, in the order of outpoints.
    pub(crate) fn coins_of(&self, purse: &Purse) -> Vec<WalletCoin> {
        let ours = self.coins.iter().filter_map(|(outpoint, coin)| {
            let &(keychain, index) = purse.scripts.get(&coin.output.script_pubkey)?;
            let asset = match &coin.attachment {
                Some(Attachment::Asset { id, .. }) => Some(*id),
                _ => None,
            };
            Some(WalletCoin {
                outpoint: *outpoint,
                coin: coin.clone(),
                keychain,
                index,
                previous: Arc::clone(self.transactions.get(&outpoint.txid)?),
                confirmed: true,
                frozen: asset.and_then(|asset| self.registry.freeze(&asset, outpoint)),
            })
        });
        ours.collect()
    }

    pub(crate) fn terms<'a>(&'a self, purse: &'a Purse) -> Terms<'a> {
        Terms {
            account: purse.key.public(),
            change_index: purse.change_index,
            fee_rate: purse.fee_rate,
            next_height: self.next_height,
            params: &self.params,
            proofs: &self.proofs,
        }
    }

    pub(crate) fn plan(&self, purse: &Purse, request: &Request) -> Result<Plan, PlanError> {
        plan(request, &self.coins_of(purse), &self.terms(purse))
    }

    /// Signs and finishes a plan.
    pub(crate) fn sign(&self, purse: &Purse, psbt: &Psbt) -> Transaction {
        let mut psbt = psbt.clone();
        purse.key.sign(&mut psbt).expect("all inputs are ours");
        finalise(&psbt).expect("signed")
    }

    pub(crate) fn read(&self, purse: &Purse, psbt: &Psbt) -> PsbtReading {
        let bytes = psbt.serialize();
        read_psbt(&bytes, Network::Dev, Some(purse.key.public())).expect("an honest PSBT")
    }

    /// Judges a transaction by the rules.
    pub(crate) fn check(&self, transaction: &Transaction) -> Result<Effects, MipError> {
        let spent: Vec<Coin> = transaction
            .input
            .iter()
            .map(|input| self.coins[&input.previous_output].clone())
            .collect();
        let frozen: BTreeSet<_> = moneta_mips::freezes_of(transaction).into_iter().collect();
        let scene = Scene {
            registry: &self.registry,
            coins: &|outpoint| self.coins.get(outpoint).cloned(),
            frozen_in_block: &frozen,
            spent_in_block: &BTreeSet::new(),
            height: self.next_height,
        };
        check_transaction(transaction, &spent, &scene)
    }

    /// Puts a transaction into a block of its own.
    pub(crate) fn mine(&mut self, transaction: &Transaction) -> Effects {
        let effects = self.check(transaction).expect("a valid transaction");
        for change in &effects.changes {
            self.registry.apply(change);
        }
        for input in &transaction.input {
            self.coins.remove(&input.previous_output);
        }
        self.record(transaction, &effects);
        self.next_height = self.next_height.next();
        effects
    }

    /// Plans, signs and mines.
    pub(crate) fn perform(&mut self, purse: &mut Purse, request: &Request) -> Plan {
        let plan = self.plan(purse, request).expect("a plan");
        if let Some(first) = &plan.first {
            let signed = self.sign(purse, &first.psbt);
            self.mine(&signed);
        }
        let signed = self.sign(purse, &plan.psbt);
        assert_eq!(signed.compute_txid(), plan.txid);
        self.mine(&signed);
        purse.advance(plan.change_used);
        plan
    }

    fn record(&mut self, transaction: &Transaction, effects: &Effects) {
        let txid = transaction.compute_txid();
        let shared = Arc::new(transaction.clone());
        for (vout, output) in (0_u32..).zip(&transaction.output) {
            if output.script_pubkey.is_op_return() {
                continue;
            }
            let coin = Coin {
                output: output.clone(),
                height: self.next_height,
                coinbase: false,
                attachment: effects.attachments.get(&vout).cloned(),
            };
            self.coins.insert(OutPoint::new(txid, vout), coin);
        }
        for created in created(transaction) {
            match created {
                Created::Asset(id, _) => self.proofs.issues.insert(id, Arc::clone(&shared)),
                Created::Identity(id, _) => {
                    self.proofs.registrations.insert(id, Arc::clone(&shared))
                }
            };
        }
        self.transactions.insert(txid, shared);
    }
}

/// `acme/GOLD`: grams with three decimals, mintable and freezable.
pub(crate) struct Mint {
    pub(crate) world: World,
    pub(crate) issuer: Purse,
    pub(crate) acme: IdentityId,
    pub(crate) gold: AssetId,
}

impl Mint {
    /// Registers `acme` and issues 1,000.000 g of GOLD.
    pub(crate) fn new() -> Self {
        Self::of(gold(None))
    }

    /// As [`Self::new`], with other powers or holders.
    pub(crate) fn of(asset: IssueAsset) -> Self {
        let mut world = World::new();
        let mut issuer = Purse::new(1);
        world.fund(&issuer, 10_000_000);
        world.fund(&issuer, 90_000_000);
        world.perform(&mut issuer, &Request::Register(acme()));
        let acme = world.proofs.registrations.keys().next().copied();
        let acme = acme.expect("registered");
        let issue = Request::Issue {
            asset: IssueAsset {
                issuer: Some(acme),
                ..asset
            },
            to: None,
        };
        world.perform(&mut issuer, &issue);
        let gold = *world.proofs.issues.keys().next().expect("issued");
        Self {
            world,
            issuer,
            acme,
            gold,
        }
    }

    /// Sends gold to a script.
    pub(crate) fn send(&mut self, to: &ScriptBuf, amount: u64) -> Plan {
        let request = Request::Send {
            asset: self.gold,
            to: to.clone(),
            amount,
        };
        self.world.perform(&mut self.issuer, &request)
    }

    /// A freeze of coins for 100 blocks.
    pub(crate) fn freezing(&self, targets: Vec<OutPoint>) -> Request {
        Request::Freeze(Freeze {
            asset: self.gold,
            targets: targets.into(),
            tier: Tier::Emergency,
            stop: self.world.next_height.saturating_add(100),
            reason: Reason::TheftReport,
            jurisdiction: *b"SG",
            document: [0; 32],
        })
    }

    /// Freezes coins for 100 blocks.
    pub(crate) fn freeze(&mut self, targets: Vec<OutPoint>) -> Plan {
        let request = self.freezing(targets);
        self.world.perform(&mut self.issuer, &request)
    }

    /// The gold coins of a purse.
    pub(crate) fn gold_of(&self, purse: &Purse) -> Vec<WalletCoin> {
        let coins = self.world.coins_of(purse).into_iter();
        let gold = |coin: &WalletCoin| matches!(coin.coin.attachment, Some(Attachment::Asset { id, .. }) if id == self.gold);
        coins.filter(gold).collect()
    }
}

pub(crate) fn acme() -> RegisterIdentity {
    RegisterIdentity {
        handle: "acme".into(),
        document: r#"{"name":"Acme Vaults"}"#.into(),
        recovery: [0; 32],
        salt: [0x5a; 32],
    }
}

pub(crate) fn gold(issuer: Option<IdentityId>) -> IssueAsset {
    IssueAsset {
        symbol: "GOLD".into(),
        issuer,
        decimals: 3,
        initial: 1_000_000,
        cap: 5_000_000,
        powers: Rights::MINT.union(Rights::FREEZE),
        holders: Holders::Open,
        name: "Gold, grams".into(),
        contract_hash: [7; 32],
    }
}
