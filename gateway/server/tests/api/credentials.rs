//! A credential from its issue to its revocation: what an integrator joins, told in `docs/api/credentials.md`.
use bitcoin::hex::DisplayHex;
use bitcoin::secp256k1::{PublicKey, SECP256K1, SecretKey};
use moneta_chain::Params;
use moneta_identity::credential::{
    Audience, Claims, CredentialError, Expectation, Status, StatusList, StatusPointer,
    check_status, issue, present, verify,
};
use moneta_identity::did::{Moment, assertion_key, multikey};
use moneta_testkit::sandbox::Client;
use moneta_wallet::{AnchorProof, verify_anchor};
use serde_json::{Value, json};

use crate::gateway::{TestGateway, text};

const KIND: &str = "https://acme.example/vault-customer";
const LIST: &str = "https://acme.example/lists/1";
const DAY: u32 = 86_400;
const ASKED: Audience<'static> = Audience {
    name: "https://shop.example",
    nonce: "drawn at random for this one question",
};

/// Finds an issuer's key by its DID URL. Who is revoked has none: 410.
fn key_of(client: &Client, url: &str) -> Option<PublicKey> {
    let did = url.split('#').next()?;
    let answer = client.get(&format!("/v1/identities/{did}/did"));
    let document: Value = (answer.status == 200).then(|| answer.json())?;
    assertion_key(&document, url)
}

/// Tells when the chain took a digest, by the proof that stands beside the list: no server is asked.
fn anchored(proof: &str, digest: &[u8; 32]) -> Option<Moment> {
    let proof = AnchorProof::from_json(proof.as_bytes()).ok()?;
    let anchor = verify_anchor(&proof, &Params::dev()).ok()?;
    (anchor.digest == *digest).then_some(Moment(anchor.time))
}

/// Believes a presentation only together with a list that is no older than a day.
fn check(
    client: &Client,
    shown: &str,
    list: &Published,
    now: Moment,
) -> Result<Value, CredentialError> {
    let expected = Expectation {
        kind: KIND,
        audience: ASKED,
        now,
        proof_age: 300,
    };
    let key_of = |url: &str| key_of(client, url);
    let verified = verify(shown, &expected, &key_of)?;
    // Every credential of this kind has a status.
    let pointer = verified.status.ok_or(CredentialError::ListOther)?;
    let anchored = |digest: &[u8; 32]| anchored(&list.proof, digest);
    let about = (verified.issuer.as_str(), &pointer);
    check_status(about, &list.token, (now, DAY), &anchored, &key_of)?;
    Ok(verified.claims)
}

/// What an issuer puts on its site: the list, and the proof that the chain holds its digest.
struct Published {
    token: String,
    proof: String,
}

fn publish(client: &Client, wallet: &str, token: String) -> Published {
    let digest = StatusList::digest(&token).to_lower_hex_string();
    let body = json!({"wallet_id": wallet, "digest": digest, "label": "status list"});
    let anchor = client.post("/v1/notarisations?confirm=true", &body).ok();
    let proof = client.get(&format!("/v1/notarisations/{}/proof", text(&anchor, "/id")));
    let proof = proof.text;
    Published { token, proof }
}

/// Registers an identity of two keys, and returns its DID: one signs, the other only logs in.
fn register(client: &Client, wallet: &str, sign: &PublicKey, login: &PublicKey) -> String {
    let method = |id: &str, key: &PublicKey| json!({"id": id, "type": "Multikey", "publicKeyMultibase": multikey(key)});
    let document = json!({
        "verificationMethod": [method("#sign", sign), method("#login", login)],
        "assertionMethod": ["#sign"], "authentication": ["#login"],
    });
    let body = json!({"wallet_id": wallet, "handle": "acme", "document": document});
    let identity = client.post("/v1/identities?confirm=true", &body).ok();
    text(&identity, "/did")
}

fn key(number: u8) -> (SecretKey, PublicKey) {
    let secret = SecretKey::from_slice(&[number; 32]).expect("a key");
    (secret, secret.public_key(SECP256K1))
}

/// The time of the best block; a verifier has a clock.
fn now(client: &Client) -> Moment {
    let chain = client.get("/v1/chain").ok();
    text(&chain, "/tip_time").parse().expect("a moment")
}

#[test]
fn a_credential_is_issued_shown_believed_and_taken_back() {
    let gateway = TestGateway::start();
    let client = &gateway.client;
    let (wallet, _) = gateway.funded("Acme", "2");
    let ((signing, public), (login, public_of_login)) = (key(1), key(2));
    let (holder, public_of_holder) = key(3);

    let did = &register(client, &wallet, &public, &public_of_login);

    let issued_at = now(client);
    let concealed = ["/name"];
    let claims = |key| Claims {
        issuer: did,
        key,
        kind: KIND,
        about: json!({"name": "Ana", "age_over_18": true}),
        concealed: &concealed,
        holder: &public_of_holder,
        from: issued_at,
        until: Moment(issued_at.0 + 365 * DAY),
        status: Some(StatusPointer {
            list: LIST.into(),
            index: 77,
        }),
    };
    let salts = [[4; 16]];
    let credential = issue(&claims("sign"), &salts, &signing).expect("a credential");
    let mut list = StatusList::new(1_000).expect("a list");
    let first = list.sign(did, "sign", LIST, issued_at, &signing);
    let first = publish(client, &wallet, first);

    // The holder keeps his name to himself.
    let show = |credential: &str, now| {
        present(credential, &|_| false, ASKED, now, &holder).expect("a presentation")
    };
    let today = now(client);
    let shown = show(&credential, today);
    let told = check(client, &shown, &first, today).expect("believed");
    assert_eq!(told["age_over_18"], true);
    assert_eq!(told.get("name"), None);

    // A key that is not for assertions makes none, a list that is not on the chain counts for nothing.
    let by_login = issue(&claims("login"), &salts, &login).expect("a credential");
    let refused = check(client, &show(&by_login, today), &first, today);
    assert_eq!(refused, Err(CredentialError::KeyUnknown));
    let unpublished = Published {
        token: list.sign(did, "sign", LIST, today, &signing) + " ",
        proof: first.proof.clone(),
    };
    let refused = check(client, &shown, &unpublished, today);
    assert_eq!(refused, Err(CredentialError::ListNotAnchored));

    // It is taken back; from a day later on, nobody can show the list from before.
    list.set(77, Status::Revoked).expect("an entry");
    let second = list.sign(did, "sign", LIST, today, &signing);
    let second = publish(client, &wallet, second);
    let refused = check(client, &shown, &second, today);
    assert_eq!(refused, Err(CredentialError::Revoked));
    let tomorrow = Moment(today.0 + DAY + 1);
    let refused = check(client, &show(&credential, tomorrow), &first, tomorrow);
    assert_eq!(refused, Err(CredentialError::ListStale));
}

#[test]
fn the_page_on_credentials_says_what_the_story_does() {
    let page = include_str!("../../../../docs/api/credentials.md");
    let story = include_str!("credentials.rs");
    let blocks: Vec<&str> = page
        .split("```rust\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        assert!(story.contains(block), "not in the story:\n{block}");
    }
}
