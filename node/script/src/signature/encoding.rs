//! How ECDSA signatures and public keys must be written (BIP62, BIP66, BIP143).
use secp256k1::ecdsa;

use crate::error::ScriptError;
use crate::flags::VerifyFlags;

const COMPOUND: u8 = 0x30;
const INTEGER: u8 = 0x02;
const ANYONE_CAN_PAY: u8 = 0x80;

/// Checks a signature with its hash type behind it; the empty one is a way to say "none".
///
/// # Errors
/// [`ScriptError::SigDer`], [`ScriptError::SigHighS`] or [`ScriptError::SigHashType`], in this order.
pub(crate) fn check_signature_encoding(
    signature: &[u8],
    flags: VerifyFlags,
) -> Result<(), ScriptError> {
    let Some((hash_type, der)) = signature.split_last() else {
        return Ok(());
    };
    let strict = VerifyFlags::DERSIG | VerifyFlags::LOW_S | VerifyFlags::STRICTENC;
    if flags.intersects(strict) && !is_strict_der(der) {
        return Err(ScriptError::SigDer);
    }
    if flags.contains(VerifyFlags::LOW_S) && !is_low_s(der) {
        return Err(ScriptError::SigHighS);
    }
    let plain_type = hash_type & !ANYONE_CAN_PAY;
    if flags.contains(VerifyFlags::STRICTENC) && !matches!(plain_type, 1..=3) {
        return Err(ScriptError::SigHashType);
    }
    Ok(())
}

/// Checks a public key of a script before tapscript.
///
/// # Errors
/// [`ScriptError::PubkeyType`] or [`ScriptError::WitnessPubkeyType`], in this order.
pub(crate) fn check_public_key_encoding(
    key: &[u8],
    flags: VerifyFlags,
    in_witness: bool,
) -> Result<(), ScriptError> {
    let compressed = matches!(key, [2 | 3, x @ ..] if x.len() == 32);
    let plain = compressed || matches!(key, [4, xy @ ..] if xy.len() == 64);
    if flags.contains(VerifyFlags::STRICTENC) && !plain {
        return Err(ScriptError::PubkeyType);
    }
    if flags.contains(VerifyFlags::WITNESS_PUBKEYTYPE) && in_witness && !compressed {
        return Err(ScriptError::WitnessPubkeyType);
    }
    Ok(())
}

/// Returns whether these are two positive integers in DER without a spare byte (BIP66).
///
/// `30 <length> 02 <length of R> <R> 02 <length of S> <S>`, each length one byte: with the hash type
/// behind it a signature has 9 to 73 bytes.
fn is_strict_der(der: &[u8]) -> bool {
    let [COMPOUND, total, integers @ ..] = der else {
        return false;
    };
    if !(8..=72).contains(&der.len()) || usize::from(*total) != integers.len() {
        return false;
    }
    let both = take_integer(integers).and_then(take_integer);
    both.is_some_and(<[u8]>::is_empty)
}

/// Reads one positive, minimal integer and returns what follows it.
fn take_integer(bytes: &[u8]) -> Option<&[u8]> {
    let [INTEGER, size, rest @ ..] = bytes else {
        return None;
    };
    let (integer, rest) = rest.split_at_checked(usize::from(*size))?;
    let fits = match integer {
        [] => false,
        [first, ..] if first & 0x80 != 0 => false,
        // A leading zero belongs there only if the number would be negative without it.
        [0, second, ..] => second & 0x80 != 0,
        _ => true,
    };
    fits.then_some(rest)
}

fn is_low_s(der: &[u8]) -> bool {
    ecdsa::Signature::from_der_lax(der).is_ok_and(|signature| {
        let mut low = signature;
        low.normalize_s();
        low == signature
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOW: &[u8] = &[0x30, 6, 2, 1, 1, 2, 1, 1, 1];

    #[test]
    fn an_empty_signature_is_always_well_formed() {
        assert_eq!(check_signature_encoding(&[], VerifyFlags::STANDARD), Ok(()));
    }

    #[test]
    fn each_byte_of_a_signature_counts() {
        assert_eq!(check_signature_encoding(LOW, VerifyFlags::STANDARD), Ok(()));
        for (index, wrong) in [(0, 0x31), (1, 5), (2, 3), (3, 2), (4, 0x81), (5, 3), (6, 2)] {
            let mut signature = LOW.to_vec();
            signature[index] = wrong;
            let judged = check_signature_encoding(&signature, VerifyFlags::DERSIG);
            assert_eq!(judged, Err(ScriptError::SigDer), "byte {index}");
            let lax = check_signature_encoding(&signature, VerifyFlags::NONE);
            assert_eq!(lax, Ok(()), "byte {index}");
        }
    }

    #[test]
    fn a_zero_in_front_is_allowed_only_before_a_high_bit() {
        let needed = [0x30, 7, 2, 2, 0, 0x80, 2, 1, 1, 1];
        let spare = [0x30, 7, 2, 2, 0, 0x7f, 2, 1, 1, 1];
        let check = |signature| check_signature_encoding(signature, VerifyFlags::DERSIG);
        assert_eq!(check(&needed), Ok(()));
        assert_eq!(check(&spare), Err(ScriptError::SigDer));
    }

    #[test]
    fn a_hash_type_is_all_none_or_single() {
        for hash_type in 0..=u8::MAX {
            let mut signature = LOW.to_vec();
            signature[8] = hash_type;
            let defined = matches!(hash_type, 1..=3 | 0x81..=0x83);
            let judged = check_signature_encoding(&signature, VerifyFlags::STRICTENC);
            assert_eq!(judged.is_ok(), defined, "{hash_type:#x}");
        }
    }
}
