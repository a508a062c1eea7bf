//! Wraps a script as a coin holds it, and says how the coin is spent.
use bitcoin::hashes::{Hash, HashEngine, hash160, sha256};
use bitcoin::opcodes::all::*;
use bitcoin::script::{Builder, PushBytes, ScriptBuf};
use bitcoin::{TapLeafHash, TapNodeHash, TapTweakHash, VarInt, Witness, consensus};
use moneta_script::PreparedInput;
use secp256k1::{Keypair, SECP256K1, Scalar};

use super::program::{Argument, Place, Program};
use super::rng::Rng;
use super::sign::{self, LeafPlace};
use super::{keys, limits, soup};

/// A coin's script with what spends it.
#[derive(Debug, Clone)]
pub(crate) enum Lock {
    /// Bytes that nobody signed.
    Raw {
        output: Vec<u8>,
        input: Vec<u8>,
        witness: Vec<Vec<u8>>,
    },
    Bare(Program),
    ScriptHash(Program),
    WitnessScriptHash {
        program: Program,
        nested: bool,
    },
    WitnessKeyHash {
        key: usize,
        nested: bool,
    },
    Taproot(Box<Tree>),
}

/// A taproot output, and which way it is spent.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pair: Keypair,
    parity: u8,
    leaf_version: u8,
    path: Vec<[u8; 32]>,
    internal: [u8; 32],
    program: Option<Program>,
    annex: Option<Vec<u8>>,
    hash_type: u8,
}

impl Lock {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        match rng.below(20) {
            0 => Self::raw(rng),
            1 | 2 => Self::Bare(plain_key(rng)),
            3 | 4 => Self::Bare(program(rng, Place::Legacy)),
            5..=7 => Self::ScriptHash(program(rng, Place::Legacy)),
            8..=11 => Self::WitnessScriptHash {
                program: program(rng, Place::WitnessV0),
                nested: rng.one_in(3),
            },
            12 | 13 => Self::WitnessKeyHash {
                key: rng.below(keys::COUNT),
                nested: rng.one_in(3),
            },
            14 => Self::Taproot(Box::new(Tree::random(rng, None))),
            _ => {
                let program = program(rng, Place::Tapscript);
                Self::Taproot(Box::new(Tree::random(rng, Some(program))))
            }
        }
    }

    /// Soup, or a witness version that nobody knows yet.
    fn raw(rng: &mut Rng) -> Self {
        let mut witness = Vec::new();
        for _ in 0..rng.pick(&[0, 0, 1, 2]) {
            let size = rng.below(40);
            witness.push(rng.bytes(size));
        }
        let (output, input) = match rng.below(4) {
            0 => (open_program(rng), Vec::new()),
            1 => {
                let program = open_program(rng);
                let input = pushes(vec![], Some(&program)).into_bytes();
                (script_hash(&program), input)
            }
            2 => (soup::wild(rng), Vec::new()),
            _ => (soup::wild(rng), soup::wild(rng)),
        };
        Self::Raw {
            output,
            input,
            witness,
        }
    }

    pub(crate) fn output_script(&self) -> ScriptBuf {
        let bytes = match self {
            Self::Raw { output, .. } => output.clone(),
            Self::Bare(program) => program.script.clone(),
            Self::ScriptHash(program) => script_hash(&program.script),
            Self::WitnessScriptHash { program, nested } => {
                nest(witness_script_hash(&program.script), *nested)
            }
            Self::WitnessKeyHash { key, nested } => nest(witness_key_hash(*key), *nested),
            Self::Taproot(tree) => {
                let (key, _) = tree.pair.x_only_public_key();
                witness_program(0x51, &key.serialize())
            }
        };
        ScriptBuf::from_bytes(bytes)
    }

    /// Returns the input script and the witness that spend the coin.
    pub(crate) fn satisfy(&self, input: &PreparedInput<'_>) -> (ScriptBuf, Vec<Vec<u8>>) {
        let none = LeafPlace::default();
        match self {
            Self::Raw { input, witness, .. } => {
                (ScriptBuf::from_bytes(input.clone()), witness.clone())
            }
            Self::Bare(program) => (pushes(sign::arguments(program, input, none), None), vec![]),
            Self::ScriptHash(program) => {
                let arguments = sign::arguments(program, input, none);
                (pushes(arguments, Some(&program.script)), vec![])
            }
            Self::WitnessScriptHash { program, nested } => {
                let mut witness = sign::arguments(program, input, none);
                witness.reverse();
                witness.push(program.script.clone());
                let redeem = witness_script_hash(&program.script);
                (nested_input(&redeem, *nested), witness)
            }
            Self::WitnessKeyHash { key, nested } => {
                let public = keys::public(*key).serialize();
                let code = key_hash(&public);
                let signature = sign::ecdsa(*key, input.segwit_v0_digest(&code, 1), 1);
                let witness = vec![signature, public.to_vec()];
                (nested_input(&witness_key_hash(*key), *nested), witness)
            }
            Self::Taproot(tree) => (ScriptBuf::new(), tree.witness(input)),
        }
    }
}

impl Tree {
    /// A leaf of a tree of one, without an annex, spent by its script.
    pub(crate) fn single(program: Program, leaf_version: u8) -> Self {
        let mut tree = Self {
            pair: *keys::pair(0),
            parity: 0,
            leaf_version,
            path: Vec::new(),
            internal: keys::x_only(0),
            program: Some(program),
            annex: None,
            hash_type: 0,
        };
        tree.tweak();
        tree
    }

    fn random(rng: &mut Rng, program: Option<Program>) -> Self {
        let key = rng.below(keys::COUNT);
        let depth = if rng.one_in(20) {
            rng.range(126, 129)
        } else {
            rng.below(4)
        };
        let path: Vec<[u8; 32]> = (0..depth).map(|_| rng.array32()).collect();
        let leaf_version = if rng.one_in(12) {
            rng.pick(&[0, 0x50, 0xc2, 0xfe])
        } else {
            0xc0
        };
        let mut tree = Self {
            pair: *keys::pair(key),
            parity: 0,
            leaf_version,
            path,
            internal: keys::x_only(key),
            program,
            annex: rng.one_in(6).then(|| {
                let size = rng.pick(&[0, 1, 30, 300]);
                [vec![0x50], rng.bytes(size)].concat()
            }),
            hash_type: rng.pick(&[0, 0, 1, 2, 3, 0x81, 0x82, 0x83, 4, 0x80]),
        };
        tree.tweak();
        tree
    }

    fn tweak(&mut self) {
        let mut engine = TapTweakHash::engine();
        engine.input(&self.internal);
        if self.program.is_some() {
            engine.input(&self.root());
        }
        let tweak = TapTweakHash::from_engine(engine).to_byte_array();
        let tweak = Scalar::from_be_bytes(tweak).unwrap();
        self.pair = self.pair.add_xonly_tweak(SECP256K1, &tweak).unwrap();
        self.parity = self.pair.x_only_public_key().1.to_u8();
    }

    fn leaf_hash(&self) -> [u8; 32] {
        let script = self
            .program
            .as_ref()
            .map_or(&[][..], |program| &program.script);
        let mut engine = TapLeafHash::engine();
        engine.input(&[self.leaf_version]);
        engine.input(&consensus::serialize(&VarInt::from(script.len())));
        engine.input(script);
        TapLeafHash::from_engine(engine).to_byte_array()
    }

    fn root(&self) -> [u8; 32] {
        self.path.iter().fold(self.leaf_hash(), |node, other| {
            let mut engine = TapNodeHash::engine();
            engine.input(&node.min(*other));
            engine.input(&node.max(*other));
            TapNodeHash::from_engine(engine).to_byte_array()
        })
    }

    fn witness(&self, input: &PreparedInput<'_>) -> Vec<Vec<u8>> {
        let annex = self.annex.as_ref().map(|annex| {
            let bytes = consensus::serialize(annex);
            sha256::Hash::hash(&bytes).to_byte_array()
        });
        let mut witness = if let Some(program) = &self.program {
            let place = LeafPlace {
                leaf: self.leaf_hash(),
                annex,
            };
            let mut witness = sign::arguments(program, input, place);
            witness.reverse();
            witness.push(program.script.clone());
            let control = [
                &[self.leaf_version | self.parity],
                &self.internal[..],
                &self.path.concat(),
            ];
            witness.push(control.concat());
            witness
        } else {
            let digest = input.taproot_digest(self.hash_type, annex.as_ref(), None);
            vec![sign::schnorr(&self.pair, digest, self.hash_type)]
        };
        witness.extend(self.annex.clone());
        witness
    }
}

/// A witness program of a version that is not known yet, or of a wrong size.
fn open_program(rng: &mut Rng) -> Vec<u8> {
    let version = rng.pick(&[0, 0x50, 0x51, 0x51, 0x52, 0x60]);
    let program = match rng.pick(&[1, 2, 20, 31, 32, 32, 33, 40, 41]) {
        2 => vec![0x4e, 0x73],
        size => rng.bytes(size),
    };
    witness_program(version, &program)
}

/// A script of a random kind for the place.
fn program(rng: &mut Rng, place: Place) -> Program {
    match rng.below(12) {
        0 => limits::random(rng, place),
        1 => {
            let mut program = Program::new(place);
            program.script = soup::wild(rng);
            for _ in 0..rng.below(4) {
                let size = rng.below(5);
                program.arguments.push(Argument::Bytes(rng.bytes(size)));
            }
            program
        }
        _ => Program::random(rng, place),
    }
}

/// P2PKH or P2PK.
fn plain_key(rng: &mut Rng) -> Program {
    let mut program = Program::new(Place::Legacy);
    let key = rng.below(keys::COUNT);
    let public = keys::public(key).serialize();
    program.arguments.push(Argument::Signature {
        key,
        code_start: 0,
        code_separator: u32::MAX,
        hash_type: 1,
    });
    if rng.one_in(3) {
        program.push(&public);
        program.op(OP_CHECKSIG);
    } else {
        program
            .arguments
            .insert(0, Argument::Bytes(public.to_vec()));
        program.script = key_hash(&public);
    }
    program
}

fn key_hash(public: &[u8]) -> Vec<u8> {
    let hash = hash160::Hash::hash(public).to_byte_array();
    let head = [OP_DUP.to_u8(), OP_HASH160.to_u8(), 20];
    [
        &head,
        &hash[..],
        &[OP_EQUALVERIFY.to_u8(), OP_CHECKSIG.to_u8()],
    ]
    .concat()
}

fn script_hash(script: &[u8]) -> Vec<u8> {
    let hash = hash160::Hash::hash(script).to_byte_array();
    [&[OP_HASH160.to_u8(), 20], &hash[..], &[OP_EQUAL.to_u8()]].concat()
}

fn witness_script_hash(script: &[u8]) -> Vec<u8> {
    witness_program(0, &sha256::Hash::hash(script).to_byte_array())
}

fn witness_key_hash(key: usize) -> Vec<u8> {
    let public = keys::public(key).serialize();
    witness_program(0, &hash160::Hash::hash(&public).to_byte_array())
}

fn witness_program(version: u8, program: &[u8]) -> Vec<u8> {
    [&[version, u8::try_from(program.len()).unwrap()], program].concat()
}

fn nest(script: Vec<u8>, nested: bool) -> Vec<u8> {
    if nested { script_hash(&script) } else { script }
}

fn nested_input(redeem: &[u8], nested: bool) -> ScriptBuf {
    if nested {
        pushes(vec![], Some(redeem))
    } else {
        ScriptBuf::new()
    }
}

/// Pushes the arguments so that the first one is taken first, then the script that they are for.
fn pushes(arguments: Vec<Vec<u8>>, script: Option<&[u8]>) -> ScriptBuf {
    let arguments = arguments.iter().rev().map(Vec::as_slice);
    let pushed = arguments
        .chain(script)
        .fold(Builder::new(), |builder, bytes| {
            builder.push_slice(<&PushBytes>::try_from(bytes).unwrap())
        });
    pushed.into_script()
}

/// Builds a witness from its elements.
pub(crate) fn witness(elements: &[Vec<u8>]) -> Witness {
    Witness::from_slice(elements)
}
