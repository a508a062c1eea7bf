//! The blocks that cost most to check and are allowed, each near a limit of its own.
use bitcoin::hashes::Hash;
use bitcoin::opcodes::all::{
    OP_2DROP, OP_2DUP, OP_CHECKSIG, OP_CODESEPARATOR, OP_DROP, OP_DUP, OP_PUSHNUM_1, OP_RIPEMD160,
    OP_ROLL, OP_SHA1,
};
use bitcoin::secp256k1::{Message, SecretKey};
use bitcoin::taproot::{LeafVersion, TaprootBuilder};
use bitcoin::{Opcode, OutPoint, ScriptBuf, Transaction, Witness, script};
use moneta_chain::SealedBlock;
use moneta_mips::mip_0001_freezing::MAX_FREEZE_TARGETS;
use moneta_mips::{Envelope, Operation, ScriptDigest, Targets};
use moneta_testkit::chain::{TestChain, payout_script};
use secp256k1::SECP256K1;

use super::workload::{Builder, pay};

/// Grains on each coin; what they are worth does not matter here.
const VALUE: u64 = 10_000;
/// Checks in a script of before segwit: four opcodes each, of the 201 that a script may have.
const LEGACY_CHECKS: usize = 50;
/// Checks in a script of witness v0: three opcodes each.
const WITNESS_CHECKS: usize = 66;
/// Bytes of a tapscript that nearly fills a block.
const TAPSCRIPT_LEN: usize = 3_980_000;

/// Bytes of a script that can just be spent, or nearly so.
const LONG_SCRIPT: usize = 9_900;
/// Coins of such scripts that one transaction spends.
const LONG_COINS: usize = 2_000;
/// Bytes of scripts in a block that prepares.
const SETUP_BYTES: usize = 900_000;

/// A block, what is costly about it, and the chain below it.
pub(super) struct Worst {
    pub(super) name: &'static str,
    pub(super) setup: Vec<SealedBlock>,
    pub(super) block: SealedBlock,
}

/// Makes every kind of costly block.
pub(super) fn blocks() -> Vec<Worst> {
    vec![
        legacy(),
        witness_signatures(),
        tapscript_hashing("tapscript-ripemd160", OP_RIPEMD160),
        tapscript_hashing("tapscript-sha1", OP_SHA1),
        tapscript_rolling(),
        contested_scripts(),
    ]
}

/// Makes coins under these scripts, some a block, and a block of what `spend` makes of them.
fn worst(
    name: &'static str,
    scripts: &[ScriptBuf],
    spend: impl FnOnce(&[OutPoint]) -> Vec<Transaction>,
) -> Worst {
    worst_on(Builder::new(), name, scripts, spend)
}

/// The same on a chain that is there; the first coin of its purse pays for all.
fn worst_on(
    mut builder: Builder,
    name: &'static str,
    scripts: &[ScriptBuf],
    spend: impl FnOnce(&[OutPoint]) -> Vec<Transaction>,
) -> Worst {
    let mut coins = Vec::new();
    let longest = scripts.iter().map(|script| script.len()).max();
    let in_a_block = SETUP_BYTES / longest.unwrap_or(1).max(1);
    for scripts in scripts.chunks(in_a_block.min(200)) {
        let purse = builder.purse[0];
        let rest = builder.value_of(purse) - VALUE * scripts.len() as u64;
        let outputs = scripts.iter().map(|script| pay(VALUE, script.clone()));
        let outputs = outputs.chain([pay(rest, payout_script())]).collect();
        let tx = TestChain::spend(&[purse], outputs);
        let txid = tx.compute_txid();
        let count = u32::try_from(scripts.len()).expect("at most 200");
        coins.extend((0..count).map(|vout| OutPoint::new(txid, vout)));
        builder.purse[0] = OutPoint::new(txid, count);
        builder.mine(vec![tx]);
    }
    builder.mine(spend(&coins));
    let block = builder.blocks.pop().expect("just mined");
    let setup = builder.blocks;
    Worst { name, setup, block }
}

/// Eight transactions that fill a megabyte, each with 2,500 checks that hash all of it: MIP-9 allows no more.
fn legacy() -> Worst {
    let (signature, key) = signed();
    let mut script = script::Builder::new()
        .push_slice(<&script::PushBytes>::try_from(&signature[..]).expect("short"))
        .push_slice(key);
    for _ in 0..LEGACY_CHECKS {
        // Each check signs another script, so none can use what another has hashed.
        for opcode in [OP_2DUP, OP_CODESEPARATOR, OP_CHECKSIG, OP_DROP] {
            script = script.push_opcode(opcode);
        }
    }
    let script = script.push_opcode(OP_PUSHNUM_1).into_script();
    worst("legacy-hashing", &vec![script; 8 * 50], |coins| {
        let spend = |coins: &[OutPoint]| {
            let ballast = ScriptBuf::from_bytes(vec![0x6a; 122_000]);
            TestChain::spend(coins, vec![pay(0, ballast)])
        };
        coins.chunks(50).map(spend).collect()
    })
}

/// As many checks in witnesses as a block may have: 80,000.
fn witness_signatures() -> Worst {
    let (signature, key) = signed();
    let checks = [OP_2DUP, OP_CHECKSIG, OP_DROP].repeat(WITNESS_CHECKS);
    let script = checks
        .into_iter()
        .chain([OP_2DROP, OP_PUSHNUM_1])
        .fold(script::Builder::new(), script::Builder::push_opcode)
        .into_script();
    let coins = vec![script.to_p2wsh(); 79_900 / WITNESS_CHECKS];
    worst("witness-signatures", &coins, |coins| {
        let mut tx = TestChain::spend(coins, vec![pay(1, payout_script())]);
        let witness = Witness::from_slice(&[&signature[..], &key[..], script.as_bytes()]);
        for input in &mut tx.input {
            input.witness.clone_from(&witness);
        }
        vec![tx]
    })
}

/// One tapscript as long as a block, which hashes 520 bytes again and again.
fn tapscript_hashing(name: &'static str, hash: Opcode) -> Worst {
    let unit = [OP_DUP, hash, OP_DROP].map(Opcode::to_u8);
    tapscript(name, &unit, &[vec![1; 520]], &[])
}

/// One tapscript as long as a block, which moves the bottom of a full stack to its top again and again.
fn tapscript_rolling() -> Worst {
    let elements = vec![vec![1]; 998];
    let unit = [2, 0xe5, 0x03, OP_ROLL.to_u8()];
    let end = [vec![OP_2DROP.to_u8(); 498], vec![OP_DROP.to_u8()]].concat();
    tapscript("tapscript-roll", &unit, &elements, &end)
}

fn tapscript(name: &'static str, unit: &[u8], elements: &[Vec<u8>], end: &[u8]) -> Worst {
    let mut script = unit.repeat(TAPSCRIPT_LEN / unit.len());
    script.extend_from_slice(end);
    let script = ScriptBuf::from_bytes(script);
    let (internal, _) = secret().x_only_public_key(SECP256K1);
    let tree = TaprootBuilder::new().add_leaf(0, script.clone());
    let tree = tree.expect("one leaf").finalize(SECP256K1, internal);
    let tree = tree.expect("a whole tree");
    let control = tree.control_block(&(script.clone(), LeafVersion::TapScript));
    let control = control.expect("the leaf is there").serialize();
    let coin = ScriptBuf::new_p2tr(SECP256K1, internal, tree.merkle_root());
    worst(name, &[coin], |coins| {
        let mut tx = TestChain::spend(coins, vec![pay(1, payout_script())]);
        let mut witness: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
        witness.extend([script.as_bytes(), &control]);
        tx.input[0].witness = Witness::from_slice(&witness);
        vec![tx]
    })
}

/// A transaction that spends thousands of long scripts and contests freezes of the last of them, as many as its
/// envelope has room for: each script is hashed once, or each for every contest.
fn contested_scripts() -> Worst {
    let mut builder = Builder::new();
    let asset = builder.issue();
    builder.purse.remove(0);
    let scripts: Vec<ScriptBuf> = (0..LONG_COINS).map(long_script).collect();
    let digests = scripts.iter().rev().map(|script| ScriptDigest::of(script));
    let digests: Vec<ScriptDigest> = digests.take(3 * MAX_FREEZE_TARGETS).collect();
    let contest = |digests: &[ScriptDigest]| Operation::Contest {
        asset,
        targets: Targets::Scripts(digests.to_vec()).sorted(),
        statement: [0; 32],
    };
    let envelope = Envelope {
        allocations: Vec::new(),
        operations: digests.chunks(MAX_FREEZE_TARGETS).map(contest).collect(),
    };
    worst_on(builder, "contested-scripts", &scripts, |coins| {
        let outputs = vec![pay(1, payout_script()), pay(0, envelope.to_script())];
        vec![TestChain::spend(coins, outputs)]
    })
}

/// A script that anybody can spend, unlike all others.
fn long_script(number: usize) -> ScriptBuf {
    let start = script::Builder::new()
        .push_slice(u64::try_from(number).unwrap_or_default().to_le_bytes())
        .push_opcode(OP_DROP);
    // Pushes of 75 bytes, and fewer opcodes than the 201 that a script may have.
    let fill = |script: script::Builder, _| script.push_slice([7; 75]).push_opcode(OP_DROP);
    let script = (0..LONG_SCRIPT / 77).fold(start, fill);
    script.push_opcode(OP_PUSHNUM_1).into_script()
}

fn secret() -> SecretKey {
    SecretKey::from_slice(&[7; 32]).expect("below the order")
}

/// A signature in DER with its hash type, over something else, and its key.
fn signed() -> (Vec<u8>, [u8; 33]) {
    let message =
        Message::from_digest(bitcoin::hashes::sha256::Hash::hash(b"else").to_byte_array());
    let signature = SECP256K1.sign_ecdsa(&message, &secret());
    let signature = bitcoin::ecdsa::Signature::sighash_all(signature);
    let key = secret().public_key(SECP256K1).serialize();
    (signature.to_vec(), key)
}
