//! Breaks a spend in one small way: a bit, an element, an encoding, a field.
use bitcoin::script::{Builder, Instruction, PushBytes, ScriptBuf};
use bitcoin::transaction::Version;
use bitcoin::{Amount, Sequence, Transaction, TxOut, absolute};
use secp256k1::ecdsa;

use super::keys;
use super::lock::witness;
use super::rng::Rng;

/// The order of the curve, to turn a low S into its high twin.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// Changes one thing.
pub(crate) fn apply(spend: &mut Transaction, coins: &mut [TxOut], rng: &mut Rng) {
    let index = rng.below(coins.len());
    match rng.below(16) {
        0..=5 => change_elements(spend, index, rng),
        6 | 7 => flip_in_script(&mut spend.input[index].script_sig, rng),
        8 => flip_in_script(&mut coins[index].script_pubkey, rng),
        9 => coins[index].value = Amount::from_sat(rng.next_u64() % 2_100_000_000_000_000),
        10 => spend.input[index].sequence = Sequence(rng.u32()),
        11 => spend.lock_time = absolute::LockTime::from_consensus(rng.u32()),
        12 => spend.version = Version(i32::from_le_bytes(rng.u32().to_le_bytes())),
        13 => {
            spend.output.pop();
        }
        14 => insert_in_script(&mut spend.input[index].script_sig, rng),
        _ => spend.input.swap(0, index),
    }
}

/// Changes the arguments of an input, whichever way they are given.
fn change_elements(spend: &mut Transaction, index: usize, rng: &mut Rng) {
    let input = &mut spend.input[index];
    if input.witness.is_empty() {
        let Some(mut elements) = read_pushes(&input.script_sig) else {
            return flip_in_script(&mut input.script_sig, rng);
        };
        change(&mut elements, rng);
        input.script_sig = write_pushes(&elements, rng);
    } else {
        let mut elements = input.witness.to_vec();
        change(&mut elements, rng);
        input.witness = witness(&elements);
    }
}

fn change(elements: &mut Vec<Vec<u8>>, rng: &mut Rng) {
    if elements.is_empty() {
        return elements.push(rng.bytes(1));
    }
    let at = rng.below(elements.len());
    match rng.below(12) {
        0 => {
            elements.remove(at);
        }
        1 => {
            let size = rng.below(3);
            elements.insert(at, rng.bytes(size));
        }
        2 => elements.push([vec![0x50], rng.bytes(2)].concat()),
        3 => {
            let other = rng.below(elements.len());
            elements.swap(at, other);
        }
        4 => elements[at].clear(),
        5 => {
            if let Some(last) = elements[at].last_mut() {
                *last = rng.pick(&[0, 1, 2, 3, 4, 0x50, 0x80, 0x81, 0x82, 0x83, 0xff]);
            }
        }
        6 => flip(&mut elements[at], rng),
        7 => {
            let byte = rng.byte();
            elements[at].push(rng.pick(&[0, byte]));
        }
        8 => {
            elements[at].pop();
        }
        9 => elements[at] = keys::hybrid(rng.below(keys::COUNT)),
        _ => {
            for element in elements.iter_mut() {
                if let Some(changed) = reencode(element, rng) {
                    *element = changed;
                }
            }
        }
    }
}

/// Writes a signature in another way, right or wrong.
fn reencode(signature: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    if signature.len() == 64 {
        // Schnorr: the default hash type, but written out.
        return Some([signature, &[0]].concat());
    }
    let (hash_type, der) = signature.split_last()?;
    let compact = ecdsa::Signature::from_der(der).ok()?.serialize_compact();
    let (r, s) = compact.split_at(32);
    let (mut r, mut s) = (integer(r), integer(s));
    let mut long_form = false;
    match rng.below(8) {
        0 | 1 => s = integer(&high_twin(&compact[32..])),
        2 => r.insert(0, 0),
        3 => s.insert(0, 0),
        4 => {
            r.remove(0);
        }
        5 => long_form = true,
        6 => s = vec![rng.pick(&[0, 1, 0x80])],
        _ => r = ORDER.to_vec(),
    }
    let mut body = Vec::new();
    for number in [r, s] {
        body.push(2);
        if long_form {
            body.push(0x81);
        }
        body.push(u8::try_from(number.len()).unwrap());
        body.extend(number);
    }
    let size = u8::try_from(body.len()).unwrap();
    let head = if long_form {
        vec![0x30, 0x81, size]
    } else {
        vec![0x30, size]
    };
    let junk = if rng.one_in(8) { rng.bytes(1) } else { vec![] };
    Some([head, body, junk, vec![*hash_type]].concat())
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(31);
    let mut integer = bytes[start..].to_vec();
    if integer[0] & 0x80 != 0 {
        integer.insert(0, 0);
    }
    integer
}

/// Subtracts from the order.
fn high_twin(s: &[u8]) -> [u8; 32] {
    let mut twin = ORDER;
    let mut borrow = false;
    for (digit, s) in twin.iter_mut().zip(s).rev() {
        let (once, first) = digit.overflowing_sub(*s);
        let (twice, second) = once.overflowing_sub(borrow.into());
        *digit = twice;
        borrow = first || second;
    }
    twin
}

fn flip(bytes: &mut [u8], rng: &mut Rng) {
    if !bytes.is_empty() {
        let at = rng.below(bytes.len());
        bytes[at] ^= 1 << rng.below(8);
    }
}

fn flip_in_script(script: &mut ScriptBuf, rng: &mut Rng) {
    let mut bytes = script.to_bytes();
    flip(&mut bytes, rng);
    *script = ScriptBuf::from_bytes(bytes);
}

fn insert_in_script(script: &mut ScriptBuf, rng: &mut Rng) {
    let mut bytes = script.to_bytes();
    let behind = rng.below(bytes.len() + 1);
    let at = rng.pick(&[0, behind]);
    bytes.insert(
        at,
        rng.pick(&[0, 0x51, 0x61, 0x76, 0xab, 0xb1, rng.clone().byte()]),
    );
    *script = ScriptBuf::from_bytes(bytes);
}

fn read_pushes(script: &ScriptBuf) -> Option<Vec<Vec<u8>>> {
    let pushed = script.instructions().map(|instruction| match instruction {
        Ok(Instruction::PushBytes(bytes)) => Some(bytes.as_bytes().to_vec()),
        _ => None,
    });
    pushed.collect()
}

fn write_pushes(elements: &[Vec<u8>], rng: &mut Rng) -> ScriptBuf {
    let mut script = Vec::new();
    for element in elements {
        if rng.one_in(20) && element.len() < 256 {
            script.extend([0x4c, u8::try_from(element.len()).unwrap()]);
            script.extend(element);
        } else if let ([number @ 1..=16], true) = (element.as_slice(), rng.one_in(2)) {
            script.push(0x50 + number);
        } else {
            let bytes = <&PushBytes>::try_from(element.as_slice()).unwrap();
            script.extend(Builder::new().push_slice(bytes).into_bytes());
        }
    }
    ScriptBuf::from_bytes(script)
}
