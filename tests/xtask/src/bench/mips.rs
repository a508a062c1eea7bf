//! What the MIPs cost: a block's checks beside its script verification, freezes among a million, the registry's root.
use std::collections::{BTreeSet, HashMap};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bitcoin::hashes::Hash;
use bitcoin::key::Keypair;
use bitcoin::sighash::{EcdsaSighashType, SighashCache};
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, OutPoint, PublicKey, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
    absolute,
};
use moneta_chain::Height;
use moneta_commitments::{AuthMap, MapChanges, registry_path, registry_value};
use moneta_disk::FileFolder;
use moneta_kv::{Batch, Durability, Options, Snapshot, Store};
use moneta_mips::{
    Allocation, Asset, AssetId, Attachment, Change, Coin, Envelope, FreezeRecord, Holders, Key,
    Reason, Record, Registry, RegistryOverlay, RegistryView, Rights, Scene, Tier,
    check_transaction,
};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};
use moneta_testkit::random::Random;
use secp256k1::{Message, SECP256K1, SecretKey};

use super::rounds::{alternate_on_cpu, median, ratio};

/// Transactions of a block, each moving one asset.
const TRANSACTIONS: u32 = 1_500;
/// Assets that the registry knows.
const ASSETS: u32 = 1_000;
/// Share of script verification that parsing and checks may take.
const SHARE: f64 = 0.15;
/// Milliseconds that a block's changes may take in the registry's root.
const ROOT_MS: f64 = 20.0;
/// Look-ups of one round.
const LOOKUPS: u32 = 200_000;

/// Runs every measurement.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    checks_beside_scripts();
    freezes_among_a_million()?;
    registry_root();
    Ok(())
}

fn id(number: u32) -> AssetId {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    AssetId(bytes)
}

fn asset(number: u32) -> Asset {
    Asset {
        id: id(number),
        symbol: "GOLD".into(),
        issuer: None,
        decimals: 3,
        supply: 1_000_000,
        burned: 0,
        cap: 1_000_000,
        powers: Rights::FREEZE,
        holders: Holders::Open,
        name: "Fine gold, grams".into(),
        contract_hash: [1; 32],
        issued_in: Txid::all_zeros(),
        issued_at: Height::new(1),
    }
}

fn outpoint(number: u32) -> OutPoint {
    OutPoint::new(Txid::hash(&number.to_le_bytes()), 0)
}

fn known() -> Registry {
    let mut registry = Registry::default();
    for number in 0..ASSETS {
        registry.apply(&Change::Asset {
            before: None,
            after: Box::new(asset(number)),
        });
    }
    registry
}

/// A signed transfer: a coin of units and a coin of grains, to units for another, units back, grains back.
struct Transfer {
    tx: Transaction,
    spent: Vec<Coin>,
    outputs: Vec<TxOut>,
}

fn transfer(number: u32, pair: &Keypair) -> Transfer {
    let public = PublicKey::new(pair.public_key());
    let script = ScriptBuf::new_p2wpkh(&public.wpubkey_hash().expect("the key is compressed"));
    let output = |grains: u64| TxOut {
        value: Amount::from_sat(grains),
        script_pubkey: script.clone(),
    };
    let asset = id(number % ASSETS);
    let units = |amount| Attachment::Asset { id: asset, amount };
    let envelope = Envelope {
        allocations: vec![
            Allocation {
                vout: 0,
                attachment: units(12_500),
            },
            Allocation {
                vout: 1,
                attachment: units(87_500),
            },
        ],
        operations: vec![],
    };
    let carrier = TxOut {
        value: Amount::ZERO,
        script_pubkey: envelope.to_script(),
    };
    let outputs = vec![output(1_000), output(100_000)];
    let input = |number: u32| TxIn {
        previous_output: outpoint(number),
        sequence: Sequence::MAX,
        ..TxIn::default()
    };
    let mut tx = Transaction {
        version: Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![input(2 * number), input(2 * number + 1)],
        output: vec![output(1_000), output(1_000), output(98_000), carrier],
    };
    let witnesses: Vec<Witness> = (0..)
        .zip(&outputs)
        .map(|(index, coin)| {
            let mut cache = SighashCache::new(&tx);
            let all = EcdsaSighashType::All;
            let digest = cache.p2wpkh_signature_hash(index, &script, coin.value, all);
            let digest = digest.expect("the input is there").to_byte_array();
            let signature = SECP256K1.sign_ecdsa(&Message::from_digest(digest), &pair.secret_key());
            Witness::p2wpkh(
                &bitcoin::ecdsa::Signature::sighash_all(signature),
                &public.inner,
            )
        })
        .collect();
    for (input, witness) in tx.input.iter_mut().zip(witnesses) {
        input.witness = witness;
    }
    let coin = |output: &TxOut, attachment| Coin {
        output: output.clone(),
        height: Height::new(10),
        coinbase: false,
        attachment,
    };
    Transfer {
        spent: vec![
            coin(&outputs[0], Some(units(100_000))),
            coin(&outputs[1], None),
        ],
        tx,
        outputs,
    }
}

/// Checks the transfers of a block one after another.
fn check_all(block: &[Transfer], registry: &dyn RegistryView) {
    let (frozen, spent) = (BTreeSet::new(), BTreeSet::new());
    let mut overlay = RegistryOverlay::new(registry);
    for one in block {
        let scene = Scene {
            registry: &overlay,
            // Transfers name no coin but those they spend.
            coins: &|_| None,
            frozen_in_block: &frozen,
            spent_in_block: &spent,
            height: Height::new(500),
        };
        let effects = check_transaction(&one.tx, &one.spent, &scene);
        let effects = effects.expect("the transfer is valid");
        effects
            .changes
            .iter()
            .for_each(|change| overlay.apply(change));
    }
}

fn checks_beside_scripts() {
    let secret = SecretKey::from_slice(&[7; 32]).expect("the number is below the order");
    let pair = Keypair::from_secret_key(SECP256K1, &secret);
    let block: Vec<Transfer> = (0..TRANSACTIONS)
        .map(|number| transfer(number, &pair))
        .collect();
    let registry = known();
    let (mips, scripts) = alternate_on_cpu(
        || {
            check_all(&block, &registry);
        },
        || {
            for one in &block {
                let prepared = PreparedTransaction::new(&one.tx, &one.outputs)
                    .expect("one coin for each input");
                for index in 0..one.outputs.len() {
                    let verified = verify_input(&prepared, index, VerifyFlags::CONSENSUS);
                    verified.expect("the input is signed");
                }
            }
        },
    );
    ratio("mips-checks-beside-scripts", mips, scripts, 1.0 / SHARE);
    println!(
        "      {TRANSACTIONS} transfers: envelopes and checks {:.2} ms, scripts {:.1} ms, share {:.1} % (at most {:.0} %)",
        mips * 1e3,
        scripts * 1e3,
        mips / scripts * 100.0,
        SHARE * 100.0
    );
}

/// The coin of gold that the transfer of this number spends.
fn freeze_key(number: u32) -> Vec<u8> {
    let (asset, coin) = (id(number % ASSETS), outpoint(2 * number));
    Key::Freeze { asset, coin }.encode()
}

/// A store such as the node keeps its registry in, with this many freezes that have lapsed.
fn frozen(folder: &Path, coins: u32) -> anyhow::Result<Store> {
    let record = FreezeRecord {
        tier: Tier::Order,
        start: Height::new(10),
        stop: Height::new(400),
        reason: Reason::CourtOrder,
        jurisdiction: *b"CH",
        document: [1; 32],
        frozen_in: Txid::all_zeros(),
        ordered: Some(Height::new(10)),
        contested: None,
    };
    let record = Record::Freeze(record).encode();
    let files = FileFolder::open(folder)?;
    let store = Store::open(Arc::new(files), Options::new((1, 2)))?;
    let mut batch = Batch::new();
    for number in 0..ASSETS {
        let asset = Record::Asset(Box::new(asset(number)));
        batch.put(&Key::Asset(id(number)).encode(), &asset.encode());
    }
    for number in 0..coins {
        batch.put(&freeze_key(number), &record);
        if number % 10_000 == 9_999 || number + 1 == coins {
            store.commit(std::mem::take(&mut batch), Durability::Deferred)?;
        }
    }
    store.settle()?;
    Ok(store)
}

/// The registry as a node reads it.
struct OnDisk(Snapshot);

impl RegistryView for OnDisk {
    fn record(&self, key: &Key) -> Option<Record> {
        let found = self
            .0
            .read(&key.encode(), |bytes| Record::decode(bytes).ok());
        found.ok().flatten().flatten()
    }
}

/// Transfers of which two in three spend a coin that was frozen once, spread over all of those.
fn of_frozen(coins: u32, pair: &Keypair) -> Vec<Transfer> {
    let step = (coins / TRANSACTIONS).max(1);
    let number = |at: u32| match at % 3 {
        2 => coins + at,
        _ => at * step % coins,
    };
    (0..TRANSACTIONS)
        .map(|at| transfer(number(at), pair))
        .collect()
}

/// Whether it takes longer where more is frozen: for a block's checks, which ask four records of each coin, and for
/// single look-ups without anything around them.
///
/// Single look-ups do take longer, and not for their number of steps: the tables of a thousand freezes lie in the
/// processor's cache, those of a million in memory, so that each look-up waits for memory some three times. A table
/// of hashes in memory is slowed down by more, which the second figure shows.
fn freezes_among_a_million() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (small, large) = (folder.path().join("few"), folder.path().join("many"));
    std::fs::create_dir_all(&small)?;
    std::fs::create_dir_all(&large)?;
    let (few, many) = (frozen(&small, 1_000)?, frozen(&large, 1_000_000)?);

    let secret = SecretKey::from_slice(&[7; 32]).expect("the number is below the order");
    let pair = Keypair::from_secret_key(SECP256K1, &secret);
    let (rare, common) = (of_frozen(1_000, &pair), of_frozen(1_000_000, &pair));
    let checks = |store: &Store, block: &[Transfer]| {
        let registry = OnDisk(store.snapshot());
        check_all(block, &registry);
    };
    let (million, thousand) = alternate_on_cpu(|| checks(&many, &common), || checks(&few, &rare));
    ratio(
        "freeze-checks-million-beside-thousand",
        million,
        thousand,
        0.5,
    );
    println!(
        "      checks of {TRANSACTIONS} transfers: {:.2} ms among 1,000,000 freezes, {:.2} ms among 1,000",
        million * 1e3,
        thousand * 1e3
    );

    // Every other look-up is of a coin that is frozen.
    let keys = |coins: u32| -> Vec<Vec<u8>> {
        let mut random = Random::new(1);
        let number = |random: &mut Random| random.below(2 * u64::from(coins));
        (0..LOOKUPS)
            .map(|_| freeze_key(u32::try_from(number(&mut random)).unwrap_or_default()))
            .collect()
    };
    let look = |store: &Store, keys: &[Vec<u8>]| {
        let snapshot = store.snapshot();
        let found = |key: &&Vec<u8>| {
            let record = snapshot.read(key, |bytes| Record::decode(bytes).ok());
            record.is_ok_and(|record| record.is_some())
        };
        keys.iter().filter(found).count()
    };
    let (all, some) = (keys(1_000_000), keys(1_000));
    let (million, thousand) = alternate_on_cpu(|| look(&many, &all), || look(&few, &some));
    let table = |coins: u32| -> HashMap<Vec<u8>, [u8; 123]> {
        (0..coins)
            .map(|number| (freeze_key(number), [1; 123]))
            .collect()
    };
    let (large, small) = (table(1_000_000), table(1_000));
    let count = |table: &HashMap<Vec<u8>, [u8; 123]>, keys: &[Vec<u8>]| {
        keys.iter().filter_map(|key| table.get(key)).count()
    };
    let (hashed, hashed_few) = alternate_on_cpu(|| count(&large, &all), || count(&small, &some));
    let slower = million / thousand;
    // Both sides as how much slower a million is.
    ratio(
        "freeze-lookup-slowdown-beside-hash-table",
        slower,
        hashed / hashed_few,
        1.0,
    );
    let ns = |seconds: f64| seconds / f64::from(LOOKUPS) * 1e9;
    for (what, million, thousand) in [
        ("store", million, thousand),
        ("hash table in memory", hashed, hashed_few),
    ] {
        println!(
            "      one look-up, {what}: {:.0} ns among 1,000,000, {:.0} ns among 1,000",
            ns(million),
            ns(thousand)
        );
    }
    Ok(())
}

/// A block in which every transaction burns: each changes the record of another asset, as far as there are.
fn registry_root() {
    let entry = |number: u32, supply: u64| {
        let burned = Asset {
            supply,
            ..asset(number)
        };
        let key = registry_path(&Key::Asset(id(number)).encode());
        let record = Record::Asset(Box::new(burned));
        (key, Some(registry_value(&record.encode())))
    };
    let all: MapChanges = (0..100_000).map(|number| entry(number, 1)).collect();
    let map = AuthMap::default().with(&all);
    let times = (0..7_u64).map(|round| {
        let start = Instant::now();
        let changes: MapChanges = (0..TRANSACTIONS)
            .map(|number| entry(number * 61, round + 2))
            .collect();
        black_box(map.with(&changes).root());
        start.elapsed().as_secs_f64()
    });
    let ms = median(times.collect()) * 1e3;
    println!("ratio registry-root {:.2} goal 1", ROOT_MS / ms);
    println!(
        "      root after {TRANSACTIONS} changed records of 100,000: {ms:.2} ms (at most {ROOT_MS} ms)"
    );
}
