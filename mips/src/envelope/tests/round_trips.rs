//! Round trips, canonical form, and bytes from strangers.

use bitcoin::hashes::Hash;
use bitcoin::opcodes::all::OP_RETURN;
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, TxOut, Txid, absolute};
use moneta_chain::Height;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use crate::envelope::*;
use crate::{Commitment, IdentityId};

fn asset(byte: u8) -> AssetId {
    AssetId([byte; 32])
}

fn units(vout: u32, id: AssetId, amount: u64) -> Allocation {
    let attachment = Attachment::Asset { id, amount };
    Allocation { vout, attachment }
}

fn carrying(scripts: Vec<ScriptBuf>) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![],
        output: scripts
            .into_iter()
            .map(|script_pubkey| TxOut {
                value: Amount::ZERO,
                script_pubkey,
            })
            .collect(),
    }
}

fn two_outputs() -> Envelope {
    Envelope {
        allocations: vec![units(0, asset(7), 12_500), units(1, asset(7), u64::MAX)],
        operations: vec![],
    }
}

fn arb_asset() -> impl Strategy<Value = AssetId> {
    (0_u8..6).prop_map(asset)
}

fn arb_rights() -> impl Strategy<Value = Rights> {
    (0..=Rights::ALL.bits()).prop_map(|bits| Rights::from_bits(bits).unwrap())
}

fn arb_attachment() -> impl Strategy<Value = Attachment> {
    prop_oneof![
        (arb_asset(), any::<u64>()).prop_map(|(id, amount)| Attachment::Asset { id, amount }),
        (arb_asset(), arb_rights())
            .prop_map(|(asset, rights)| Attachment::Authority { asset, rights }),
        any::<[u8; 32]>().prop_map(|id| Attachment::Identity { id: IdentityId(id) }),
        any::<[u8; 32]>().prop_map(|digest| Attachment::Commitment {
            digest: Commitment(digest)
        }),
    ]
}

fn arb_targets() -> impl Strategy<Value = Targets> {
    let outpoint = (any::<[u8; 32]>(), any::<u32>())
        .prop_map(|(txid, vout)| OutPoint::new(Txid::from_byte_array(txid), vout));
    let coins =
        btree_set(outpoint, 0..8).prop_map(|coins| Targets::Coins(coins.into_iter().collect()));
    let script = any::<[u8; 32]>().prop_map(ScriptDigest);
    let scripts =
        btree_set(script, 0..8).prop_map(|list| Targets::Scripts(list.into_iter().collect()));
    prop_oneof![4 => coins, 2 => scripts, 1 => Just(Targets::All)]
}

fn arb_issue() -> impl Strategy<Value = Operation> {
    (
        ("[A-Z0-9]{0,14}", any::<Option<[u8; 32]>>(), any::<u8>()),
        (any::<u64>(), any::<u64>(), arb_rights()),
        (any::<bool>(), ".{0,20}", any::<[u8; 32]>()),
    )
        .prop_map(
            |((symbol, issuer, decimals), (initial, cap, powers), (open, name, contract_hash))| {
                Operation::IssueAsset(IssueAsset {
                    symbol,
                    issuer: issuer.map(IdentityId),
                    decimals,
                    initial,
                    cap,
                    powers,
                    holders: if open {
                        Holders::Open
                    } else {
                        Holders::Enrolled
                    },
                    name,
                    contract_hash,
                })
            },
        )
}

fn arb_reason() -> impl Strategy<Value = Reason> {
    prop_oneof![
        Just(Reason::CourtOrder),
        Just(Reason::HolderRequest),
        Just(Reason::SecurityIncident),
    ]
}

fn arb_freeze() -> impl Strategy<Value = Operation> {
    (
        (arb_asset(), arb_targets(), any::<bool>(), any::<u32>()),
        (arb_reason(), any::<[u8; 2]>(), any::<[u8; 32]>()),
    )
        .prop_map(
            |((asset, targets, order, stop), (reason, jurisdiction, document))| {
                Operation::Freeze(Freeze {
                    asset,
                    targets,
                    tier: if order { Tier::Order } else { Tier::Emergency },
                    stop: Height::new(stop),
                    reason,
                    jurisdiction,
                    document,
                })
            },
        )
}

fn arb_operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        arb_issue(),
        arb_freeze(),
        (arb_asset(), any::<u64>()).prop_map(|(asset, amount)| Operation::Mint { asset, amount }),
        (arb_asset(), any::<u64>()).prop_map(|(asset, amount)| Operation::Burn { asset, amount }),
        (arb_asset(), arb_rights())
            .prop_map(|(asset, rights)| Operation::Renounce { asset, rights }),
        (arb_asset(), arb_targets())
            .prop_map(|(asset, targets)| Operation::Unfreeze { asset, targets }),
        (arb_asset(), arb_targets(), any::<[u8; 32]>()).prop_map(|(asset, targets, statement)| {
            Operation::Contest {
                asset,
                targets,
                statement,
            }
        }),
        (any::<[u8; 32]>(), ".{0,40}", any::<[u8; 32]>()).prop_map(|(id, document, recovery)| {
            Operation::UpdateIdentity(UpdateIdentity {
                identity: IdentityId(id),
                document,
                recovery,
            })
        }),
        (".{0,40}", any::<u8>())
            .prop_map(|(handle, years)| Operation::RenewIdentity { handle, years }),
        (any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(id, to)| Operation::RecoverIdentity {
            identity: IdentityId(id),
            to: ScriptDigest(to),
        }),
        any::<[u8; 32]>().prop_map(|id| Operation::ClaimIdentity {
            identity: IdentityId(id)
        }),
        any::<[u8; 32]>().prop_map(|id| Operation::RevokeIdentity {
            identity: IdentityId(id)
        }),
        (arb_asset(), any::<[u8; 32]>()).prop_map(|(asset, script)| Operation::SetRedemption {
            asset,
            script: ScriptDigest(script),
        }),
        (arb_asset(), any::<[u8; 32]>(), any::<u32>(), any::<u64>()).prop_map(
            |(asset, txid, vout, amount)| Operation::ForceTransfer {
                asset,
                coin: OutPoint::new(bitcoin::Txid::from_byte_array(txid), vout),
                amount,
            }
        ),
        (".{0,20}", ".{0,300}", any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(
            |(handle, document, recovery, salt)| {
                Operation::RegisterIdentity(RegisterIdentity {
                    handle,
                    document,
                    recovery,
                    salt,
                })
            }
        ),
        any::<[u8; 32]>().prop_map(|digest| Operation::Anchor { digest }),
        arb_piece(),
        arb_document(),
        (arb_asset(), arb_holders())
            .prop_map(|(asset, holders)| Operation::Enrol { asset, holders }),
        (arb_asset(), arb_holders()).prop_map(|(asset, holders)| Operation::Withdraw {
            asset,
            scripts: holders.iter().map(|holder| holder.script).collect(),
        }),
    ]
}

fn arb_holders() -> impl Strategy<Value = Vec<Holder>> {
    let holder = (any::<[u8; 32]>(), any::<u32>());
    btree_map(any::<[u8; 32]>(), holder, 0..8).prop_map(|holders| {
        let holders = holders.into_iter();
        holders
            .map(|(script, (commitment, expiry))| Holder {
                script: ScriptDigest(script),
                commitment,
                expiry: Height::new(expiry),
            })
            .collect()
    })
}

fn arb_piece() -> impl Strategy<Value = Operation> {
    (
        (any::<u8>(), "[A-Z]{0,14}", any::<u32>(), any::<u32>()),
        (".{0,20}", any::<[u8; 32]>(), any::<[u8; 32]>()),
    )
        .prop_map(
            |((issue, collection, number, edition), (media_type, content, terms))| {
                Operation::DescribePiece(DescribePiece {
                    issue,
                    collection,
                    number,
                    edition,
                    media_type,
                    content,
                    terms,
                })
            },
        )
}

fn arb_document() -> impl Strategy<Value = Operation> {
    let kind = prop::sample::select(DocumentKind::ALL.to_vec());
    (arb_asset(), kind, any::<[u8; 32]>(), ".{0,40}").prop_map(|(asset, kind, digest, uri)| {
        Operation::SetDocument(SetDocument {
            asset,
            kind,
            digest,
            uri,
        })
    })
}

fn arb_envelope() -> impl Strategy<Value = Envelope> {
    let allocations = btree_map(any::<u32>(), arb_attachment(), 0..6).prop_map(|allocations| {
        let allocations = allocations.into_iter();
        allocations
            .map(|(vout, attachment)| Allocation { vout, attachment })
            .collect::<Vec<_>>()
    });
    (allocations, vec(arb_operation(), 0..4))
        .prop_filter("says something", |(a, o)| !(a.is_empty() && o.is_empty()))
        .prop_map(|(allocations, operations)| Envelope {
            allocations,
            operations,
        })
}

proptest! {
    #[test]
    fn an_envelope_reads_back_as_it_was_written(envelope in arb_envelope()) {
        let payload = envelope.encode();
        prop_assert_eq!(Envelope::decode(&payload), Ok(envelope.clone()));
        prop_assert_eq!(envelope.encode_checked(), Ok(payload));
        let found = find_envelope(&carrying(vec![ScriptBuf::new(), envelope.to_script()]));
        prop_assert_eq!(found, Ok(Some(FoundEnvelope { vout: 1, envelope })));
    }

    #[test]
    fn bytes_that_read_are_the_only_bytes_for_what_they_say(
        envelope in arb_envelope(),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut payload = envelope.encode();
        for (index, byte) in flips {
            let position = index.index(payload.len());
            payload[position] = byte;
        }
        if let Ok(read) = Envelope::decode(&payload) {
            prop_assert_eq!(read.encode(), payload);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(payload in vec(any::<u8>(), 0..400)) {
        if let Ok(read) = Envelope::decode(&payload) {
            prop_assert_eq!(read.encode(), payload);
        }
    }

    #[test]
    fn no_script_makes_the_search_panic(tail in vec(any::<u8>(), 0..80), tagged in any::<bool>()) {
        let mut script = vec![OP_RETURN.to_u8()];
        if tagged {
            script.push(40);
            script.extend_from_slice(&ENVELOPE_TAG);
        }
        script.extend_from_slice(&tail);
        let _ = find_envelope(&carrying(vec![ScriptBuf::from_bytes(script)]));
    }

    #[test]
    fn a_payload_cut_anywhere_does_not_read(envelope in arb_envelope(), at in any::<prop::sample::Index>()) {
        let payload = envelope.encode();
        let cut = at.index(payload.len());
        prop_assert!(Envelope::decode(&payload[..cut]).is_err());
    }
}

#[test]
fn one_asset_to_two_outputs_fits_what_a_hardware_wallet_signs() {
    let script = two_outputs().to_script();
    let pushed = script.len() - 2;
    assert!(pushed <= 80, "{pushed} bytes");
    assert!(script.len() <= 83, "standard for stock nodes");
}

#[test]
fn a_payload_of_8192_bytes_reads_and_one_more_does_not() {
    let anchors = |count: u8| Envelope {
        allocations: vec![],
        operations: (1..=count)
            .map(|byte| Operation::Anchor { digest: [byte; 32] })
            .collect(),
    };
    let fits = anchors(248);
    assert_eq!(fits.encode().len(), 8_187);
    assert!(fits.to_script_checked().is_ok());
    let (got, most) = (8_220, MAX_PAYLOAD);
    let error = EnvelopeError::TooLarge { got, most };
    assert_eq!(anchors(249).encode_checked(), Err(error.clone()));
    let tx = carrying(vec![anchors(249).to_script()]);
    assert_eq!(find_envelope(&tx), Err(error));
}

#[test]
fn what_is_not_sorted_has_no_encoding() {
    let mut envelope = two_outputs();
    envelope.allocations.reverse();
    let result = envelope.encode_checked();
    assert_eq!(result, Err(EnvelopeError::AllocationsNotSorted));
    assert!(envelope.to_script_checked().is_err());
}

#[test]
fn an_envelope_is_the_one_push_of_its_script_in_its_shortest_form() {
    let good = two_outputs().to_script();
    let pushed = good.as_bytes()[2..].to_vec();
    let length = u8::try_from(pushed.len()).unwrap();
    let with = |head: &[u8], tail: &[u8]| {
        ScriptBuf::from_bytes([&[OP_RETURN.to_u8()], head, &pushed[..], tail].concat())
    };
    let broken = [
        with(&[76, length], &[]),
        with(&[77, length, 0], &[]),
        with(&[78, length, 0, 0, 0], &[]),
        with(&[length], &[0]),
        with(&[length + 1], &[]),
        with(&[length - 1], &[]),
    ];
    assert_eq!(with(&[length], &[]), good);
    for script in broken {
        let result = find_envelope(&carrying(vec![script]));
        assert_eq!(result, Err(EnvelopeError::NotOnePush { vout: 0 }));
    }
}

#[test]
fn two_envelopes_are_refused_and_other_data_is_left_alone() {
    let script = two_outputs().to_script();
    let commitments = PushBytesBuf::try_from([&b"MTA\x00"[..], &[0; 32]].concat()).unwrap();
    let commitments = ScriptBuf::new_op_return(commitments);
    let pushed_not_returned = Builder::new().push_slice(ENVELOPE_TAG).into_script();
    let tx = carrying(vec![
        commitments.clone(),
        script.clone(),
        pushed_not_returned,
    ]);
    assert_eq!(find_envelope(&tx).unwrap().unwrap().vout, 1);
    let tx = carrying(vec![script.clone(), commitments, script]);
    let error = EnvelopeError::Duplicate {
        first: 0,
        second: 2,
    };
    assert_eq!(find_envelope(&tx), Err(error));
    assert_eq!(find_envelope(&carrying(vec![])), Ok(None));
}

#[test]
fn a_count_can_not_ask_for_more_memory_than_the_payload_is_long() {
    for count in [&[0xfe, 0xff, 0xff, 0xff, 0xff][..], &[0xff; 9]] {
        assert_eq!(Envelope::decode(count), Err(EnvelopeError::Truncated));
        let after_table = [&[0], count].concat();
        let result = Envelope::decode(&after_table);
        assert_eq!(result, Err(EnvelopeError::Truncated));
    }
}
