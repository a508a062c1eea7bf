//! Taproot (BIP341): a signature by the output key, or a script that the output key commits to.
use bitcoin::hashes::{Hash, HashEngine, sha256};
use bitcoin::opcodes::Opcode;
use bitcoin::secp256k1::Scalar;
use bitcoin::{TapLeafHash, TapNodeHash, TapTweakHash, VarInt};
use secp256k1::{Parity, SECP256K1, XOnlyPublicKey};

use super::witness::run_witness_script;
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::instruction::{CutOff, Instructions};
use crate::interpreter::{Leaf, ScriptVersion};
use crate::limits::MAX_STACK_ELEMENTS;
use crate::sighash::encode_into;
use crate::spend::Spend;

/// The first byte of an annex.
const ANNEX_TAG: u8 = 0x50;
/// The first byte of a control block: leaf version, and whether the output key's Y is odd.
const LEAF_MASK: u8 = 0xfe;
/// The leaf version of tapscript.
const TAPSCRIPT: u8 = 0xc0;
/// Levels of a script tree.
const MAX_DEPTH: usize = 128;
/// Weight that every input may spend on signature checks beside its witness.
const FREE_WEIGHT: usize = 50;

/// Leaf version, internal key and path of a script path spend.
struct ControlBlock<'a> {
    first: u8,
    internal_key: &'a [u8; 32],
    path: &'a [[u8; 32]],
}

/// Verifies a version 1 program of 32 bytes that is not nested.
pub(super) fn verify_taproot(
    spend: &Spend<'_>,
    program: &[u8],
    witness: &[&[u8]],
) -> Result<(), ScriptError> {
    if !spend.flags.contains(VerifyFlags::TAPROOT) {
        return Ok(());
    }
    let (annex, elements) = match witness {
        [elements @ .., annex @ [ANNEX_TAG, ..]] if !elements.is_empty() => {
            (Some(hash_annex(annex)), elements)
        }
        elements => (None, elements),
    };
    let output_key = <&[u8; 32]>::try_from(program);
    let output_key = output_key.map_err(|_| ScriptError::WitnessProgramWrongLength)?;
    match elements {
        [] => Err(ScriptError::WitnessProgramWitnessEmpty),
        [signature] => spend.check_schnorr(signature, output_key, annex.as_ref(), None),
        [arguments @ .., script, control] => {
            let control = ControlBlock::read(control)?;
            let leaf = control.leaf_hash(script);
            if !control.commits_to(&leaf, output_key) {
                return Err(ScriptError::WitnessProgramMismatch);
            }
            verify_leaf(
                spend,
                control.leaf_version(),
                script,
                arguments,
                leaf,
                annex,
            )
        }
    }
}

fn verify_leaf(
    spend: &Spend<'_>,
    leaf_version: u8,
    script: &[u8],
    arguments: &[&[u8]],
    leaf: TapLeafHash,
    annex: Option<[u8; 32]>,
) -> Result<(), ScriptError> {
    let discouraged = VerifyFlags::DISCOURAGE_UPGRADABLE_TAPROOT_VERSION;
    match leaf_version {
        TAPSCRIPT => {}
        _ if spend.flags.contains(discouraged) => {
            return Err(ScriptError::DiscourageUpgradableTaprootVersion);
        }
        _ => return Ok(()),
    }
    if has_success_opcode(script)? {
        if spend.flags.contains(VerifyFlags::DISCOURAGE_OP_SUCCESS) {
            return Err(ScriptError::DiscourageOpSuccess);
        }
        return Ok(());
    }
    if arguments.len() > MAX_STACK_ELEMENTS {
        return Err(ScriptError::StackSize);
    }
    let weight = spend.input.txin.witness.size();
    let leaf = Leaf {
        hash: leaf.to_byte_array(),
        annex,
        budget: weight.saturating_add(FREE_WEIGHT),
    };
    run_witness_script(spend, script, ScriptVersion::Tapscript(leaf), arguments)
}

/// Returns whether an `OP_SUCCESSx` stands anywhere, executed or not: the script is then valid (BIP342).
///
/// # Errors
/// A push is cut off before the first of them.
fn has_success_opcode(script: &[u8]) -> Result<bool, ScriptError> {
    for next in Instructions::new(script) {
        let instruction = next.map_err(|CutOff| ScriptError::BadOpcode)?;
        if is_success(instruction.opcode) {
            return Ok(true);
        }
    }
    Ok(false)
}

const fn is_success(opcode: Opcode) -> bool {
    matches!(
        opcode.to_u8(),
        80 | 98 | 126..=129 | 131..=134 | 137..=138 | 141..=142 | 149..=153 | 187..=254
    )
}

fn hash_annex(annex: &[u8]) -> [u8; 32] {
    let mut engine = sha256::Hash::engine();
    encode_into(&mut engine, &VarInt::from(annex.len()));
    engine.input(annex);
    sha256::Hash::from_engine(engine).to_byte_array()
}

impl<'a> ControlBlock<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ScriptError> {
        let wrong = ScriptError::TaprootWrongControlSize;
        let (first, rest) = bytes.split_first().ok_or(wrong)?;
        let (internal_key, rest) = rest.split_first_chunk().ok_or(wrong)?;
        let (path, []) = rest.as_chunks() else {
            return Err(wrong);
        };
        if path.len() > MAX_DEPTH {
            return Err(wrong);
        }
        Ok(Self {
            first: *first,
            internal_key,
            path,
        })
    }

    const fn leaf_version(&self) -> u8 {
        self.first & LEAF_MASK
    }

    fn leaf_hash(&self, script: &[u8]) -> TapLeafHash {
        let mut engine = TapLeafHash::engine();
        engine.input(&[self.leaf_version()]);
        encode_into(&mut engine, &VarInt::from(script.len()));
        engine.input(script);
        TapLeafHash::from_engine(engine)
    }

    /// Returns whether the output key is the internal key tweaked with the root of leaf and path.
    fn commits_to(&self, leaf: &TapLeafHash, output_key: &[u8; 32]) -> bool {
        let root = self.path.iter().fold(leaf.to_byte_array(), |node, other| {
            let (low, high) = if node < *other {
                (&node, other)
            } else {
                (other, &node)
            };
            let mut engine = TapNodeHash::engine();
            engine.input(low);
            engine.input(high);
            TapNodeHash::from_engine(engine).to_byte_array()
        });
        let mut engine = TapTweakHash::engine();
        engine.input(self.internal_key);
        engine.input(&root);
        let tweak = Scalar::from_be_bytes(TapTweakHash::from_engine(engine).to_byte_array());
        let keys = XOnlyPublicKey::from_slice(self.internal_key)
            .and_then(|internal| Ok((internal, XOnlyPublicKey::from_slice(output_key)?)));
        let (Ok(tweak), Ok((internal, output))) = (tweak, keys) else {
            return false;
        };
        let parity = if self.first & 1 == 0 {
            Parity::Even
        } else {
            Parity::Odd
        };
        internal.tweak_add_check(SECP256K1, &output, parity, tweak)
    }
}
