//! What is written reads back, and nothing else does.
use std::collections::BTreeMap;

use bitcoin::hashes::Hash;
use bitcoin::{Amount, ScriptBuf, TxOut, Txid};
use moneta_chain::Height;
use moneta_consensus::ValidTransaction;
use moneta_mips::{AssetId, Attachment, Change, Coin, Identity, IdentityId, Rights};
use proptest::prelude::*;

use super::*;

fn attachment() -> impl Strategy<Value = Attachment> {
    prop_oneof![
        (any::<[u8; 32]>(), any::<u64>()).prop_map(|(id, amount)| Attachment::Asset {
            id: AssetId(id),
            amount
        }),
        (any::<[u8; 32]>(), 0..=Rights::ALL.bits()).prop_map(|(id, bits)| Attachment::Authority {
            asset: AssetId(id),
            rights: Rights::from_bits(bits).expect("every bit has a meaning")
        }),
        any::<[u8; 32]>().prop_map(|id| Attachment::Identity { id: IdentityId(id) }),
    ]
}

prop_compose! {
    fn coin()(
        value: u64,
        script in proptest::collection::vec(any::<u8>(), 0..300),
        height: u32,
        coinbase: bool,
        attachment in proptest::option::of(attachment()),
    ) -> Coin {
        Coin {
            output: TxOut { value: Amount::from_sat(value), script_pubkey: ScriptBuf::from_bytes(script) },
            height: Height::new(height),
            coinbase,
            attachment,
        }
    }
}

prop_compose! {
    fn transaction()(
        txid: [u8; 32],
        spent in proptest::collection::vec(coin(), 0..4),
        attachments in proptest::collection::btree_map(any::<u32>(), attachment(), 0..4),
        handles in proptest::collection::vec("[a-z]{3,9}", 0..3),
        fee: u64,
    ) -> ValidTransaction {
        ValidTransaction {
            txid: Txid::from_byte_array(txid),
            spent,
            attachments: attachments.into_iter().collect::<BTreeMap<_, _>>(),
            changes: handles.into_iter().map(registered).collect(),
            fee: Amount::from_sat(fee),
        }
    }
}

fn registered(handle: String) -> Change {
    Change::Identity {
        after: Box::new(Identity {
            id: IdentityId([3; 32]),
            handle,
            document: "{}".into(),
            recovery: [0; 32],
            registered_in: Txid::from_byte_array([4; 32]),
            registered_at: Height::new(5),
        }),
    }
}

proptest! {
    #[test]
    fn a_coin_reads_back(coin in coin()) {
        let bytes = encode_coin(&coin);
        prop_assert_eq!(decode_coin(&bytes), Some(coin));
        prop_assert_eq!(decode_coin(&bytes[..bytes.len() - 1]), None);
    }

    #[test]
    fn effects_read_back(effects in proptest::collection::vec(transaction(), 0..5)) {
        let mut bytes = encode_effects(&effects);
        prop_assert_eq!(decode_effects(&bytes), Some(effects));
        bytes.push(0);
        prop_assert_eq!(decode_effects(&bytes), None);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
        let _ = decode_coin(&bytes);
        let _ = decode_effects(&bytes);
    }
}
