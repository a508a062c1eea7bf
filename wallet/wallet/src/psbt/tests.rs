//! Readings: what is shown is what happens, and lies are refused.
use std::collections::BTreeMap;

use bitcoin::absolute::LockTime;
use bitcoin::consensus::serialize;
use bitcoin::psbt::PsbtSighashType;
use bitcoin::{Amount, EcdsaSighashType, Psbt, ScriptBuf};
use moneta_chain::Network;
use moneta_mips::{Attachment, Envelope, Lang, Rights};

use super::*;
use crate::Request;
use crate::proofs::{asset_key, identity_key};
use crate::testing::{Mint, Purse};

/// 12.500 g of gold to Bob, planned and not yet signed.
fn sending() -> (Mint, Purse, Psbt) {
    let (mint, bob) = (Mint::new(), Purse::new(2));
    let request = Request::Send {
        asset: mint.gold,
        to: bob.script(0),
        amount: 12_500,
    };
    let plan = mint.world.plan(&mint.issuer, &request).expect("a plan");
    (mint, bob, plan.psbt)
}

fn reread(mint: &Mint, psbt: &Psbt) -> Result<PsbtReading, PsbtError> {
    let account = Some(mint.issuer.key.public());
    read_psbt(&psbt.serialize(), Network::Dev, account)
}

/// Writes another envelope into the transaction.
fn rewrite(psbt: &mut Psbt, change: impl FnOnce(&mut Envelope)) {
    let outputs = &mut psbt.unsigned_tx.output;
    let place = outputs.len() - 1;
    let found = moneta_mips::find_envelope(&psbt.unsigned_tx).expect("an envelope");
    let mut envelope = found.expect("an envelope").envelope;
    change(&mut envelope);
    psbt.unsigned_tx.output[place].script_pubkey = envelope.to_script();
}

#[test]
fn a_plan_reads_as_what_was_asked() {
    let (mint, bob, psbt) = sending();
    let reading = reread(&mint, &psbt).expect("honest");
    assert_eq!(reading.warnings, []);
    let sent = &reading.outputs[0];
    assert_eq!(
        (&sent.output.script_pubkey, sent.ours),
        (&bob.script(0), None)
    );
    let expected = Attachment::Asset {
        id: mint.gold,
        amount: 12_500,
    };
    assert_eq!(sent.attachment, Some(expected));
    assert!(reading.outputs[1].ours.is_some() && reading.outputs[2].ours.is_some());
    assert!(reading.inputs.iter().all(|input| input.ours.is_some()));
    let facts = &reading.facts;
    assert_eq!(facts.assets[&mint.gold].symbol, "GOLD");
    assert_eq!(facts.identities[&mint.acme].handle, "acme");
}

#[test]
fn base64_with_line_breaks_reads_the_same() {
    let (_, _, psbt) = sending();
    let text = psbt.to_string();
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    let text = format!("{}\r\n", lines.join("\r\n"));
    assert_eq!(decode_psbt(text.as_bytes()), Ok(psbt));
}

#[test]
fn what_is_no_psbt_is_refused_before_it_is_decoded() {
    for (bytes, code) in [
        (Vec::new(), "psbt.malformed"),
        (b"psbt\xff".to_vec(), "psbt.malformed"),
        (b"hello".to_vec(), "psbt.malformed"),
        (vec![0xff; 40], "psbt.malformed"),
        (vec![b'A'; 3 * MAX_PSBT], "psbt.too_long"),
        (
            [b"psbt\xff".to_vec(), vec![0; MAX_PSBT]].concat(),
            "psbt.too_long",
        ),
    ] {
        let error = read_psbt(&bytes, Network::Dev, None).expect_err("no PSBT");
        assert_eq!(error.code(), code);
    }
}

/// BIP174's own invalid cases, and bytes that other projects refuse.
#[test]
fn published_invalid_psbts_are_refused() {
    let Some(text) = moneta_vectors::text("psbt/bip0174_vectors.json") else {
        return;
    };
    let cases: Vec<BTreeMap<String, String>> = serde_json::from_str(&text).expect("JSON");
    let mut refused = 0;
    for case in &cases {
        let invalid = case["group"].contains("invalid");
        let decoded = decode_psbt(case["psbt"].as_bytes());
        if invalid {
            assert_eq!(decoded, Err(PsbtError::Malformed), "{}", case["case"]);
            refused += 1;
        }
    }
    assert!(refused > 5, "only {refused} refused");
}

#[test]
fn every_lie_about_an_input_is_refused() {
    let (mint, _, honest) = sending();
    let check = |code: &str, lie: &dyn Fn(&mut Psbt)| {
        let mut psbt = honest.clone();
        lie(&mut psbt);
        let error = reread(&mint, &psbt).expect_err(code);
        assert_eq!(error.code(), code, "{error}");
    };
    check("psbt.missing_previous", &|psbt| {
        psbt.inputs[0].non_witness_utxo = None;
    });
    check("psbt.wrong_previous", &|psbt| {
        let previous = psbt.inputs[0].non_witness_utxo.as_mut();
        previous.expect("whole").lock_time = LockTime::from_consensus(7);
    });
    check("psbt.utxo_mismatch", &|psbt| {
        let claimed = psbt.inputs[0].witness_utxo.as_mut();
        claimed.expect("there").value = Amount::from_sat(999);
    });
    check("psbt.sighash_not_all", &|psbt| {
        let open = EcdsaSighashType::SinglePlusAnyoneCanPay;
        psbt.inputs[0].sighash_type = Some(PsbtSighashType::from(open));
    });
    check("psbt.duplicate_input", &|psbt| {
        let first = psbt.unsigned_tx.input[0].clone();
        psbt.unsigned_tx.input[1] = first;
    });
    check("psbt.no_inputs", &|psbt| {
        psbt.unsigned_tx.input.clear();
        psbt.inputs.clear();
    });
    check("psbt.negative_fee", &|psbt| {
        psbt.unsigned_tx.output[0].value = Amount::from_sat(200_000_000);
    });
}

#[test]
fn an_envelope_that_loses_or_makes_units_is_refused() {
    let (mint, _, honest) = sending();
    let mut psbt = honest.clone();
    rewrite(&mut psbt, |envelope| {
        envelope.allocations.pop();
    });
    let error = reread(&mint, &psbt).expect_err("units vanish");
    assert_eq!(error.code(), "psbt.not_conserved");
    let mut psbt = honest.clone();
    let last = psbt.unsigned_tx.output.len() - 1;
    psbt.unsigned_tx.output[last].script_pubkey = ScriptBuf::new_op_return([0; 4]);
    let error = reread(&mint, &psbt).expect_err("no envelope at all");
    assert_eq!(error.code(), "psbt.not_conserved");
}

#[test]
fn a_right_or_identity_that_is_dropped_is_refused() {
    let mint = Mint::new();
    let request = Request::Mint {
        asset: mint.gold,
        amount: 5,
        to: None,
    };
    let mut psbt = mint
        .world
        .plan(&mint.issuer, &request)
        .expect("a plan")
        .psbt;
    rewrite(&mut psbt, |envelope| {
        envelope
            .allocations
            .retain(|allocation| matches!(allocation.attachment, Attachment::Asset { .. }));
    });
    let error = reread(&mint, &psbt).expect_err("the right vanishes");
    assert_eq!(error.code(), "psbt.rights_not_conserved");
}

/// Bob holds gold and sends some back: the issue is not among the transactions he spends.
fn sending_back() -> (Mint, Purse, Psbt) {
    let (mut mint, bob) = (Mint::new(), Purse::new(2));
    mint.world.fund(&bob, 100_000);
    mint.send(&bob.script(0), 12_500);
    let request = Request::Send {
        asset: mint.gold,
        to: mint.issuer.script(3),
        amount: 500,
    };
    let psbt = mint.world.plan(&bob, &request).expect("a plan").psbt;
    (mint, bob, psbt)
}

/// Another transaction on the same outpoint can't dress the id up: the id commits to the operation.
#[test]
fn a_forged_proof_of_an_asset_is_refused() {
    let (mint, bob, mut psbt) = sending_back();
    let mut forged = (*mint.world.proofs.issues[&mint.gold]).clone();
    let found = moneta_mips::find_envelope(&forged).expect("an envelope");
    let found = found.expect("an envelope");
    let mut envelope = found.envelope;
    for operation in &mut envelope.operations {
        if let moneta_mips::Operation::IssueAsset(issue) = operation {
            issue.symbol = "USD".into();
        }
    }
    forged.output[found.vout as usize].script_pubkey = envelope.to_script();
    let key = asset_key(&mint.gold);
    psbt.proprietary.insert(key, serialize(&forged));
    let account = Some(bob.key.public());
    let error = read_psbt(&psbt.serialize(), Network::Dev, account).expect_err("forged");
    assert_eq!(error, PsbtError::FalseAssetProof { asset: mint.gold });
}

#[test]
fn without_proofs_ids_are_shown_and_a_warning_says_so() {
    let (mint, bob, mut psbt) = sending_back();
    let read = |psbt: &Psbt| mint.world.read(&bob, psbt).warnings;
    assert_eq!(read(&psbt), []);
    psbt.proprietary.remove(&identity_key(&mint.acme));
    let identity = mint.acme;
    assert_eq!(read(&psbt), [Warning::UnprovenIdentity { identity }]);
    psbt.proprietary.clear();
    assert_eq!(read(&psbt), [Warning::UnprovenAsset { asset: mint.gold }]);
}

#[test]
fn change_that_is_not_ours_is_named() {
    let (mint, bob, mut psbt) = sending();
    let place = psbt
        .outputs
        .iter()
        .rposition(|out| !out.bip32_derivation.is_empty());
    let place = place.expect("change");
    psbt.unsigned_tx.output[place].script_pubkey = bob.script(9);
    let reading = reread(&mint, &psbt).expect("shown with a warning");
    let output = u32::try_from(place).expect("few");
    assert_eq!(reading.warnings, [Warning::FalseChange { output }]);
    assert_eq!(reading.outputs[place].ours, None);
}

#[test]
fn a_fee_above_a_tenth_and_foreign_inputs_are_named() {
    let (mint, bob, mut psbt) = sending();
    let place = psbt.unsigned_tx.output.len() - 2;
    psbt.unsigned_tx.output[place].value = Amount::from_sat(1_000_000);
    let reading = reread(&mint, &psbt).expect("shown with a warning");
    assert!(matches!(reading.warnings[..], [Warning::HighFee { .. }]));
    let (_, _, psbt) = sending();
    let bytes = psbt.serialize();
    let account = Some(bob.key.public());
    let reading = read_psbt(&bytes, Network::Dev, account).expect("shown");
    let count = psbt.inputs.len();
    assert_eq!(reading.warnings, [Warning::ForeignInputs { count }]);
}

#[test]
fn what_happens_is_said_in_two_languages() {
    let (mint, bob, psbt) = sending();
    let reading = reread(&mint, &psbt).expect("honest");
    let to = moneta_chain::address_of(&bob.script(0), Network::Dev).expect("segwit");
    let english = reading.explain(Lang::En);
    assert_eq!(english[0], format!("moves 12.500 acme/GOLD to {to}"));
    assert_eq!(english[1], "returns 987.500 acme/GOLD to you");
    assert!(english[2].starts_with("returns ") && english[2].ends_with(" MTA to you"));
    assert!(english.iter().any(|text| text.starts_with("fee ")));
    let chinese = reading.explain(Lang::Zh);
    assert!(chinese[0].contains("12.500 acme/GOLD") && chinese[0].contains(&to));
}

#[test]
fn an_unproven_asset_is_called_by_its_id_and_counted_in_base_units() {
    let (mint, bob, mut psbt) = sending_back();
    psbt.proprietary.clear();
    let said = mint.world.read(&bob, &psbt).explain(Lang::En);
    let (base, id) = ("500 base units", mint.gold.to_string());
    assert!(said[0].contains(base) && said[0].contains(&id), "{said:?}");
    assert!(!said.join(" ").contains("GOLD"), "{said:?}");
}

#[test]
fn every_kind_of_request_has_its_sentence() {
    let mut mint = Mint::new();
    let asset = mint.gold;
    let coin = mint.gold_of(&mint.issuer)[0].outpoint;
    let to = None;
    let requests = [
        (mint.freezing(vec![coin]), "freezes "),
        (
            Request::Unfreeze {
                asset,
                targets: vec![coin].into(),
                rights: Rights::FREEZE,
            },
            "lifts the freeze of ",
        ),
        (
            Request::Mint {
                asset,
                amount: 1_500,
                to,
            },
            "creates 1.500 acme/GOLD",
        ),
        (
            Request::Burn { asset, amount: 1 },
            "destroys 0.001 acme/GOLD",
        ),
        (
            Request::Anchor { digest: [0xab; 32] },
            "notarises the digest abab",
        ),
    ];
    for (request, start) in requests {
        let plan = mint.world.plan(&mint.issuer, &request).expect("a plan");
        let said = reread(&mint, &plan.psbt).expect("honest").explain(Lang::En);
        assert!(said[0].starts_with(start), "{said:?}");
        if matches!(request, Request::Freeze(_) | Request::Unfreeze { .. }) {
            mint.world.perform(&mut mint.issuer, &request);
        }
    }
}
