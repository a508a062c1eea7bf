//! The IETF's tokens and disclosures, then issue, present and verify with each rule broken in turn.
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;
use secp256k1::{PublicKey, SecretKey};
use serde_json::{Value, json};

use super::disclosure::{conceal, reveal};
use super::jws::{Token, digest};
use super::present::split;
use super::*;
use crate::did::Moment;

const NOW: Moment = Moment(1_700_000_000);
const ISSUER: &str = "did:moneta:0707";
const KIND: &str = "https://acme.example/holder";

fn secret(number: u8) -> SecretKey {
    SecretKey::from_slice(&[number; 32]).unwrap()
}

fn public(number: u8) -> PublicKey {
    secret(number).public_key(secp256k1::SECP256K1)
}

fn salts(count: u8) -> Vec<Salt> {
    (0..count).map(|number| [number; 16]).collect()
}

fn claims(holder: &PublicKey) -> Claims<'_> {
    Claims {
        issuer: ISSUER,
        key: "k1",
        kind: KIND,
        about: json!({"given_name": "Ana", "age_over_18": true,
            "address": {"country": "CH", "city": "Zug"}, "citizen_of": ["CH", "IT"]}),
        concealed: &["/given_name", "/address/city", "/address", "/citizen_of/1"],
        holder,
        from: Moment(NOW.0 - 10),
        until: Moment(NOW.0 + 1_000),
        status: Some(StatusPointer {
            list: "https://acme.example/list/1".into(),
            index: 42,
        }),
    }
}

fn credential() -> String {
    issue(&claims(&public(2)), &salts(7), &secret(1)).unwrap()
}

fn audience() -> Audience<'static> {
    Audience {
        name: "https://shop.example",
        nonce: "n-1",
    }
}

fn expectation() -> Expectation<'static> {
    Expectation {
        kind: KIND,
        audience: audience(),
        now: NOW,
        proof_age: 300,
    }
}

fn key_of(url: &str) -> Option<PublicKey> {
    (url == "did:moneta:0707#k1").then(|| public(1))
}

fn shows(names: &'static [&'static str]) -> String {
    let show = move |one: &Disclosure| {
        one.name
            .as_deref()
            .is_some_and(|name| names.contains(&name))
    };
    present(&credential(), &show, audience(), NOW, &secret(2)).unwrap()
}

#[test]
fn disclosures_of_the_ietf_have_the_digests_it_gives_them() {
    let Some(text) = moneta_vectors::text("sdjwt/ietf_disclosures.json") else {
        return;
    };
    let cases: Value = serde_json::from_str(&text).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 45);
    for case in cases {
        let disclosure = Disclosure::read(case["disclosure"].as_str().unwrap()).unwrap();
        assert_eq!(disclosure.digest(), case["digest"].as_str().unwrap());
    }
}

#[test]
fn tokens_of_the_ietf_reveal_their_claims_and_their_proofs_are_over_them() {
    let Some(text) = moneta_vectors::text("sdjwt/ietf_tokens.json") else {
        return;
    };
    let cases: Value = serde_json::from_str(&text).unwrap();
    // Out of scope, and counted: the issuer's token alone, which shows nothing, and signatures by P-256.
    let (mut revealed, mut proofs, mut tokens_alone, mut other_curve) = (0, 0, 0, 0);
    for case in cases.as_array().unwrap() {
        let text = case["token"].as_str().unwrap();
        let Some(end) = text.rfind('~') else {
            let token = Token::read(text).unwrap();
            assert!(token.payload["_sd"].is_array());
            tokens_alone += 1;
            continue;
        };
        let (shown, proof) = text.split_at(end + 1);
        let (token, disclosures) = split(shown).unwrap();
        let token = Token::read(token).unwrap();
        let disclosures: Vec<_> = disclosures
            .into_iter()
            .map(|one| Disclosure::read(one).unwrap())
            .collect();
        let claims = reveal(&token.payload, &disclosures).unwrap();
        let left = claims.to_string();
        assert!(
            !left.contains("\"_sd\"") && !left.contains("\"...\""),
            "{left}"
        );
        for name in disclosures.iter().filter_map(|one| one.name.as_deref()) {
            assert!(left.contains(&format!("{name:?}")), "{name}");
        }
        revealed += 1;
        if !proof.is_empty() {
            let proof = Token::read(proof).unwrap();
            assert_eq!(proof.payload["sd_hash"], digest(shown));
            proofs += 1;
        }
        // Signed with P-256: read, and refused for its algorithm.
        assert_eq!(
            token.check(token.header["typ"].as_str().unwrap(), &public(1)),
            Err(CredentialError::Algorithm)
        );
        other_curve += 1;
    }
    let counted = [revealed, proofs, tokens_alone, other_curve];
    assert_eq!(
        counted,
        [3, 2, 1, 3],
        "of {} tokens",
        cases.as_array().unwrap().len()
    );
}

#[test]
fn what_is_shown_is_verified_and_what_is_not_shown_is_not_there() {
    let verified = verify(&shows(&["city"]), &expectation(), &key_of).unwrap();
    assert_eq!(verified.issuer, ISSUER);
    assert_eq!(verified.holder, public(2));
    // The city is within the address, which comes along.
    assert_eq!(
        verified.claims["address"],
        json!({"city": "Zug", "country": "CH"})
    );
    assert_eq!(verified.claims["age_over_18"], true);
    assert_eq!(verified.claims["citizen_of"], json!(["CH"]));
    assert_eq!(verified.claims.get("given_name"), None);
    assert_eq!(verified.status.unwrap().index, 42);
    assert!(!credential().split('~').next().unwrap().contains("Ana"));
}

#[test]
fn each_thing_that_does_not_hold_is_refused_for_what_it_is() {
    let refused = |text: &str, change: &dyn Fn(&mut Expectation<'static>)| {
        let mut expected = expectation();
        change(&mut expected);
        verify(text, &expected, &key_of).unwrap_err()
    };
    let good = shows(&["given_name"]);
    let same: &dyn Fn(&mut Expectation<'static>) = &|_| {};
    assert_eq!(refused(&good, &|e| e.kind = "other"), CredentialError::Kind);
    assert_eq!(
        refused(&good, &|e| e.audience.name = "https://thief.example"),
        CredentialError::Audience
    );
    assert_eq!(
        refused(&good, &|e| e.audience.nonce = "n-2"),
        CredentialError::Nonce
    );
    assert_eq!(
        refused(&good, &|e| e.now = Moment(NOW.0 + 301)),
        CredentialError::ProofAge
    );
    assert_eq!(
        refused(&good, &|e| e.now = Moment(NOW.0 + 1_000)),
        CredentialError::Expired
    );
    assert_eq!(
        refused(&good, &|e| e.now = Moment(NOW.0 - 11)),
        CredentialError::NotYet
    );
    assert_eq!(refused(&credential(), same), CredentialError::NotBound);
    let thief = present(&credential(), &|_| true, audience(), NOW, &secret(3)).unwrap();
    assert_eq!(refused(&thief, same), CredentialError::Signature);
    let forged = issue(&claims(&public(2)), &salts(4), &secret(9)).unwrap();
    let forged = present(&forged, &|_| true, audience(), NOW, &secret(2)).unwrap();
    assert_eq!(refused(&forged, same), CredentialError::Signature);
    let holder = public(2);
    let mut other = claims(&holder);
    other.issuer = "did:moneta:0808";
    let other = issue(&other, &salts(4), &secret(1)).unwrap();
    let other = present(&other, &|_| true, audience(), NOW, &secret(2)).unwrap();
    assert_eq!(refused(&other, same), CredentialError::KeyUnknown);
    // A disclosure taken away, one put in, one twice.
    let parts: Vec<&str> = good.split('~').collect();
    let without = format!("{}~{}", parts[0], parts[2]);
    assert_eq!(refused(&without, same), CredentialError::ProofDigest);
    let stray = Disclosure::read("WyJzIiwiYWRtaW4iLHRydWVd").unwrap();
    let added = format!("{}~{}~{}~{}", parts[0], parts[1], stray.text, parts[2]);
    assert_eq!(refused(&added, same), CredentialError::DisclosureUnused);
    let twice = format!("{}~{}~{}~{}", parts[0], parts[1], parts[1], parts[2]);
    assert_eq!(refused(&twice, same), CredentialError::DigestTwice);
    assert_eq!(refused("", same), CredentialError::Malformed);
    assert_eq!(
        refused(&"~".repeat(2 << 20), same),
        CredentialError::TooLong
    );
}

/// What a verifier says of the credential whose payload, and whose disclosures, were changed before it was signed.
fn told_of(
    change: impl FnOnce(&mut Value) -> Vec<Disclosure>,
) -> Result<Verified, CredentialError> {
    let credential = credential();
    let token = credential.split('~').next().unwrap();
    let mut payload = Token::read(token).unwrap().payload;
    let disclosures = change(&mut payload);
    let key_id = format!("{ISSUER}#k1");
    let mut text = super::jws::sign("dc+sd-jwt", Some(&key_id), &payload, &secret(1)) + "~";
    for disclosure in disclosures {
        text = text + &disclosure.text + "~";
    }
    let shown = present(&text, &|_| true, audience(), NOW, &secret(2)).unwrap();
    verify(&shown, &expectation(), &key_of)
}

#[test]
fn a_date_may_have_a_fraction_and_what_is_no_date_is_refused() {
    let now = f64::from(NOW.0);
    let with = |name: &str, value: Value| {
        told_of(|payload| {
            payload[name] = value;
            Vec::new()
        })
        .err()
    };
    for (name, value, expected) in [
        ("nbf", json!(now + 0.5), Some(CredentialError::NotYet)),
        ("nbf", json!(now - 0.5), None),
        ("nbf", json!(-5), None),
        ("nbf", json!(1e300), Some(CredentialError::NotYet)),
        ("exp", json!(now + 0.5), None),
        ("exp", json!(now - 0.5), Some(CredentialError::Expired)),
        ("exp", json!(-1), Some(CredentialError::Expired)),
        ("iat", json!(now - 0.5), None),
    ] {
        assert_eq!(with(name, value.clone()), expected, "{name}: {value}");
    }
    for name in ["nbf", "exp", "iat"] {
        for value in [json!("1700000000"), json!(null), json!([1]), json!(true)] {
            let refused = Some(CredentialError::Malformed);
            assert_eq!(with(name, value.clone()), refused, "{name}: {value}");
        }
    }
}

#[test]
fn a_proof_may_be_made_within_a_second() {
    let shown = credential();
    let proof = |made: f64| {
        let said =
            json!({"iat": made, "aud": audience().name, "nonce": "n-1", "sd_hash": digest(&shown)});
        let proof = super::jws::sign("kb+jwt", None, &said, &secret(2));
        verify(&format!("{shown}{proof}"), &expectation(), &key_of).err()
    };
    let now = f64::from(NOW.0);
    assert_eq!(proof(now + 0.25), None);
    assert_eq!(proof(now - 300.25), Some(CredentialError::ProofAge));
    assert_eq!(proof(now + 60.25), Some(CredentialError::ProofAge));
}

#[test]
fn what_a_verifier_has_to_see_can_not_be_concealed() {
    let concealing = |pointer: &'static str| {
        told_of(|payload| {
            payload["vct#integrity"] = json!("sha256-x");
            payload["iat"] = json!(NOW.0);
            vec![conceal(payload, pointer, &[9; 16]).unwrap()]
        })
        .map(|_| ())
    };
    for pointer in [
        "/nbf",
        "/exp",
        "/cnf",
        "/cnf/jwk",
        "/vct",
        "/vct#integrity",
        "/status",
        "/status/status_list",
        "/status/status_list/idx",
    ] {
        assert_eq!(
            concealing(pointer),
            Err(CredentialError::Disclosure),
            "{pointer}"
        );
    }
    // The issuer is needed to read on.
    assert_eq!(concealing("/iss"), Err(CredentialError::Malformed));
    // When it was made, and what has one of these names further in, may be.
    assert_eq!(concealing("/iat"), Ok(()));
    let deeper = told_of(|payload| {
        payload["licence"] = json!({"status": "full"});
        vec![conceal(payload, "/licence/status", &[9; 16]).unwrap()]
    });
    assert_eq!(deeper.unwrap().claims["licence"]["status"], "full");
    // A part that is withheld is missed, too.
    let withheld = told_of(|payload| {
        conceal(payload, "/status/status_list", &[9; 16]).unwrap();
        Vec::new()
    });
    assert_eq!(withheld.err(), Some(CredentialError::Disclosure));
    let nothing = told_of(|payload| {
        payload["status"] = Value::Null;
        Vec::new()
    });
    assert_eq!(nothing.err(), Some(CredentialError::Malformed));
}

#[test]
fn an_issuer_conceals_no_claim_of_the_format() {
    let holder = public(2);
    for pointer in ["/status", "/exp", "/cnf", "/vct", "/iss", "/nbf"] {
        let mut claims = claims(&holder);
        let concealed = [pointer];
        claims.concealed = &concealed;
        let issued = issue(&claims, &salts(1), &secret(1));
        assert_eq!(issued, Err(CredentialError::ClaimUnknown), "{pointer}");
    }
}

#[test]
fn a_disclosure_can_not_take_a_name_of_the_format_or_of_a_claim() {
    for wrong in [
        json!(["s", "_sd", 1]),
        json!(["s", "...", 1]),
        json!(["s"]),
        json!({}),
        json!([1, "a", 2]),
        json!(["s", 1, 2]),
    ] {
        let text = super::jws::encode(wrong.to_string().as_bytes());
        assert_eq!(
            Disclosure::read(&text),
            Err(CredentialError::Disclosure),
            "{wrong}"
        );
    }
    let mut hidden = json!({"a": 1});
    let disclosure = conceal(&mut hidden, "/a", &[0; 16]).unwrap();
    hidden["a"] = json!(2);
    assert_eq!(
        reveal(&hidden, &[disclosure]),
        Err(CredentialError::Disclosure)
    );
    assert_eq!(
        conceal(&mut hidden, "/b", &[0; 16]).unwrap_err(),
        CredentialError::ClaimUnknown
    );
}

#[test]
fn a_status_list_counts_only_as_the_chain_holds_it() {
    let pointer = StatusPointer {
        list: "https://acme.example/list/1".into(),
        index: 42,
    };
    let token = |status| {
        let mut list = StatusList::new(1_000).unwrap();
        list.set(42, status).unwrap();
        assert_eq!(
            (list.get(41), list.get(42), list.get(43)),
            (Some(Status::Valid), Some(status), Some(Status::Valid))
        );
        list.sign(ISSUER, "k1", &pointer.list, NOW, &secret(1))
    };
    let ask = |token: &str, pointer: &StatusPointer, since: Option<Moment>| {
        check_status((ISSUER, pointer), token, (NOW, 3_600), &|_| since, &key_of)
    };
    let fresh = Some(Moment(NOW.0 - 3_600));
    assert_eq!(ask(&token(Status::Valid), &pointer, fresh), Ok(()));
    assert_eq!(
        ask(&token(Status::Revoked), &pointer, fresh),
        Err(CredentialError::Revoked)
    );
    assert_eq!(
        ask(&token(Status::Suspended), &pointer, fresh),
        Err(CredentialError::Suspended)
    );
    assert_eq!(
        ask(&token(Status::Valid), &pointer, None),
        Err(CredentialError::ListNotAnchored)
    );
    assert_eq!(
        ask(&token(Status::Valid), &pointer, Some(Moment(NOW.0 - 3_601))),
        Err(CredentialError::ListStale)
    );
    let beyond = StatusPointer {
        index: 1_000,
        ..pointer.clone()
    };
    assert_eq!(
        ask(&token(Status::Valid), &beyond, fresh),
        Err(CredentialError::ListOther)
    );
    let other = StatusPointer {
        list: "https://acme.example/list/2".into(),
        ..pointer.clone()
    };
    assert_eq!(
        ask(&token(Status::Valid), &other, fresh),
        Err(CredentialError::ListOther)
    );
    assert!(StatusList::new(u64::MAX).is_err());
}

#[test]
fn of_two_lists_anchored_in_one_window_either_counts_until_it_is_old() {
    let pointer = StatusPointer {
        list: "https://acme.example/list/1".into(),
        index: 7,
    };
    let token = |status, made| {
        let mut list = StatusList::new(16).unwrap();
        list.set(7, status).unwrap();
        list.sign(ISSUER, "k1", &pointer.list, made, &secret(1))
    };
    let before = token(Status::Valid, Moment(NOW.0 - 100));
    let revoking = token(Status::Revoked, NOW);
    let first = StatusList::digest(&before);
    let anchored = |digest: &[u8; 32]| {
        let seconds = if *digest == first { 100 } else { 0 };
        Some(Moment(NOW.0 - seconds))
    };
    let ask = |token: &str, now: u32| {
        check_status(
            (ISSUER, &pointer),
            token,
            (Moment(now), 3_600),
            &anchored,
            &key_of,
        )
    };
    assert_eq!(ask(&before, NOW.0), Ok(()));
    assert_eq!(ask(&revoking, NOW.0), Err(CredentialError::Revoked));
    // From `oldest` seconds after the last list without it on, nobody can show that one any more.
    assert_eq!(
        ask(&before, NOW.0 - 100 + 3_601),
        Err(CredentialError::ListStale)
    );
}

#[test]
fn an_old_list_that_somebody_anchors_again_stays_old() {
    let pointer = StatusPointer {
        list: "https://acme.example/list/1".into(),
        index: 7,
    };
    let list = StatusList::new(16).unwrap();
    let signed = |made| list.sign(ISSUER, "k1", &pointer.list, Moment(made), &secret(1));
    let ask = |token: &str| {
        check_status(
            (ISSUER, &pointer),
            token,
            (NOW, 3_600),
            &|_| Some(NOW),
            &key_of,
        )
    };
    assert_eq!(ask(&signed(NOW.0 - 3_600)), Ok(()));
    assert_eq!(ask(&signed(NOW.0 - 3_601)), Err(CredentialError::ListStale));
    let payload = json!({"iss": ISSUER, "sub": pointer.list, "status_list": {}});
    let undated = super::jws::sign(
        "statuslist+jwt",
        Some("did:moneta:0707#k1"),
        &payload,
        &secret(1),
    );
    assert_eq!(ask(&undated), Err(CredentialError::Malformed));
}

#[test]
fn a_list_that_has_run_out_is_stale() {
    let list = "https://acme.example/list/1";
    let signed = |until: Value| {
        let token = StatusList::new(16)
            .unwrap()
            .sign(ISSUER, "k1", list, NOW, &secret(1));
        let mut payload = Token::read(&token).unwrap().payload;
        payload["exp"] = until;
        super::jws::sign(
            "statuslist+jwt",
            Some("did:moneta:0707#k1"),
            &payload,
            &secret(1),
        )
    };
    let pointer = StatusPointer {
        list: list.into(),
        index: 0,
    };
    let ask = |token: &str| {
        check_status(
            (ISSUER, &pointer),
            token,
            (NOW, 60),
            &|_| Some(NOW),
            &key_of,
        )
    };
    assert_eq!(ask(&signed(json!(NOW.0 + 1))), Ok(()));
    assert_eq!(ask(&signed(json!(NOW.0))), Err(CredentialError::ListStale));
    assert_eq!(
        ask(&signed(json!("never"))),
        Err(CredentialError::Malformed)
    );
}

#[test]
fn a_list_that_unpacks_without_end_is_cut_off() {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 8 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 16_384);
    let list = "https://acme.example/list/1";
    let payload = json!({"iss": ISSUER, "sub": list, "iat": NOW.0,
        "status_list": {"bits": 2, "lst": super::jws::encode(&packed)}});
    let token = super::jws::sign(
        "statuslist+jwt",
        Some("did:moneta:0707#k1"),
        &payload,
        &secret(1),
    );
    let pointer = StatusPointer {
        list: list.into(),
        index: 0,
    };
    let told = check_status(
        (ISSUER, &pointer),
        &token,
        (NOW, 60),
        &|_| Some(NOW),
        &key_of,
    );
    assert_eq!(told, Err(CredentialError::TooLong));
}

#[test]
fn keys_are_written_as_jwk_and_read() {
    assert_eq!(read_jwk(&jwk(&public(5))), Some(public(5)));
    let mut wrong = jwk(&public(5));
    wrong["crv"] = json!("P-256");
    assert_eq!(read_jwk(&wrong), None);
}

fn arb_claims() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z]{0,5}".prop_map(Value::from)
    ];
    let inner = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-z]{1,4}", inner, 1..5)
        .prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// Every pointer, inner ones before outer ones.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .map(|(number, value)| (number.to_string(), value))
            .collect(),
        _ => vec![],
    };
    let mut all = Vec::new();
    for (name, value) in children {
        let here = format!("{at}/{name}");
        all.extend(pointers(value, &here));
        all.push(here);
    }
    all
}

proptest! {
    #[test]
    fn everything_shown_is_everything_there_was_and_nothing_shown_shows_nothing(about in arb_claims(), keep in any::<u32>()) {
        let all = pointers(&about, "");
        let chosen: Vec<&String> = all.iter().enumerate().filter(|(at, _)| keep >> (at % 32) & 1 == 1).map(|(_, one)| one).collect();
        let mut hidden = about.clone();
        let mut disclosures = Vec::new();
        for (number, pointer) in chosen.iter().enumerate() {
            let salt = [u8::try_from(number % 256).unwrap(); 16];
            disclosures.push(conceal(&mut hidden, pointer, &salt).unwrap());
        }
        prop_assert_eq!(reveal(&hidden, &disclosures).unwrap(), about);
        let nothing = reveal(&hidden, &[]).unwrap();
        for pointer in chosen.iter().filter(|pointer| pointer.matches('/').count() == 1) {
            prop_assert!(nothing.pointer(pointer).is_none());
        }
    }
}
