//! The three commitments of a block, and the coinbase output that carries their hash.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 1 | 0x6a, `OP_RETURN` |
//! | 1 | 1 | 0x24, a push of 36 bytes |
//! | 2 | 4 | `"MTA\x00"` |
//! | 6 | 32 | tagged hash "moneta/commitments" of filter header, registry root, history root |
use bitcoin::bip158::FilterHeader;
use bitcoin::hashes::Hash;
use bitcoin::{Amount, ScriptBuf, Transaction, TxOut};

use crate::tags::Tag;

/// How the script of the output begins.
const PREFIX: [u8; 6] = [0x6a, 0x24, b'M', b'T', b'A', 0];
/// Length of the script in bytes.
const SCRIPT_LEN: usize = PREFIX.len() + 32;

/// What a block commits to beyond its transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitments {
    /// BIP157 header of the parent's basic filter. (The block's own filter is keyed with the block's id, so
    /// nothing that the id depends on can commit to it.)
    pub filter_header: FilterHeader,
    /// Root of the registry after the block.
    pub registry_root: [u8; 32],
    /// Root of the history of all blocks before it.
    pub history_root: [u8; 32],
}

impl Commitments {
    /// Returns the hash that the coinbase carries.
    ///
    /// # Consensus
    /// > 7.2 The other 32 bytes MUST be the tagged hash "moneta/commitments" of filter header, registry root
    /// > and history root, 96 bytes in this order.
    pub fn hash(&self) -> [u8; 32] {
        let filter_header = self.filter_header.as_byte_array();
        Tag::COMMITMENTS.hash(&[filter_header, &self.registry_root, &self.history_root])
    }

    /// Returns the output that carries them.
    pub fn output(&self) -> TxOut {
        output(&self.hash())
    }

    /// Writes them into the coinbase's output that is kept for them; `None` if there is none.
    pub fn write_into(&self, coinbase: &mut Transaction) -> Option<()> {
        let mut outputs = coinbase.output.iter_mut();
        let place = outputs.find(|output| is_commitment(output))?;
        place.script_pubkey = self.output().script_pubkey;
        Some(())
    }
}

/// Why a coinbase carries no commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommittedError {
    /// No output carries them.
    #[error("no output of the coinbase carries the commitments")]
    Missing,
    /// More than one output does.
    #[error("two outputs of the coinbase carry commitments")]
    Second,
}

/// Returns the hash that a coinbase carries.
///
/// # Errors
/// No output carries one, or more than one does.
///
/// # Consensus
/// > 7.1 The coinbase of every block above genesis MUST have exactly one output whose script is `OP_RETURN`
/// > and one push of 36 bytes that begin with `"MTA\x00"`.
pub fn committed(coinbase: &Transaction) -> Result<[u8; 32], CommittedError> {
    let mut found = coinbase
        .output
        .iter()
        .filter(|output| is_commitment(output))
        .filter_map(|output| output.script_pubkey.as_bytes().last_chunk::<32>());
    let hash = found.next().ok_or(CommittedError::Missing)?;
    match found.next() {
        None => Ok(*hash),
        Some(_) => Err(CommittedError::Second),
    }
}

/// Returns an output of the right shape that commits to nothing yet: a template keeps the place with it.
pub fn placeholder() -> TxOut {
    output(&[0; 32])
}

fn output(hash: &[u8; 32]) -> TxOut {
    TxOut {
        value: Amount::ZERO,
        script_pubkey: ScriptBuf::from_bytes([PREFIX.as_slice(), hash].concat()),
    }
}

fn is_commitment(output: &TxOut) -> bool {
    let script = output.script_pubkey.as_bytes();
    script.len() == SCRIPT_LEN && script.starts_with(&PREFIX)
}
