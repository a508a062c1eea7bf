//! Every policy refuses what it is for and lets the largest through that it allows.
use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::opcodes::all::{OP_CHECKMULTISIG, OP_CHECKSIG, OP_DROP, OP_DUP, OP_NOP, OP_RETURN};
use bitcoin::opcodes::{OP_0, OP_TRUE};
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{
    Amount, OutPoint, PubkeyHash, Script, ScriptBuf, ScriptHash, Sequence, Transaction, TxIn,
    TxOut, WPubkeyHash, Witness, WitnessProgram, WitnessVersion, transaction,
};
use moneta_chain::Height;
use moneta_mips::{Coin, ENVELOPE_TAG, MAX_PAYLOAD};

use super::{PolicyError, check_shape, check_spends};

/// The generator point, compressed.
const KEY: [u8; 33] = [
    0x02, 0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b,
    0x07, 0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17,
    0x98,
];

fn key_hash() -> ScriptBuf {
    ScriptBuf::new_p2wpkh(&WPubkeyHash::all_zeros())
}

fn paying(outputs: &[(u64, ScriptBuf)]) -> Transaction {
    let output = |(value, script): &(u64, ScriptBuf)| TxOut {
        value: Amount::from_sat(*value),
        script_pubkey: script.clone(),
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: outputs.iter().map(output).collect(),
    }
}

fn plain() -> Transaction {
    paying(&[(1_000, key_hash())])
}

fn shape(tx: &Transaction) -> Result<(), &'static str> {
    check_shape(tx).map_err(|error| error.code())
}

fn script_of(value: u64, script: ScriptBuf) -> Result<(), &'static str> {
    shape(&paying(&[(value, script)]))
}

/// Says how the first input of a plain transaction may spend a coin of `script`.
fn spends(
    script: ScriptBuf,
    script_sig: ScriptBuf,
    witness: &[Vec<u8>],
) -> Result<(), &'static str> {
    let mut tx = plain();
    tx.input[0].script_sig = script_sig;
    tx.input[0].witness = Witness::from_slice(witness);
    let coin = Coin {
        output: TxOut {
            value: Amount::from_sat(1_000),
            script_pubkey: script,
        },
        height: Height::GENESIS,
        coinbase: false,
        attachment: None,
    };
    check_spends(&tx, &[coin]).map_err(|error| error.code())
}

fn pushes(data: &[u8]) -> ScriptBuf {
    let data = PushBytesBuf::try_from(data.to_vec()).unwrap();
    Builder::new().push_slice(data).into_script()
}

fn returning(len: usize) -> ScriptBuf {
    ScriptBuf::new_op_return(PushBytesBuf::try_from(vec![1; len]).unwrap())
}

fn envelope(payload: usize) -> ScriptBuf {
    let bytes: Vec<u8> = ENVELOPE_TAG.into_iter().chain(vec![0; payload]).collect();
    ScriptBuf::new_op_return(PushBytesBuf::try_from(bytes).unwrap())
}

fn multisig(keys: usize) -> ScriptBuf {
    let mut builder = Builder::new().push_int(1);
    for _ in 0..keys {
        builder = builder.push_slice(KEY);
    }
    let builder = builder.push_int(i64::try_from(keys).unwrap());
    builder.push_opcode(OP_CHECKMULTISIG).into_script()
}

fn taproot() -> ScriptBuf {
    let program = WitnessProgram::new(WitnessVersion::V1, &[2; 32]).unwrap();
    ScriptBuf::new_witness_program(&program)
}

#[test]
fn versions_one_and_two_are_relayed() {
    let mut tx = plain();
    for (version, expected) in [
        (0, Err("policy.version")),
        (1, Ok(())),
        (2, Ok(())),
        (3, Err("policy.version")),
        (-1, Err("policy.version")),
    ] {
        tx.version = transaction::Version(version);
        assert_eq!(shape(&tx), expected, "{version}");
    }
}

#[test]
fn what_is_smaller_than_two_hashes_is_not_relayed() {
    // An output of four bytes makes 64, one of five makes 65.
    let of = |len| {
        paying(&[(
            0,
            ScriptBuf::from_bytes([&[0x6a][..], &vec![0; len]].concat()),
        )])
    };
    assert_eq!(of(3).base_size(), 64);
    assert_eq!(shape(&of(3)), Err("policy.too_small"));
    assert_eq!(shape(&of(2)), Err("policy.too_small"));
    assert_eq!(shape(&of(4)), Ok(()));
}

#[test]
fn input_scripts_push_and_no_more_than_a_multisignature_needs() {
    let mut tx = plain();
    tx.input[0].script_sig = pushes(&[1; 1_647]);
    assert_eq!(tx.input[0].script_sig.len(), 1_650);
    assert_eq!(shape(&tx), Ok(()));
    tx.input[0].script_sig = pushes(&[1; 1_648]);
    assert_eq!(shape(&tx), Err("policy.input_script_size"));
    tx.input[0].script_sig = Builder::new().push_opcode(OP_NOP).into_script();
    assert_eq!(shape(&tx), Err("policy.input_script_not_push"));
}

#[test]
fn outputs_have_a_known_form() {
    for script in [
        ScriptBuf::new_p2pkh(&PubkeyHash::all_zeros()),
        ScriptBuf::new_p2sh(&ScriptHash::all_zeros()),
        key_hash(),
        ScriptBuf::new().to_p2wsh(),
        taproot(),
        Builder::new()
            .push_slice(KEY)
            .push_opcode(OP_CHECKSIG)
            .into_script(),
        multisig(1),
        multisig(3),
    ] {
        assert_eq!(script_of(10_000, script.clone()), Ok(()), "{script}");
    }
    for script in [
        ScriptBuf::new(),
        Builder::new().push_opcode(OP_TRUE).into_script(),
        Builder::new()
            .push_opcode(OP_DUP)
            .push_opcode(OP_DROP)
            .into_script(),
        // A key that is none.
        Builder::new()
            .push_slice([5; 20])
            .push_opcode(OP_CHECKSIG)
            .into_script(),
    ] {
        let tx = paying(&[(10_000, script.clone()), (10_000, key_hash())]);
        assert_eq!(shape(&tx), Err("policy.output_script"), "{script}");
    }
    assert_eq!(script_of(10_000, multisig(4)), Err("policy.bare_multisig"));
    let needs_more = [&[0x52][..], &multisig(1).as_bytes()[1..]].concat();
    assert_eq!(
        script_of(10_000, ScriptBuf::from_bytes(needs_more)),
        Err("policy.output_script")
    );
}

#[test]
fn an_output_is_worth_what_spending_it_costs() {
    for (script, least) in [
        (key_hash(), 294),
        (taproot(), 330),
        (ScriptBuf::new_p2pkh(&PubkeyHash::all_zeros()), 546),
        (ScriptBuf::new_p2sh(&ScriptHash::all_zeros()), 540),
    ] {
        assert_eq!(script_of(least, script.clone()), Ok(()));
        assert_eq!(script_of(least - 1, script), Err("policy.dust"));
    }
    let refused = check_shape(&paying(&[(1, key_hash())])).unwrap_err();
    assert_eq!(
        refused,
        PolicyError::Dust {
            vout: 0,
            value: 1,
            least: 294
        }
    );
}

#[test]
fn data_is_an_envelope_or_short_and_once() {
    assert_eq!(script_of(0, returning(80)), Ok(()));
    assert_eq!(script_of(0, returning(81)), Err("policy.data_carrier"));
    assert_eq!(script_of(5_000, envelope(MAX_PAYLOAD)), Ok(()));
    assert_eq!(
        script_of(0, envelope(MAX_PAYLOAD + 1)),
        Err("policy.data_carrier")
    );
    let both = paying(&[(0, envelope(4_000)), (0, returning(80))]);
    assert_eq!(shape(&both), Ok(()));
    let twice = paying(&[(0, returning(10)), (0, returning(10))]);
    assert_eq!(shape(&twice), Err("policy.data_carrier"));
    let acts = Builder::new().push_opcode(OP_RETURN).push_opcode(OP_DUP);
    let acts = acts.push_slice([0; 20]).into_script();
    assert_eq!(script_of(0, acts), Err("policy.output_script"));
}

#[test]
fn coins_of_unknown_form_and_of_later_versions_are_not_spent() {
    let none = ScriptBuf::new();
    let bare = Builder::new().push_opcode(OP_TRUE).into_script();
    assert_eq!(spends(bare, none.clone(), &[]), Err("policy.input_coin"));
    let later = WitnessProgram::new(WitnessVersion::V2, &[2; 32]).unwrap();
    let later = ScriptBuf::new_witness_program(&later);
    assert_eq!(spends(later, none.clone(), &[]), Err("policy.input_coin"));
    // Taproot behind a script hash has no meaning.
    let nested = ScriptBuf::new_p2sh(&taproot().script_hash());
    let redeem = pushes(taproot().as_bytes());
    assert_eq!(spends(nested, redeem, &[]), Err("policy.input_coin"));
    let hash = ScriptBuf::new_p2sh(&ScriptHash::all_zeros());
    assert_eq!(spends(hash, none, &[]), Err("policy.input_coin"));
}

#[test]
fn a_script_hash_hides_no_more_than_fifteen_signature_operations() {
    let sigops = |count: usize| {
        let mut builder = Builder::new();
        for _ in 0..count {
            builder = builder.push_opcode(OP_CHECKSIG);
        }
        let redeem = builder.into_script();
        let coin = ScriptBuf::new_p2sh(&redeem.script_hash());
        spends(coin, pushes(redeem.as_bytes()), &[])
    };
    assert_eq!(sigops(15), Ok(()));
    assert_eq!(sigops(16), Err("policy.redeem_sigops"));
}

#[test]
fn a_witness_stands_only_where_it_is_looked_at() {
    let key = ScriptBuf::new_p2pkh(&PubkeyHash::all_zeros());
    let none = ScriptBuf::new();
    assert_eq!(spends(key.clone(), none.clone(), &[]), Ok(()));
    assert_eq!(
        spends(key, none.clone(), &[vec![1]]),
        Err("policy.witness_unused")
    );
    let redeem = Builder::new().push_opcode(OP_TRUE).into_script();
    let hash = ScriptBuf::new_p2sh(&redeem.script_hash());
    assert_eq!(
        spends(hash, pushes(redeem.as_bytes()), &[vec![1]]),
        Err("policy.witness_unused")
    );
    let anchor = ScriptBuf::from_bytes(vec![0x51, 0x02, 0x4e, 0x73]);
    assert_eq!(spends(anchor.clone(), none.clone(), &[]), Ok(()));
    assert_eq!(
        spends(anchor, none.clone(), &[vec![1]]),
        Err("policy.witness_unused")
    );
    assert_eq!(spends(key_hash(), none, &[vec![1], vec![2]]), Ok(()));
}

#[test]
fn witness_scripts_and_what_they_are_given_are_bounded() {
    let coin = Script::new().to_p2wsh();
    let none = ScriptBuf::new();
    let with = |elements: usize, len: usize, script: usize| {
        let mut witness = vec![vec![0; len]; elements];
        witness.push(vec![0x51; script]);
        spends(coin.clone(), none.clone(), &witness)
    };
    assert_eq!(with(100, 80, 3_600), Ok(()));
    assert_eq!(with(100, 80, 3_601), Err("policy.witness_script_size"));
    assert_eq!(with(101, 80, 3_600), Err("policy.witness_count"));
    assert_eq!(with(100, 81, 3_600), Err("policy.witness_element_size"));
    // The same behind a script hash.
    let nested = ScriptBuf::new_p2sh(&coin.script_hash());
    let redeem = pushes(coin.as_bytes());
    assert_eq!(
        spends(nested, redeem, &[vec![0; 81], vec![0x51]]),
        Err("policy.witness_element_size")
    );
}

#[test]
fn taproot_has_no_annex_and_short_elements() {
    let none = ScriptBuf::new();
    let control = |leaf: u8| [&[leaf][..], &[2; 32]].concat();
    let with = |witness: &[Vec<u8>]| spends(taproot(), none.clone(), witness);
    assert_eq!(with(&[vec![1; 64]]), Ok(()));
    assert_eq!(with(&[vec![1; 64], vec![0x50]]), Err("policy.annex"));
    assert_eq!(with(&[vec![0; 80], vec![0x51], control(0xc1)]), Ok(()));
    assert_eq!(
        with(&[vec![0; 81], vec![0x51], control(0xc0)]),
        Err("policy.witness_element_size")
    );
    // Of leaves kept for later the scripts know better.
    assert_eq!(with(&[vec![0; 81], vec![0x51], control(0xc2)]), Ok(()));
    let empty = Builder::new().push_opcode(OP_0).into_script();
    assert_eq!(with(&[empty.into_bytes()]), Ok(()));
}
