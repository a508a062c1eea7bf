//! Both ids of a transaction out of one encoding: to write it once and hash long pieces is several times faster
//! than to hash each number as it is written.
use bitcoin::consensus::Encodable;
use bitcoin::hashes::{Hash, HashEngine, sha256d};
use bitcoin::{Transaction, Txid, Wtxid};

/// Bytes of the version in front, and of the lock time at the end.
const EDGE_LEN: usize = 4;
/// Marker and flag behind the version of a transaction with witnesses (BIP144).
const MARKER: [u8; 2] = [0, 1];

/// Returns the ids of transactions, without and with witnesses.
pub(crate) fn ids_of(transactions: &[Transaction]) -> (Vec<Txid>, Vec<Wtxid>) {
    let mut bytes = Vec::new();
    let ids = transactions.iter().map(|tx| {
        bytes.clear();
        tx.consensus_encode(&mut bytes)
            .expect("memory takes everything");
        let wtxid = sha256d::Hash::hash(&bytes);
        let txid = without_witnesses(&bytes, tx.base_size()).unwrap_or(wtxid);
        (Txid::from_raw_hash(txid), Wtxid::from_raw_hash(wtxid))
    });
    ids.unzip()
}

/// Hashes an encoding without its witnesses; `None` if it has none, and so is hashed whole.
fn without_witnesses(bytes: &[u8], stripped_size: usize) -> Option<sha256d::Hash> {
    let (version, rest) = bytes.split_at_checked(EDGE_LEN)?;
    let body = rest.strip_prefix(&MARKER)?;
    let body = body.get(..stripped_size.checked_sub(EDGE_LEN.saturating_mul(2))?)?;
    let lock_time = bytes.last_chunk::<EDGE_LEN>()?;
    let mut engine = sha256d::Hash::engine();
    engine.input(version);
    engine.input(body);
    engine.input(lock_time);
    Some(sha256d::Hash::from_engine(engine))
}
