//! Whether a signature verifies, by libsecp256k1 or because it did before.
use secp256k1::{Message, PublicKey, SECP256K1, XOnlyPublicKey, ecdsa, schnorr};

use super::cache::{SignatureCache, SignedMessage};

/// Verifies ECDSA as Bitcoin always did: any DER that the lax parser reads, any S.
///
/// Which encodings are allowed is checked before (see `check_signature_encoding`).
pub(crate) fn verify_ecdsa(
    cache: &dyn SignatureCache,
    digest: &[u8; 32],
    public_key: &[u8],
    der: &[u8],
) -> bool {
    let signed = SignedMessage::Ecdsa {
        digest,
        public_key,
        signature: der,
    };
    if cache.contains(&signed) {
        return true;
    }
    let Ok(key) = PublicKey::from_slice(public_key) else {
        return false;
    };
    let Ok(mut signature) = ecdsa::Signature::from_der_lax(der) else {
        return false;
    };
    // libsecp256k1 refuses a high S, which consensus never did.
    signature.normalize_s();
    let message = Message::from_digest(*digest);
    let verified = SECP256K1.verify_ecdsa(&message, &signature, &key).is_ok();
    if verified {
        cache.insert(&signed);
    }
    verified
}

/// Verifies a Schnorr signature (BIP340).
pub(crate) fn verify_schnorr(
    cache: &dyn SignatureCache,
    digest: &[u8; 32],
    public_key: &[u8; 32],
    signature: &[u8; 64],
) -> bool {
    let signed = SignedMessage::Schnorr {
        digest,
        public_key,
        signature,
    };
    if cache.contains(&signed) {
        return true;
    }
    let Ok(key) = XOnlyPublicKey::from_slice(public_key) else {
        return false;
    };
    let Ok(parsed) = schnorr::Signature::from_slice(signature) else {
        return false;
    };
    let message = Message::from_digest(*digest);
    let verified = SECP256K1.verify_schnorr(&parsed, &message, &key).is_ok();
    if verified {
        cache.insert(&signed);
    }
    verified
}
