//! The hashes over all inputs and outputs that every segwit signature of a transaction shares.
use bitcoin::consensus::Encodable;
use bitcoin::hashes::{Hash, sha256, sha256d};
use bitcoin::{Transaction, TxOut};

/// Hashes over the whole transaction: single for taproot, double for witness v0.
#[derive(Debug)]
pub(crate) struct TransactionHashes {
    pub(crate) prevouts: SingleAndDouble,
    pub(crate) sequences: SingleAndDouble,
    pub(crate) outputs: SingleAndDouble,
}

/// SHA-256 of something, and SHA-256 of that.
#[derive(Debug)]
pub(crate) struct SingleAndDouble {
    pub(crate) single: sha256::Hash,
    pub(crate) double: sha256d::Hash,
}

/// Hashes over the coins that are spent (taproot only).
#[derive(Debug)]
pub(crate) struct SpentHashes {
    pub(crate) amounts: sha256::Hash,
    pub(crate) scripts: sha256::Hash,
}

impl TransactionHashes {
    pub(crate) fn of(transaction: &Transaction) -> Self {
        let inputs = &transaction.input;
        Self {
            prevouts: hash_each(inputs.iter().map(|input| &input.previous_output)).into(),
            sequences: hash_each(inputs.iter().map(|input| &input.sequence)).into(),
            outputs: hash_each(&transaction.output).into(),
        }
    }
}

impl SpentHashes {
    pub(crate) fn of(spent: &[TxOut]) -> Self {
        Self {
            amounts: hash_each(spent.iter().map(|coin| &coin.value)),
            scripts: hash_each(spent.iter().map(|coin| &coin.script_pubkey)),
        }
    }
}

impl From<sha256::Hash> for SingleAndDouble {
    fn from(single: sha256::Hash) -> Self {
        Self {
            single,
            double: single.hash_again(),
        }
    }
}

/// Writes something in Bitcoin's encoding into a hash engine.
pub(crate) fn write(engine: &mut sha256::HashEngine, part: &impl Encodable) {
    part.consensus_encode(engine)
        .expect("a hash engine takes everything");
}

fn hash_each<'a, T: Encodable + 'a>(parts: impl IntoIterator<Item = &'a T>) -> sha256::Hash {
    let mut engine = sha256::Hash::engine();
    for part in parts {
        write(&mut engine, part);
    }
    sha256::Hash::from_engine(engine)
}
