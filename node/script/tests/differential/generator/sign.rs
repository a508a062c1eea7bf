//! Turns arguments into bytes: makes each signature for the place where it stands.
use moneta_script::{PreparedInput, TapscriptLeaf};
use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{Message, SECP256K1, ecdsa};

use super::keys;
use super::program::{Argument, Place, Program};

/// What a tapscript signature signs besides the transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LeafPlace {
    pub(crate) leaf: [u8; 32],
    pub(crate) annex: Option<[u8; 32]>,
}

/// Returns the arguments as they are taken: the last one is pushed first.
pub(crate) fn arguments(
    program: &Program,
    input: &PreparedInput<'_>,
    place: LeafPlace,
) -> Vec<Vec<u8>> {
    let resolve = |argument: &Argument| match argument {
        Argument::Bytes(bytes) => bytes.clone(),
        Argument::Signature {
            key,
            code_start,
            code_separator,
            hash_type,
        } => match program.place {
            Place::Tapscript => {
                let leaf = TapscriptLeaf {
                    hash: place.leaf,
                    code_separator: *code_separator,
                };
                let digest = input.taproot_digest(*hash_type, place.annex.as_ref(), Some(&leaf));
                schnorr(keys::pair(*key), digest, *hash_type)
            }
            _ => {
                let digest = digest(program, input, &program.script[*code_start..], *hash_type);
                ecdsa(*key, digest, *hash_type)
            }
        },
        Argument::RecoveredKey {
            code_start,
            signature,
        } => {
            let mut code = program.script[*code_start..].to_vec();
            if program.place == Place::Legacy {
                code = without_push(&code, signature);
            }
            recovered_key(
                signature,
                digest(program, input, &code, *signature.last().unwrap()),
            )
        }
    };
    program.arguments.iter().map(resolve).collect()
}

/// A digest that BIP341 does not define gets a signature that can't be valid.
pub(crate) fn schnorr(
    pair: &secp256k1::Keypair,
    digest: Option<[u8; 32]>,
    hash_type: u8,
) -> Vec<u8> {
    let message = Message::from_digest(digest.unwrap_or_default());
    let mut signature = SECP256K1
        .sign_schnorr_no_aux_rand(&message, pair)
        .serialize()
        .to_vec();
    if hash_type != 0 {
        signature.push(hash_type);
    }
    signature
}

pub(crate) fn ecdsa(key: usize, digest: [u8; 32], hash_type: u8) -> Vec<u8> {
    let message = Message::from_digest(digest);
    let signature = SECP256K1.sign_ecdsa(&message, &keys::pair(key).secret_key());
    let mut bytes = signature.serialize_der().to_vec();
    bytes.push(hash_type);
    bytes
}

fn digest(program: &Program, input: &PreparedInput<'_>, code: &[u8], hash_type: u8) -> [u8; 32] {
    if program.place == Place::Legacy {
        input.legacy_digest(code, hash_type.into())
    } else {
        input.segwit_v0_digest(code, hash_type.into())
    }
}

/// Some key that makes a signature of our choice valid; any other key if there is none.
fn recovered_key(signature: &[u8], digest: [u8; 32]) -> Vec<u8> {
    let der = &signature[..signature.len() - 1];
    let compact = ecdsa::Signature::from_der_lax(der)
        .unwrap()
        .serialize_compact();
    let recovered = RecoverableSignature::from_compact(&compact, RecoveryId::from_i32(0).unwrap())
        .and_then(|signature| SECP256K1.recover_ecdsa(&Message::from_digest(digest), &signature));
    recovered
        .unwrap_or_else(|_| keys::public(0))
        .serialize()
        .to_vec()
}

fn without_push(code: &[u8], signature: &[u8]) -> Vec<u8> {
    let size = u8::try_from(signature.len()).unwrap();
    let push = [&[size], signature].concat();
    let mut kept = Vec::new();
    let mut rest = code;
    while let Some((first, others)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(&push[..]) {
            rest = behind;
        } else {
            kept.push(*first);
            rest = others;
        }
    }
    kept
}
