//! Nothing that an envelope carries is left unsaid: no bit of one turns without a word that turns with it.
use std::collections::BTreeSet;

use bitcoin::{ScriptBuf, Transaction};
use moneta_chain::Height;

use super::tests::Known;
use super::*;
use crate::testing::*;
use crate::{
    Attachment, DescribePiece, DocumentKind, Envelope, EnvelopeError, Freeze, Holder, IssueAsset,
    Operation, Reason, RegisterIdentity, Rights, ScriptDigest, SetDocument, Targets, Tier,
    UpdateIdentity,
};

/// Names a field that nobody is told of, if the operations differ in nothing else.
fn untold(before: &Operation, after: &Operation) -> Option<&'static str> {
    match (before, after) {
        // It hid the handle in the commitment that is spent here, and means nothing from now on: with
        // another one the commitment does not fit, and the chain refuses.
        (Operation::RegisterIdentity(before), Operation::RegisterIdentity(after)) => {
            let salted = RegisterIdentity {
                salt: after.salt,
                ..before.clone()
            };
            (salted == *after).then_some("RegisterIdentity.salt")
        }
        _ => None,
    }
}

/// Envelopes that hold every operation between them, with every field filled and every field empty that
/// can be.
fn samples() -> Vec<Envelope> {
    let piece = DescribePiece {
        issue: 0,
        collection: "MONET".into(),
        number: 7,
        edition: 50,
        media_type: "image/png".into(),
        content: [0xc0; 32],
        terms: [0xc1; 32],
    };
    let bare = DescribePiece {
        terms: [0; 32],
        ..piece.clone()
    };
    let mut samples: Vec<Vec<Operation>> = vec![
        vec![issue(&silver()), Operation::DescribePiece(piece)],
        vec![issue(&silver()), Operation::DescribePiece(bare)],
        vec![issue(&IssueAsset {
            issuer: None,
            contract_hash: [0; 32],
            ..silver()
        })],
    ];
    let single = single_operations().into_iter().chain(lives());
    samples.extend(single.map(|one| vec![one]));
    let envelope = |operations| Envelope {
        operations,
        ..Envelope::default()
    };
    samples.into_iter().map(envelope).collect()
}

fn single_operations() -> Vec<Operation> {
    let asset = GOLD;
    let (one, two) = (ScriptDigest([1; 32]), ScriptDigest([2; 32]));
    let coins = Targets::Coins(vec![outpoint(50), outpoint(60)]);
    let scripts = Targets::Scripts(vec![one, two]);
    let holder = |script| Holder {
        script,
        commitment: [9; 32],
        expiry: Height::new(9),
    };
    let document = SetDocument {
        asset,
        kind: DocumentKind::BarList,
        digest: [0xba; 32],
        uri: "https://acme.example/bars".into(),
    };
    vec![
        Operation::Mint { asset, amount: 9 },
        Operation::Burn { asset, amount: 9 },
        Operation::Renounce {
            asset,
            rights: Rights::MINT,
        },
        Operation::Freeze(freeze(&[outpoint(50)])),
        Operation::Freeze(Freeze {
            targets: scripts.clone(),
            ..order(&[])
        }),
        Operation::Unfreeze {
            asset,
            targets: Targets::All,
        },
        Operation::Contest {
            asset,
            targets: scripts,
            statement: [0; 32],
        },
        Operation::Contest {
            asset,
            targets: coins,
            statement: [3; 32],
        },
        Operation::SetRedemption { asset, script: one },
        Operation::ForceTransfer {
            asset,
            coin: outpoint(50),
            amount: 9,
        },
        Operation::Anchor { digest: [7; 32] },
        Operation::SetDocument(document),
        Operation::Enrol {
            asset,
            holders: vec![holder(one), holder(two)],
        },
        Operation::Withdraw {
            asset,
            scripts: vec![one, two],
        },
    ]
}

fn lives() -> Vec<Operation> {
    let (identity, to) = (ACME, ScriptDigest([1; 32]));
    let bank = RegisterIdentity {
        recovery: [4; 32],
        ..register("bank")
    };
    let update = UpdateIdentity {
        identity,
        document: "{}".into(),
        recovery: [4; 32],
    };
    vec![
        Operation::RegisterIdentity(bank),
        Operation::RegisterIdentity(register("bank")),
        Operation::UpdateIdentity(update.clone()),
        Operation::UpdateIdentity(UpdateIdentity {
            document: String::new(),
            recovery: [0; 32],
            ..update
        }),
        Operation::RenewIdentity {
            handle: "acme".into(),
            years: 3,
        },
        Operation::RecoverIdentity { identity, to },
        Operation::ClaimIdentity { identity },
        Operation::RevokeIdentity { identity },
    ]
}

/// Every envelope that one bit, turned in the bytes of this one, makes of it.
fn turned(envelope: &Envelope) -> Vec<Envelope> {
    let payload = envelope.encode();
    let bits = (0..payload.len()).flat_map(|at| (0..8).map(move |bit| (at, bit)));
    let turned = bits.filter_map(|(at, bit)| {
        let mut payload = payload.clone();
        payload[at] ^= 1 << bit;
        Envelope::decode(&payload).ok()
    });
    turned.collect()
}

/// A transaction with outputs to four people and this envelope.
fn carrying(envelope: &Envelope) -> Transaction {
    let stage = Stage::new().spends(None);
    let stage = (0..4).fold(stage, |stage, _| stage.pays(1_000));
    stage.carrying(vec![envelope.to_script()]).tx()
}

fn told(envelope: &Envelope, lang: Lang) -> String {
    join(
        &explain(&carrying(envelope), &[], &Known::default(), lang),
        lang,
    )
}

fn told_of(envelope: &Envelope, index: usize, lang: Lang) -> String {
    let index = u32::try_from(index).unwrap();
    explain_operation(&carrying(envelope), index, &Known::default(), lang)
}

#[test]
fn no_bit_of_an_operation_turns_without_a_word() {
    let mut exceptions = BTreeSet::new();
    for before in samples() {
        for after in turned(&before) {
            let pairs = before.operations.iter().zip(&after.operations);
            for (index, (one, other)) in pairs.enumerate().filter(|(_, (one, other))| one != other)
            {
                if let Some(field) = untold(one, other) {
                    exceptions.insert(field);
                    continue;
                }
                for lang in [Lang::En, Lang::Zh] {
                    let said = told_of(&after, index, lang);
                    let differs = said != told_of(&before, index, lang);
                    assert!(differs, "{one:?} and {other:?} read the same: {said}");
                }
            }
        }
    }
    let listed = BTreeSet::from(["RegisterIdentity.salt"]);
    assert_eq!(exceptions, listed, "an exception that nothing needs");
}

#[test]
fn no_bit_of_an_allocation_turns_without_a_word() {
    let before = Stage::new()
        .gives(units(GOLD, 9))
        .gives(rights(GOLD, Rights::MINT))
        .gives(identity(ACME))
        .gives(commitment(&register("bank"), 0))
        .envelope;
    assert!(matches!(
        before.allocations[3].attachment,
        Attachment::Commitment { .. }
    ));
    let turned = turned(&before);
    assert!(turned.len() > 500, "{}", turned.len());
    for after in turned {
        for lang in [Lang::En, Lang::Zh] {
            let said = told(&after, lang);
            assert_ne!(said, told(&before, lang), "{after:?}");
        }
    }
}

#[test]
fn the_samples_hold_every_operation_there_is() {
    let there_is = |opcode: u8| {
        let mut payload = vec![0, 0, 1, opcode];
        payload.extend([0; 8]);
        let unknown = EnvelopeError::UnknownOperation { opcode };
        Envelope::decode(&payload) != Err(unknown)
    };
    let all: BTreeSet<u8> = (0..=u8::MAX).filter(|opcode| there_is(*opcode)).collect();
    let mut held = BTreeSet::new();
    for sample in samples() {
        for operation in sample.operations {
            let alone = Envelope {
                operations: vec![operation],
                ..Envelope::default()
            };
            let payload = alone.encode();
            // The table, no allocation, one operation: its opcode.
            held.insert(payload[1 + 32 * usize::from(payload[0]) + 2]);
        }
    }
    assert_eq!(held, all);
}

#[test]
fn each_of_few_values_has_its_own_words() {
    let targets = || Targets::All;
    let freezes = |reason, tier| {
        Operation::Freeze(Freeze {
            targets: targets(),
            reason,
            tier,
            ..freeze(&[])
        })
    };
    let reasons = [
        Reason::CourtOrder,
        Reason::Sanctions,
        Reason::TheftReport,
        Reason::HolderRequest,
        Reason::MisIssuance,
        Reason::Dispute,
        Reason::Redemption,
        Reason::SecurityIncident,
    ];
    let mut operations: Vec<Operation> = reasons
        .into_iter()
        .flat_map(|reason| [Tier::Emergency, Tier::Order].map(|tier| freezes(reason, tier)))
        .collect();
    operations.extend(DocumentKind::ALL.map(|kind| {
        Operation::SetDocument(SetDocument {
            asset: GOLD,
            kind,
            digest: [1; 32],
            uri: String::new(),
        })
    }));
    let bits = (1..=u8::MAX).filter_map(Rights::from_bits);
    operations.extend(bits.map(|rights| Operation::Renounce {
        asset: GOLD,
        rights,
    }));
    assert_eq!(operations.len(), 16 + 7 + 31);
    for lang in [Lang::En, Lang::Zh] {
        let said = operations.iter().map(|operation| {
            let envelope = Envelope {
                operations: vec![operation.clone()],
                ..Envelope::default()
            };
            told_of(&envelope, 0, lang)
        });
        let said: BTreeSet<String> = said.collect();
        assert_eq!(said.len(), operations.len(), "{said:#?}");
    }
}

#[test]
fn what_is_cut_off_shows_that_it_is() {
    let long = |tail: &str| {
        let mut asset = silver();
        asset.name = "x".repeat(80) + tail;
        told(
            &Envelope {
                operations: vec![issue(&asset)],
                ..Envelope::default()
            },
            Lang::En,
        )
    };
    assert!(long("y").contains("x…"), "{}", long("y"));
    assert!(!long("").contains('…'), "{}", long(""));
}

#[test]
fn an_asset_of_an_unknown_issuer_keeps_its_symbol() {
    let stage = Stage::new().gives(units(SHARES, 1));
    let said = explain(&stage.tx(), &[], &Unproven, Lang::En);
    let name = format!("1 {BANK}/GOLDENCOINS9 to");
    assert!(join(&said, Lang::En).contains(&name), "{said:?}");
}

/// Calls every asset by an issuer's id and a symbol, as a signer does who has no proof of the handle.
struct Unproven;

impl Facts for Unproven {
    fn asset(&self, _: &AssetId) -> Option<AssetFacts> {
        Some(AssetFacts {
            name: format!("{BANK}/GOLDENCOINS9"),
            decimals: 0,
        })
    }

    fn handle(&self, _: &IdentityId) -> Option<String> {
        None
    }

    fn is_own(&self, _: &Script) -> bool {
        false
    }

    fn address(&self, _: &Script) -> Option<String> {
        None
    }
}

#[test]
fn every_scenario_tells_the_same_in_both_languages() {
    // Refused ones too: the signer reads what no chain has judged.
    for vector in everything().into_iter().chain(crate::envelope::vectors()) {
        let stage = &vector.stage;
        let read = |lang| explain(&stage.tx(), &stage.spent, &Known::default(), lang);
        let (english, chinese) = (read(Lang::En), read(Lang::Zh));
        assert_eq!(english.len(), chinese.len(), "{}", vector.name);
        for (english, chinese) in english.iter().zip(&chinese) {
            assert_eq!(english.tone, chinese.tone, "{}", vector.name);
            let (english, chinese) = (&english.text, &chinese.text);
            assert_eq!(facts(english), facts(chinese), "{english}\n{chinese}");
            assert!(!english.contains(is_chinese), "{english}");
            assert!(chinese.contains(is_chinese), "{chinese}");
            assert!(
                !english.contains("  ") && english.trim() == english,
                "{english:?}"
            );
            if let Some(flaw) = typeset(chinese) {
                panic!("{flaw:?} in {chinese}");
            }
        }
    }
}

/// Numbers, names, digests and addresses of a sentence: what has a digit or a capital, in order of the letters.
fn facts(text: &str) -> Vec<&str> {
    let apart = |one: char| !(one.is_ascii_alphanumeric() || "._:/#-?`".contains(one));
    let mut facts: Vec<&str> = text
        .split(apart)
        .map(|one| one.trim_end_matches([':', '.']))
        .collect();
    facts.retain(|one| one.contains(|letter: char| letter.is_ascii_digit() || letter == '/'));
    facts.sort_unstable();
    facts
}

const fn is_chinese(one: char) -> bool {
    matches!(one, '\u{4e00}'..='\u{9fff}')
}

/// Returns two characters of a Chinese sentence that don't stand beside one another in print.
fn typeset(text: &str) -> Option<(char, char)> {
    let full = |one: char| "，。：；、（）“”".contains(one);
    let mut pairs = text.chars().zip(text.chars().skip(1));
    let wrong = pairs.find(|pair| match *pair {
        (' ', ' ') => true,
        (' ', one) | (one, ' ') if full(one) => true,
        (one, other) if is_chinese(one) => other.is_ascii() && other != ' ',
        (one, other) if is_chinese(other) => one.is_ascii() && one != ' ',
        _ => false,
    });
    let between = text
        .chars()
        .zip(text.chars().skip(1))
        .zip(text.chars().skip(2));
    let mut between = between
        .filter(|((one, space), other)| *space == ' ' && is_chinese(*one) && is_chinese(*other));
    wrong.or_else(|| between.next().map(|((one, _), other)| (one, other)))
}

#[test]
fn every_kind_of_broken_envelope_is_told_in_chinese() {
    let broken = [vec![], vec![0, 0], vec![0, 0, 1, 0xee, 0, 0]];
    for payload in broken {
        let error = Envelope::decode(&payload).unwrap_err();
        let script = [b"MTA\x01", &payload[..]].concat();
        let push = bitcoin::script::PushBytesBuf::try_from(script).unwrap();
        let stage = Stage::new().carrying(vec![ScriptBuf::new_op_return(push)]);
        let said = explain(&stage.tx(), &[], &Known::default(), Lang::Zh);
        let said = join(&said, Lang::Zh);
        assert!(!said.contains(error.code()), "{said}");
        assert!(said.contains("无法读取其信封（"), "{said}");
    }
}
