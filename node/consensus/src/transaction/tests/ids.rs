//! Ids against the `bitcoin` crate's.
use bitcoin::{OutPoint, ScriptBuf, Transaction, TxIn, TxOut, Witness};
use bitcoin::{absolute::LockTime, transaction::Version};
use proptest::prelude::*;

use crate::transaction::ids_of;

prop_compose! {
    fn transaction()(
        version in any::<i32>(),
        lock_time in any::<u32>(),
        inputs in prop::collection::vec(
            (any::<[u8; 32]>(), any::<u32>(), bytes(), any::<u32>(), prop::collection::vec(bytes(), 0..3)),
            0..4,
        ),
        outputs in prop::collection::vec((any::<u64>(), bytes()), 0..4),
    ) -> Transaction {
        let input = inputs.into_iter().map(|(txid, vout, script, sequence, witness)| TxIn {
            previous_output: OutPoint::new(bitcoin::hashes::Hash::from_byte_array(txid), vout),
            script_sig: ScriptBuf::from_bytes(script),
            sequence: bitcoin::Sequence(sequence),
            witness: Witness::from_slice(&witness),
        });
        let output = outputs.into_iter().map(|(value, script)| TxOut {
            value: bitcoin::Amount::from_sat(value),
            script_pubkey: ScriptBuf::from_bytes(script),
        });
        Transaction {
            version: Version(version),
            lock_time: LockTime::from_consensus(lock_time),
            input: input.collect(),
            output: output.collect(),
        }
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

proptest! {
    #[test]
    fn ids_are_those_of_bitcoin(transactions in prop::collection::vec(transaction(), 1..4)) {
        let (txids, wtxids) = ids_of(&transactions);
        for ((tx, txid), wtxid) in transactions.iter().zip(txids).zip(wtxids) {
            prop_assert_eq!(txid, tx.compute_txid());
            prop_assert_eq!(wtxid, tx.compute_wtxid());
        }
    }
}
