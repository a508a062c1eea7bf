//! Envelopes and records of the registry: what has one encoding has no other.
use moneta_mips::{Envelope, Record, find_envelope};

/// An envelope's payload: what can be read is written the same way, and found again in a transaction.
pub fn envelope(data: &[u8]) {
    let Ok(envelope) = Envelope::decode(data) else {
        return;
    };
    assert_eq!(envelope.encode(), data);
    let tx = bitcoin::Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: Vec::new(),
        output: vec![bitcoin::TxOut {
            value: bitcoin::Amount::ZERO,
            script_pubkey: envelope.to_script(),
        }],
    };
    let found = find_envelope(&tx).expect("what was decoded is an envelope");
    assert_eq!(found.map(|found| found.envelope), Some(envelope));
}

/// A record of the registry: what can be read is written the same way.
pub fn record(data: &[u8]) {
    if let Ok(record) = Record::decode(data) {
        assert_eq!(record.encode(), data);
    }
}
