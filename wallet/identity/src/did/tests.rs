//! DID Core's cases, then ours.
use std::collections::BTreeMap;

use bitcoin::Txid;
use bitcoin::hashes::Hash;
use moneta_mips::IdentityId;
use proptest::prelude::*;
use secp256k1::PublicKey;
use serde_json::{Value, json};

use super::document::read_multikey;
use super::*;

const ID: IdentityId = IdentityId([7; 32]);

struct History(Vec<Version>);

impl Versions for History {
    fn versions(&self, id: &IdentityId) -> Vec<Version> {
        if *id == ID { self.0.clone() } else { vec![] }
    }
}

fn version(number: u8, height: u32, document: &str) -> Version {
    Version {
        made_in: Txid::from_byte_array([number; 32]),
        height,
        time: Moment(1_700_000_000 + height * 60),
        handle: "acme".into(),
        document: document.into(),
        deactivated: false,
    }
}

/// Two keys in turn, then revoked.
fn history() -> History {
    let key = |name: &str| {
        let method =
            json!({"id": format!("#{name}"), "type": "Multikey", "publicKeyMultibase": "z6Mk"});
        json!({"verificationMethod": [method], "assertionMethod": [format!("#{name}")]}).to_string()
    };
    let mut last = version(3, 300, "{}");
    last.deactivated = true;
    History(vec![
        version(1, 100, &key("old")),
        version(2, 200, &key("new")),
        last,
    ])
}

fn did() -> String {
    did_of(&ID)
}

#[test]
fn documents_of_the_w3c_test_suite_conform_and_their_dids_are_dids() {
    let Some(folder) = moneta_vectors::path("did/w3c") else {
        return;
    };
    let mut documents = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("did-") {
            continue;
        }
        let suite: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for did in suite["dids"].as_array().unwrap() {
            let did = did.as_str().unwrap();
            assert!(is_did(did), "{name}: {did}");
            let document = &suite[did]["didDocumentDataModel"]["properties"];
            // ION's document names an empty text as the controller of its key, which is no DID.
            let expected = match name.as_str() {
                "did-ion.json" => Err(NotConformant::Property("verificationMethod")),
                _ => Ok(()),
            };
            assert_eq!(check_document(document), expected, "{name}: {did}");
            documents += 1;
        }
    }
    assert!(documents > 30, "{documents} documents");
}

/// Every execution of the W3C's reports of this kind, with the name of the outcome that it stands for.
fn executions(kind: &str) -> Vec<(String, Value)> {
    let Some(folder) = moneta_vectors::path("did/w3c") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with(kind) {
            continue;
        }
        let suite: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for (outcome, numbers) in suite["expectedOutcomes"].as_object().unwrap() {
            for number in numbers.as_array().unwrap() {
                let at = usize::try_from(number.as_u64().unwrap()).unwrap();
                found.push((outcome.clone(), suite["executions"][at].clone()));
            }
        }
    }
    found
}

#[test]
fn resolutions_of_the_w3c_test_suite_are_told_apart_as_they_are_there() {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (outcome, execution) in executions("resolver-") {
        let asked = execution["input"]["did"].as_str().unwrap_or_default();
        let theirs = &execution["output"];
        let error = &theirs["didResolutionMetadata"]["error"];
        let ours = resolve(asked, None, &history());
        // What is a DID there is one here, of a method that is not ours.
        let expected = match outcome.as_str() {
            "invalidDidErrorOutcome" => "invalidDid",
            _ => "methodNotSupported",
        };
        assert_eq!(ours.resolution_metadata["error"], expected, "{asked}");
        match outcome.as_str() {
            "invalidDidErrorOutcome" => assert_eq!(*error, "invalidDid", "{asked}"),
            "notFoundErrorOutcome" => assert_eq!(*error, "notFound", "{asked}"),
            "deactivatedOutcome" => {
                assert_eq!(
                    theirs["didDocumentMetadata"]["deactivated"], true,
                    "{asked}"
                );
            }
            _ => assert!(error.is_null(), "{asked}"),
        }
        // Documents in the data model; a representation is a text, and another chapter's.
        if let (true, document @ Value::Object(_)) = (error.is_null(), &theirs["didDocument"])
            && document.get("id").is_some()
        {
            // ION's keys have an empty controller, as above; a document without keys has none.
            let expected = match asked.starts_with("did:ion:") && outcome == "defaultOutcome" {
                true => Err(NotConformant::Property("verificationMethod")),
                false => Ok(()),
            };
            assert_eq!(check_document(document), expected, "{asked}");
            *counted.entry("documents".into()).or_default() += 1;
        }
        *counted.entry(outcome).or_default() += 1;
    }
    let all: usize = counted.values().sum();
    let of = |outcome: &str| counted.get(outcome).copied().unwrap_or_default();
    if all > 0 {
        let errors = [of("invalidDidErrorOutcome"), of("notFoundErrorOutcome")];
        assert_eq!(errors, [5, 7]);
        assert_eq!([of("defaultOutcome"), of("deactivatedOutcome")], [47, 5]);
        assert!(of("documents") >= 19, "{} documents", of("documents"));
    }
}

#[test]
fn did_urls_of_the_w3c_test_suite_are_told_apart_as_they_are_there() {
    let mut counted = [0, 0, 0];
    for (outcome, execution) in executions("dereferencer-") {
        let asked = execution["input"]["didUrl"].as_str().unwrap();
        let (kind, expected) = match outcome.as_str() {
            "invalidDidUrlErrorOutcome" => (0, ResolutionError::InvalidDidUrl),
            "notFoundErrorOutcome" => (1, ResolutionError::MethodNotSupported),
            _ => (2, ResolutionError::MethodNotSupported),
        };
        assert_eq!(dereference(asked, &history()), Err(expected), "{asked}");
        assert_eq!(is_did_url(asked), kind > 0, "{asked}");
        counted[kind] += 1;
    }
    assert!(counted == [0; 3] || counted == [4, 8, 62], "{counted:?}");
}

#[test]
fn a_multikey_is_written_as_did_key_writes_it() {
    let Some(path) = moneta_vectors::path("did/did_key_secp256k1.json") else {
        return;
    };
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = cases.as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let text = case["did"]
            .as_str()
            .unwrap()
            .strip_prefix("did:key:")
            .unwrap();
        let key: PublicKey = read_multikey(text).unwrap();
        assert_eq!(multikey(&key), text);
    }
}

#[test]
fn the_newest_version_is_resolved_and_older_ones_by_id_time_and_height() {
    let history = history();
    let newest = resolve(&did(), None, &history);
    assert_eq!(newest.document_metadata["deactivated"], true);
    let gone = newest.document.unwrap();
    assert_eq!(gone.get("verificationMethod"), None);
    check_document(&gone).unwrap();

    let second = Txid::from_byte_array([2; 32]);
    let time = Moment(1_700_000_000 + 250 * 60);
    for url in [
        format!("{}?versionId={second}", did()),
        format!("{}?versionTime={time}", did()),
        format!("{}?height=299", did()),
    ] {
        let found = resolve(&url, None, &history);
        assert_eq!(
            found.document_metadata["versionId"],
            second.to_string(),
            "{url}"
        );
        assert_eq!(
            found.document_metadata["nextVersionId"],
            Txid::from_byte_array([3; 32]).to_string()
        );
        assert_eq!(found.document_metadata["deactivated"], Value::Null);
        let document = found.document.unwrap();
        assert_eq!(
            document["assertionMethod"],
            json!([format!("{}#new", did())])
        );
        check_document(&document).unwrap();
    }
    let early = resolve(&format!("{}?height=99", did()), None, &history);
    assert_eq!(early.resolution_metadata["error"], "notFound");
}

#[test]
fn what_can_not_be_resolved_says_why_in_the_words_of_did_core() {
    let history = history();
    let error =
        |url: &str, accept| resolve(url, accept, &history).resolution_metadata["error"].clone();
    let other = did_of(&IdentityId([8; 32]));
    assert_eq!(error(&other, None), "notFound");
    assert_eq!(
        error(&did(), Some("text/html")),
        "representationNotSupported"
    );
    let upper = did().replace("07", "0A");
    for wrong in [
        "did:moneta:acme",
        "did:key",
        "",
        &upper,
        &format!("{}?service=x", did()),
        &format!("{}?height=1&versionTime=2026-01-01T00:00:00Z", did()),
        &format!("{}?versionTime=now", did()),
    ] {
        assert_eq!(error(wrong, None), "invalidDid", "{wrong}");
        let dereferenced = dereference(wrong, &history);
        assert_eq!(dereferenced, Err(ResolutionError::InvalidDidUrl), "{wrong}");
        assert_eq!(dereferenced.unwrap_err().name(), "invalidDidUrl");
    }
    assert_eq!(error("did:key:z6Mk", None), "methodNotSupported");
    let plain = resolve(&did(), Some("application/did+json"), &history);
    assert_eq!(
        plain.resolution_metadata["contentType"],
        "application/did+json"
    );
    assert_eq!(plain.document.unwrap().get("@context"), None);
}

#[test]
fn a_fragment_names_a_key() {
    let history = history();
    let key = dereference(&format!("{}?height=200#new", did()), &history).unwrap();
    assert_eq!(key["publicKeyMultibase"], "z6Mk");
    let old = dereference(&format!("{}?height=200#old", did()), &history);
    assert_eq!(old, Err(ResolutionError::NotFound));
}

#[test]
fn an_identity_without_a_handle_is_known_by_no_other_name() {
    let known = |handle: &str| document(&ID, handle, "{}").get("alsoKnownAs").cloned();
    assert_eq!(known("acme"), Some(json!(["moneta:acme"])));
    assert_eq!(known(""), None);
}

#[test]
fn keys_have_their_context_wherever_they_stand() {
    let multikey_context = "https://w3id.org/security/multikey/v1";
    let jwk_context = "https://w3id.org/security/jwk/v1";
    let multi = json!({"id": "#m", "type": "Multikey", "publicKeyMultibase": "z6Mk"});
    let jwk = json!({"id": "#j", "type": "JsonWebKey", "publicKeyJwk": {"kty": "EC"}});
    let contexts = |written: Value| {
        let made = document(&ID, "acme", &written.to_string());
        made["@context"].as_array().unwrap()[1..].to_vec()
    };
    assert_eq!(
        contexts(json!({"authentication": [multi]})),
        [multikey_context]
    );
    assert_eq!(contexts(json!({"keyAgreement": [jwk]})), [jwk_context]);
    let both = json!({"verificationMethod": [jwk], "assertionMethod": [multi]});
    assert_eq!(contexts(both), [multikey_context, jwk_context]);
    // What is left out of the document needs no words for it.
    let private =
        json!({"id": "#j", "type": "JsonWebKey", "publicKeyJwk": {"kty": "EC", "d": "secret"}});
    assert_eq!(contexts(json!({"verificationMethod": [private]})), [""; 0]);
}

#[test]
fn only_a_key_for_assertions_makes_them() {
    let key = |byte: u8| {
        let secret = secp256k1::SecretKey::from_slice(&[byte; 32]).unwrap();
        secret.public_key(secp256k1::SECP256K1)
    };
    let method = |name: &str, byte: u8| json!({"id": name, "type": "Multikey", "publicKeyMultibase": multikey(&key(byte))});
    let written = json!({
        "verificationMethod": [method("#login", 1), method("#sign", 2)],
        "authentication": ["#login"],
        "assertionMethod": ["#sign", method("#embedded", 3), "#missing"],
    });
    let made = document(&ID, "acme", &written.to_string());
    let found = |name: &str| assertion_key(&made, &format!("{}#{name}", did()));
    assert_eq!(found("sign"), Some(key(2)));
    assert_eq!(found("embedded"), Some(key(3)));
    for none in ["login", "missing", "other"] {
        assert_eq!(found(none), None, "{none}");
    }
}

#[test]
fn a_did_that_only_begins_alike_is_somebody_elses() {
    let alike = format!("{}0#key", did());
    let key =
        json!({"id": alike, "type": "Multikey", "controller": did(), "publicKeyMultibase": "z6Mk"});
    let made = document(
        &ID,
        "acme",
        &json!({"verificationMethod": [key]}).to_string(),
    );
    assert_eq!(made.get("verificationMethod"), None);
}

#[test]
fn moments_are_written_and_read() {
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_795_237_980, "2026-11-21T05:13:00Z"),
        (u32::MAX, "2106-02-07T06:28:15Z"),
    ] {
        assert_eq!(Moment(seconds).to_string(), text);
        assert_eq!(text.parse(), Ok(Moment(seconds)));
    }
    for wrong in [
        "2026-02-30T00:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21 05:13:00Z",
        "2106-02-07T06:28:16Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
    ] {
        assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
    }
}

#[test]
fn documents_that_break_a_rule_are_told_so() {
    let good = resolve(&format!("{}?height=100", did()), None, &history())
        .document
        .unwrap();
    let broken = |change: fn(&mut Value)| {
        let mut document = good.clone();
        change(&mut document);
        check_document(&document)
    };
    assert_eq!(broken(|d| d["id"] = json!("acme")), Err(NotConformant::Id));
    let property = |name| Err(NotConformant::Property(name));
    assert_eq!(
        broken(|d| d["controller"] = json!(7)),
        property("controller")
    );
    assert_eq!(
        broken(|d| d["verificationMethod"][0]["publicKeyJwk"] = json!({"kty": "EC"})),
        property("verificationMethod")
    );
    assert_eq!(
        broken(
            |d| d["verificationMethod"] = json!([{"id": "#k", "type": "JsonWebKey", "controller": "did:a:b", "publicKeyJwk": {"kty": "EC", "d": "secret"}}])
        ),
        property("verificationMethod")
    );
    assert_eq!(
        broken(|d| d["service"] = json!([{"id": "#s", "type": "Web"}])),
        property("service")
    );
    assert_eq!(
        broken(|d| {
            let method = d["verificationMethod"][0].clone();
            d["verificationMethod"] = json!([method, method]);
        }),
        Err(NotConformant::Twice("verificationMethod"))
    );
}

fn arb_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![Just("#k".to_owned()), Just("did:a:b".to_owned()), ".{0,8}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "id",
        "type",
        "controller",
        "verificationMethod",
        "assertionMethod",
        "service",
        "serviceEndpoint",
        "publicKeyJwk",
        "publicKeyMultibase",
        "kty",
        "alsoKnownAs",
        "@context",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_an_owner_writes_the_document_conforms(handle in "[ -~]{0,3}|.{0,3}", written in arb_json()) {
        let made = document(&ID, &handle, &written.to_string());
        prop_assert_eq!(check_document(&made), Ok(()));
        prop_assert_eq!(&made["id"], &json!(did()));
    }

    #[test]
    fn every_moment_reads_back(seconds in any::<u32>()) {
        prop_assert_eq!(Moment(seconds).to_string().parse(), Ok(Moment(seconds)));
    }
}
