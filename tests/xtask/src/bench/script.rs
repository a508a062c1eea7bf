//! Our script verifier against `bitcoinconsensus` (Bitcoin Core 26), one thread each, every input of a transaction.
use bitcoin::hashes::Hash;
use bitcoin::key::{Keypair, TapTweak};
use bitcoin::sighash::{EcdsaSighashType, Prevouts, SighashCache, TapSighashType};
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, OutPoint, PublicKey, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
    absolute, consensus,
};
use bitcoinconsensus::{Utxo, verify_with_flags};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};
use secp256k1::{Message, SECP256K1, SecretKey};

use super::rounds::{alternate, ratio};

/// Inputs that one round verifies, at least: long enough to be measured.
const INPUTS_PER_ROUND: usize = 500;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Legacy,
    WitnessV0,
    TaprootKey,
}

/// A signed transaction with its coins.
struct Spend {
    transaction: Transaction,
    coins: Vec<TxOut>,
    bytes: Vec<u8>,
}

/// Runs every comparison.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    compare("p2wpkh-1-in", Kind::WitnessV0, 1, 1, 1.0);
    compare("p2wpkh-2-in-2-out", Kind::WitnessV0, 2, 2, 1.0);
    compare("p2wpkh-100-in", Kind::WitnessV0, 100, 2, 3.0);
    compare("p2wpkh-1000-in", Kind::WitnessV0, 1_000, 2, 20.0);
    compare("p2tr-key-1-in", Kind::TaprootKey, 1, 1, 1.0);
    compare("p2tr-key-100-in", Kind::TaprootKey, 100, 2, 2.5);
    compare("p2pkh-1-in", Kind::Legacy, 1, 1, 0.9);
    compare("p2pkh-1000-in", Kind::Legacy, 1_000, 2, 8.0);
    against_the_signature_alone(0.9);
    Ok(())
}

fn compare(name: &str, kind: Kind, inputs: usize, outputs: usize, goal: f64) {
    let spend = Spend::new(kind, inputs, outputs);
    let times = INPUTS_PER_ROUND.div_ceil(inputs);
    let (ours, theirs) = alternate(
        || (0..times).for_each(|_| spend.verify_by_ours()),
        || (0..times).for_each(|_| spend.verify_by_theirs()),
    );
    ratio(name, ours, theirs, goal);
    let rate =
        |seconds: f64| f64::from(u32::try_from(times * inputs).unwrap_or(u32::MAX)) / seconds;
    println!(
        "      {name}: ours {:.0} inputs/s, bitcoinconsensus {:.0} inputs/s",
        rate(ours),
        rate(theirs)
    );
}

/// What everything around libsecp256k1 costs: the most that a fast path could win back.
fn against_the_signature_alone(goal: f64) {
    let spend = Spend::new(Kind::WitnessV0, 1, 1);
    let witness = spend.transaction.input[0].witness.to_vec();
    let digest = SighashCache::new(&spend.transaction)
        .p2wpkh_signature_hash(
            0,
            &spend.coins[0].script_pubkey,
            spend.coins[0].value,
            EcdsaSighashType::All,
        )
        .expect("the input is there");
    let message = Message::from_digest(digest.to_byte_array());
    let (whole, bare) = alternate(
        || (0..INPUTS_PER_ROUND).for_each(|_| spend.verify_by_ours()),
        || {
            for _ in 0..INPUTS_PER_ROUND {
                let der = &witness[0][..witness[0].len() - 1];
                let signature = secp256k1::ecdsa::Signature::from_der_lax(der);
                let key = secp256k1::PublicKey::from_slice(&witness[1]);
                let (signature, key) = (signature.expect("it is DER"), key.expect("it is a key"));
                SECP256K1
                    .verify_ecdsa(&message, &signature, &key)
                    .expect("the input is signed");
            }
        },
    );
    ratio("p2wpkh-1-in-of-its-signature-alone", whole, bare, goal);
}

impl Spend {
    fn new(kind: Kind, inputs: usize, outputs: usize) -> Self {
        let secret = SecretKey::from_slice(&[7; 32]).expect("the number is below the order");
        let pair = Keypair::from_secret_key(SECP256K1, &secret);
        let public = PublicKey::new(pair.public_key());
        let script_pubkey = match kind {
            Kind::Legacy => ScriptBuf::new_p2pkh(&public.pubkey_hash()),
            Kind::WitnessV0 => {
                ScriptBuf::new_p2wpkh(&public.wpubkey_hash().expect("the key is compressed"))
            }
            Kind::TaprootKey => ScriptBuf::new_p2tr(SECP256K1, pair.x_only_public_key().0, None),
        };
        let coin = TxOut {
            value: Amount::from_sat(100_000),
            script_pubkey,
        };
        let coins = vec![coin.clone(); inputs];
        let mut transaction = Transaction {
            version: Version::TWO,
            lock_time: absolute::LockTime::ZERO,
            input: (0..inputs).map(unsigned).collect(),
            output: vec![coin; outputs],
        };
        for index in 0..inputs {
            let (script, witness) = sign(kind, &transaction, &coins, index, &pair);
            transaction.input[index].script_sig = script;
            transaction.input[index].witness = witness;
        }
        Self {
            bytes: consensus::serialize(&transaction),
            transaction,
            coins,
        }
    }

    fn verify_by_ours(&self) {
        let prepared = PreparedTransaction::new(&self.transaction, &self.coins)
            .expect("one coin for each input");
        for index in 0..self.coins.len() {
            verify_input(&prepared, index, VerifyFlags::CONSENSUS).expect("the input is signed");
        }
    }

    fn verify_by_theirs(&self) {
        let spent: Vec<Utxo> = self.coins.iter().map(utxo).collect();
        for (index, coin) in self.coins.iter().enumerate() {
            verify_with_flags(
                coin.script_pubkey.as_bytes(),
                coin.value.to_sat(),
                &self.bytes,
                Some(&spent),
                index,
                VerifyFlags::CONSENSUS.bits(),
            )
            .expect("the input is signed");
        }
    }
}

fn unsigned(number: usize) -> TxIn {
    let txid = Txid::hash(&number.to_le_bytes());
    TxIn {
        previous_output: OutPoint::new(txid, 0),
        sequence: Sequence::MAX,
        ..TxIn::default()
    }
}

fn sign(
    kind: Kind,
    transaction: &Transaction,
    coins: &[TxOut],
    index: usize,
    pair: &Keypair,
) -> (ScriptBuf, Witness) {
    let public = PublicKey::new(pair.public_key());
    let (script, value) = (&coins[index].script_pubkey, coins[index].value);
    let all = EcdsaSighashType::All;
    let mut cache = SighashCache::new(transaction);
    let ecdsa = |digest: [u8; 32]| {
        let signature = SECP256K1.sign_ecdsa(&Message::from_digest(digest), &pair.secret_key());
        bitcoin::ecdsa::Signature::sighash_all(signature)
    };
    match kind {
        Kind::Legacy => {
            let digest = cache.legacy_signature_hash(index, script, all.to_u32());
            let signature = ecdsa(digest.expect("the input is there").to_byte_array());
            let script = bitcoin::script::Builder::new()
                .push_slice(signature.serialize())
                .push_key(&public);
            (script.into_script(), Witness::new())
        }
        Kind::WitnessV0 => {
            let digest = cache.p2wpkh_signature_hash(index, script, value, all);
            let signature = ecdsa(digest.expect("the input is there").to_byte_array());
            (ScriptBuf::new(), Witness::p2wpkh(&signature, &public.inner))
        }
        Kind::TaprootKey => {
            let kind = TapSighashType::Default;
            let digest = cache.taproot_key_spend_signature_hash(index, &Prevouts::All(coins), kind);
            let digest = digest.expect("the input is there").to_byte_array();
            let tweaked = pair.tap_tweak(SECP256K1, None).to_keypair();
            let signature = bitcoin::taproot::Signature {
                signature: SECP256K1
                    .sign_schnorr_no_aux_rand(&Message::from_digest(digest), &tweaked),
                sighash_type: kind,
            };
            (ScriptBuf::new(), Witness::p2tr_key_spend(&signature))
        }
    }
}

fn utxo(coin: &TxOut) -> Utxo {
    let script = coin.script_pubkey.as_bytes();
    Utxo {
        script_pubkey: script.as_ptr(),
        script_pubkey_len: u32::try_from(script.len()).expect("the script is short"),
        value: coin.value.to_signed().expect("the value is small").to_sat(),
    }
}
