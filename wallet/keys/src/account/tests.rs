//! Published vectors of BIP32, BIP84 and descriptor checksums, and what is refused.
use std::str::FromStr;

use bitcoin::bip32::{DerivationPath, Xpriv, Xpub};
use bitcoin::{Address, Network, NetworkKind};
use secp256k1::SECP256K1;
use serde_json::Value;

use super::checksum::checksum;
use super::*;
use crate::{Mnemonic, Seed};

const ABANDON: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                       abandon abandon about";
const BIP84_MAIN: AccountPath = AccountPath {
    network: NetworkKind::Main,
    coin_type: 0,
    account: 0,
};

fn abandon(path: AccountPath) -> AccountKey {
    let seed = Mnemonic::parse(ABANDON).expect("a phrase").to_seed("");
    AccountKey::derive(&seed, path)
}

fn vectors(file: &str) -> Option<Value> {
    moneta_vectors::text(file).map(|text| serde_json::from_str(&text).expect("JSON"))
}

/// The addresses that BIP84 itself lists for this phrase.
#[test]
fn bip84_example_gives_its_published_addresses() {
    let public = abandon(BIP84_MAIN).public().clone();
    let address = |keychain, index| {
        Address::from_script(&public.script(keychain, index), Network::Bitcoin)
            .expect("segwit")
            .to_string()
    };
    for (keychain, index, expected) in [
        (
            Keychain::External,
            0,
            "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
        ),
        (
            Keychain::External,
            1,
            "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
        ),
        (
            Keychain::Internal,
            0,
            "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el",
        ),
    ] {
        assert_eq!(address(keychain, index), expected);
    }
    assert_eq!(
        public.public_key(Keychain::External, 0).to_string(),
        "0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c"
    );
}

/// Our derivation goes through `Seed` and the wiping wrapper; the sets start from seeds.
#[test]
fn bip32_sets_derive_as_published() {
    let Some(sets) = vectors("bip32/bip32_bip_vectors.json") else {
        return;
    };
    let mut checked = 0;
    for set in sets.as_array().expect("list") {
        let Some(seed) = set["seed"].as_str() else {
            continue;
        };
        let seed = bitcoin::hex::FromHex::from_hex(seed).map(|bytes: Vec<u8>| bytes);
        let seed = Seed::from_bytes(&seed.expect("hex")).expect("a right length");
        let master = Xpriv::new_master(NetworkKind::Main, seed.expose()).expect("a master");
        for chain in set["chains"].as_array().expect("list") {
            let path = chain["path"].as_str().expect("text").replace('H', "'");
            let path = DerivationPath::from_str(&path).expect("a path");
            let key = master.derive_priv(SECP256K1, &path).expect("derives");
            assert_eq!(Some(key.to_string().as_str()), chain["prv"].as_str());
            let public = Xpub::from_priv(SECP256K1, &key);
            assert_eq!(Some(public.to_string().as_str()), chain["pub"].as_str());
            checked += 1;
        }
    }
    assert!(checked > 15, "only {checked} checked");
}

/// BIP32's fifth set: keys that look right and are not. None may enter through a descriptor.
#[test]
fn invalid_extended_keys_are_refused_in_a_descriptor() {
    let Some(sets) = vectors("bip32/bip32_bip_vectors.json") else {
        return;
    };
    let invalid = sets[4]["invalid"].as_array().expect("list");
    assert!(invalid.len() > 10);
    for key in invalid {
        let key = key["key"].as_str().expect("text");
        let text = format!("wpkh([73c5da0a/84'/1'/0']{key}/<0;1>/*)");
        let code = AccountPublic::from_str(&text).expect_err(key).code();
        let private = key.starts_with("xprv");
        assert_eq!(code == "descriptor.private_key", private, "{key}: {code}");
    }
}

/// Hardware-wallet vectors: phrase -> account xpub, checked through `AccountKey` where the path fits.
#[test]
fn an_account_key_agrees_with_plain_derivation() {
    let Some(sets) = vectors("bip32/hwi_bip32_vectors.json") else {
        return;
    };
    for set in sets.as_array().expect("list") {
        let phrase = set["mnemonic"].as_str().expect("text");
        let seed = Mnemonic::parse(phrase).expect("a phrase").to_seed("");
        let master = Xpriv::new_master(NetworkKind::Main, seed.expose()).expect("a master");
        let expected = set["xpub"].as_str().expect("text");
        assert_eq!(Xpub::from_priv(SECP256K1, &master).to_string(), expected);
        for vector in set["vectors"].as_array().expect("list") {
            let path = vector["path"].as_str().expect("text");
            let path = DerivationPath::from_str(path).expect("a path");
            let key = master.derive_priv(SECP256K1, &path).expect("derives");
            let expected = vector["xpub"].as_str().expect("text");
            assert_eq!(Xpub::from_priv(SECP256K1, &key).to_string(), expected);
        }
        let account = AccountKey::derive(&seed, AccountPath::TEST);
        assert_eq!(
            account.public().fingerprint(),
            master.fingerprint(SECP256K1)
        );
    }
}

#[test]
fn a_descriptor_reads_back_as_the_same_account() {
    let public = abandon(AccountPath::TEST).public().clone();
    let text = public.to_string();
    assert_eq!(
        text,
        "wpkh([73c5da0a/84'/1'/0']tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M/<0;1>/*)#gwycrcrh"
    );
    let body = text.split('#').next().expect("text");
    assert_eq!(text.parse(), Ok(public.clone()));
    assert_eq!(format!(" {body}\n").parse(), Ok(public.clone()));
    let with_h = body.replace('\'', "h");
    assert_eq!(with_h.parse(), Ok(public));
}

#[test]
fn published_checksums_are_ours() {
    let Some(kinds) = vectors("descriptors/desc-valid.json") else {
        return;
    };
    let mut checked = 0;
    for case in kinds.as_object().expect("map").values() {
        for case in case.as_array().expect("list") {
            let Some((body, sum)) = case["descriptor"].as_str().and_then(|d| d.split_once('#'))
            else {
                continue;
            };
            assert_eq!(checksum(body).as_deref(), Some(sum), "{body}");
            checked += 1;
        }
    }
    assert!(checked > 30, "only {checked} checked");
}

#[test]
fn text_that_is_no_account_is_refused_for_its_own_reason() {
    let text = abandon(AccountPath::TEST).public().to_string();
    let (body, sum) = text.split_once('#').expect("checksum");
    let cases = [
        (format!("{body}#qqqqqqqq"), "descriptor.checksum"),
        (
            body.replace("[73c5", "[83c5") + "#" + sum,
            "descriptor.checksum",
        ),
        (body.replace("wpkh", "pkh"), "descriptor.not_wpkh"),
        (body.replace("<0;1>", "0"), "descriptor.not_multipath"),
        (body.replace("84'", "86'"), "descriptor.bad_origin"),
        (body.replace("/0']", "/1']"), "descriptor.bad_origin"),
        (body.replace("tpubDC8", "tpubDC9"), "descriptor.bad_key"),
        (body.replace("tpub", "tprv"), "descriptor.private_key"),
        (
            body.replace("wpkh([73c5da0a/84'/1'/0']", "wpkh("),
            "descriptor.no_origin",
        ),
        (body.replace('*', "五"), "descriptor.foreign_character"),
        ("x".repeat(513), "descriptor.too_long"),
    ];
    for (text, code) in cases {
        let error = AccountPublic::from_str(&text).expect_err(&text);
        assert_eq!(error.code(), code, "{text}");
    }
}

#[test]
fn only_our_own_keys_are_located() {
    let ours = abandon(AccountPath::TEST).public().clone();
    let other = abandon(AccountPath {
        account: 1,
        ..AccountPath::TEST
    });
    let key = ours.public_key(Keychain::Internal, 7);
    let source = ours.key_source(Keychain::Internal, 7);
    assert_eq!(ours.locate(&key, &source), Some((Keychain::Internal, 7)));
    assert_eq!(other.public().locate(&key, &source), None);
    let liar = ours.key_source(Keychain::Internal, 8);
    assert_eq!(ours.locate(&key, &liar), None);
    let short = (source.0, ours.path().clone());
    assert_eq!(ours.locate(&key, &short), None);
}
