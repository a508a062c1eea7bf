//! Signatures against published ones, and PSBTs that lie.
use bitcoin::absolute::LockTime;
use bitcoin::psbt::PsbtSighashType;
use bitcoin::secp256k1::{Message, SecretKey, ecdsa};
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, EcdsaSighashType, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut,
    Witness,
};
use secp256k1::SECP256K1;
use serde_json::Value;

use super::*;
use crate::{AccountKey, AccountPath, Keychain, Seed};

fn account(byte: u8) -> AccountKey {
    let seed = Seed::from_bytes(&[byte; 32]).expect("32 bytes");
    AccountKey::derive(&seed, AccountPath::TEST)
}

fn transaction(input: OutPoint, output: TxOut) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: input,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![output],
    }
}

/// A PSBT that spends one coin of `account` at external index 3.
fn spending(account: &AccountKey) -> Psbt {
    let public = account.public();
    let coin = TxOut {
        value: Amount::from_sat(50_000),
        script_pubkey: public.script(Keychain::External, 3),
    };
    let previous = transaction(OutPoint::null(), coin.clone());
    let outpoint = OutPoint::new(previous.compute_txid(), 0);
    let paid = TxOut {
        value: Amount::from_sat(49_000),
        script_pubkey: ScriptBuf::new_op_return([7]),
    };
    let mut psbt = Psbt::from_unsigned_tx(transaction(outpoint, paid)).expect("unsigned");
    let input = &mut psbt.inputs[0];
    input.witness_utxo = Some(coin);
    input.non_witness_utxo = Some(previous);
    input.bip32_derivation.insert(
        public.public_key(Keychain::External, 3),
        public.key_source(Keychain::External, 3),
    );
    psbt
}

#[test]
fn a_signed_psbt_becomes_a_transaction_with_the_same_id() {
    let account = account(1);
    let mut psbt = spending(&account);
    assert_eq!(account.sign(&mut psbt), Ok(1));
    let transaction = finalise(&psbt).expect("signed");
    assert_eq!(transaction.compute_txid(), psbt.unsigned_tx.compute_txid());
    let (signature, key) = (
        &transaction.input[0].witness[0],
        &transaction.input[0].witness[1],
    );
    assert!(signature.len() <= 71, "low R and low S");
    assert_eq!(key.len(), 33);
    // A signer that finished the input itself is accepted as well.
    let mut finished = spending(&account);
    finished.inputs[0].final_script_witness = Some(transaction.input[0].witness.clone());
    assert_eq!(finalise(&finished), Ok(transaction));
}

#[test]
fn signing_twice_gives_the_same_bytes() {
    let account = account(1);
    let (mut first, mut second) = (spending(&account), spending(&account));
    account.sign(&mut first).expect("ours");
    account.sign(&mut second).expect("ours");
    assert_eq!(first.serialize(), second.serialize());
}

#[test]
fn inputs_of_another_wallet_are_left_alone() {
    let mut psbt = spending(&account(1));
    let before = psbt.clone();
    assert_eq!(account(2).sign(&mut psbt), Err(SignError::NothingToSign));
    assert_eq!(psbt, before);
    let unsigned = FinaliseError::NotSigned { input: 0 };
    assert_eq!(finalise(&psbt), Err(unsigned));
}

#[test]
fn a_psbt_that_lies_is_not_signed_and_not_changed() {
    let account = account(1);
    let lie = |change: fn(&mut Psbt), expected: SignError| {
        let mut psbt = spending(&account);
        change(&mut psbt);
        let before = psbt.clone();
        assert_eq!(account.sign(&mut psbt), Err(expected));
        assert_eq!(psbt, before);
    };
    lie(
        |psbt| {
            let utxo = psbt.inputs[0].witness_utxo.as_mut().expect("there");
            utxo.value = Amount::from_sat(1);
        },
        SignError::UtxoMismatch { input: 0 },
    );
    lie(
        |psbt| {
            let previous = psbt.inputs[0].non_witness_utxo.as_mut().expect("there");
            previous.lock_time = LockTime::from_consensus(9);
        },
        SignError::UtxoMismatch { input: 0 },
    );
    lie(
        |psbt| {
            psbt.inputs[0].witness_utxo = None;
            psbt.inputs[0].non_witness_utxo = None;
        },
        SignError::MissingUtxo { input: 0 },
    );
    lie(
        |psbt| {
            let open = EcdsaSighashType::NonePlusAnyoneCanPay;
            psbt.inputs[0].sighash_type = Some(PsbtSighashType::from(open));
        },
        SignError::SighashNotAll { input: 0 },
    );
    lie(
        |psbt| {
            let input = &mut psbt.inputs[0];
            input.non_witness_utxo = None;
            let utxo = input.witness_utxo.as_mut().expect("there");
            utxo.script_pubkey = ScriptBuf::new_op_return([1]);
        },
        SignError::WrongScript { input: 0 },
    );
}

#[test]
fn a_signature_for_another_transaction_is_refused() {
    let account = account(1);
    let mut signed = spending(&account);
    account.sign(&mut signed).expect("ours");
    signed.unsigned_tx.output[0].value = Amount::from_sat(48_000);
    let wrong = FinaliseError::WrongSignature { input: 0 };
    assert_eq!(finalise(&signed), Err(wrong));
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let account = account(1);
    let mut psbt = spending(&account);
    account.sign(&mut psbt).expect("ours");
    let (_, signature) = psbt.inputs[0].partial_sigs.pop_first().expect("signed");
    let other = account.public().public_key(Keychain::External, 4);
    let witness = Witness::p2wpkh(&signature, &other);
    psbt.inputs[0].final_script_witness = Some(witness);
    let wrong = FinaliseError::WrongSignature { input: 0 };
    assert_eq!(finalise(&psbt), Err(wrong));
}

/// RFC 6979: where the first candidate has a low R it is the published signature, bit for bit;
/// otherwise the search goes on until R is low, as Bitcoin Core does it.
#[test]
fn signatures_are_the_published_deterministic_ones() {
    let Some(text) = moneta_vectors::text("ecdsa/noble_ecdsa_secp256k1.json") else {
        return;
    };
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let (mut same, mut ground) = (0, 0);
    for row in all["valid"].as_array().expect("rows") {
        let bytes = |name: &str| -> Vec<u8> {
            let text = row[name].as_str().expect("text");
            bitcoin::hex::FromHex::from_hex(text).expect("hex")
        };
        let secret = SecretKey::from_slice(&bytes("d")).expect("a key");
        let message = Message::from_digest_slice(&bytes("m")).expect("32 bytes");
        let published = ecdsa::Signature::from_compact(&bytes("signature")).expect("64 bytes");
        let ours = inputs::sign_digest(&message, &secret);
        assert!(ours.serialize_compact()[0] < 0x80, "R is low");
        let key = secret.public_key(SECP256K1);
        assert!(SECP256K1.verify_ecdsa(&message, &ours, &key).is_ok());
        if published.serialize_compact()[0] < 0x80 {
            assert_eq!(ours, published);
            same += 1;
        } else {
            ground += 1;
        }
    }
    assert!(same > 300 && ground > 300, "{same} same, {ground} ground");
}
