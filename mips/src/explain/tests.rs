//! What people read, word for word.
use std::collections::BTreeSet;

use bitcoin::ScriptBuf;
use moneta_chain::{Height, Network, address_of};

use super::*;
use crate::testing::*;
use crate::{
    Attachment, DescribePiece, DocumentKind, Holder, IssueAsset, Operation, Rights, ScriptDigest,
    SetDocument, UpdateIdentity, asset_name,
};

/// Knows acme and its gold; `own` are the reader's scripts.
#[derive(Default)]
pub(super) struct Known {
    own: BTreeSet<ScriptBuf>,
}

impl Facts for Known {
    fn asset(&self, id: &AssetId) -> Option<AssetFacts> {
        (*id == GOLD).then(|| AssetFacts {
            name: asset_name(Some("acme"), "GOLD", id),
            decimals: 3,
        })
    }

    fn handle(&self, id: &IdentityId) -> Option<String> {
        (*id == ACME).then(|| "acme".to_owned())
    }

    fn is_own(&self, script: &Script) -> bool {
        self.own.contains(script)
    }

    fn address(&self, script: &Script) -> Option<String> {
        address_of(script, Network::Dev)
    }
}

/// Facts of a reader who owns every coin that `stage` spends, and these outputs.
fn owner(stage: &Stage, outputs: &[u8]) -> Known {
    let spent = stage.spent.iter();
    let spent = spent.map(|coin| coin.output.script_pubkey.clone());
    Known {
        own: spent.chain(outputs.iter().map(|n| script(*n))).collect(),
    }
}

fn lines(stage: &Stage, facts: &Known, lang: Lang) -> Vec<String> {
    let sentences = explain(&stage.tx(), &stage.spent, facts, lang);
    sentences.into_iter().map(|one| one.text).collect()
}

fn address(number: u8) -> String {
    address_of(&script(number), Network::Dev).unwrap()
}

/// 12.500 g to output 0, 87.500 g back to output 1, grains back to output 2.
fn transfer() -> Stage {
    Stage::new()
        .spends(Some(units(GOLD, 100_000)))
        .spends(None)
        .gives(units(GOLD, 12_500))
        .gives(units(GOLD, 87_500))
        .pays(199_998_790)
}

#[test]
fn a_transfer_reads_as_a_person_would_say_it() {
    let stage = transfer();
    let facts = owner(&stage, &[1, 2]);
    let to = address(0);
    assert_eq!(
        lines(&stage, &facts, Lang::En),
        [
            format!("moves 12.500 acme/GOLD to {to}"),
            "returns 87.500 acme/GOLD to you".into(),
            "returns 1.99998790 MTA to you".into(),
            "1000 grains go along with what is moved".into(),
            "fee 210 grains".into(),
            "freezes nothing".into(),
        ]
    );
    assert_eq!(
        lines(&stage, &facts, Lang::Zh),
        [
            format!("将 12.500 acme/GOLD 转给 {to}"),
            "将 87.500 acme/GOLD 退回给您".into(),
            "将 1.99998790 MTA 退回给您".into(),
            "随所转之物附带 1000 粒".into(),
            "手续费 210 粒".into(),
            "不冻结任何资产".into(),
        ]
    );
}

#[test]
fn a_receiver_is_given_and_an_explorer_sees_addresses_only() {
    let stage = transfer();
    let mut receiver = Known::default();
    receiver.own.insert(script(0));
    let text = lines(&stage, &receiver, Lang::En).join("\n");
    assert!(text.contains("gives you 12.500 acme/GOLD"), "{text}");
    let nobody = lines(&stage, &Known::default(), Lang::En).join("\n");
    assert!(!nobody.contains("you"), "{nobody}");
    let change = format!("moves 87.500 acme/GOLD to {}", address(1));
    assert!(nobody.contains(&change), "{nobody}");
}

#[test]
fn outputs_to_one_receiver_are_summed() {
    let stage = Stage::new()
        .spends(None)
        .pays_script(100_000_000, script(9))
        .pays_script(5_000, script(9));
    let text = lines(&stage, &Known::default(), Lang::En);
    assert_eq!(text[0], format!("moves 1.00005000 MTA to {}", address(9)));
}

#[test]
fn what_lasts_is_marked_and_says_what_it_is() {
    let held = Rights::MINT.union(Rights::FREEZE);
    let stage = Stage::new()
        .spends(Some(rights(GOLD, held)))
        .spends(Some(units(GOLD, 5_000)))
        .spends(None)
        .gives(rights(GOLD, Rights::FREEZE))
        .pays(199_000_000)
        .does(Operation::Freeze(freeze(&[outpoint(50)])))
        .does(Operation::Burn {
            asset: GOLD,
            amount: 5_000,
        })
        .does(Operation::Renounce {
            asset: GOLD,
            rights: Rights::MINT,
        });
    let facts = owner(&stage, &[1]);
    let sentences = explain(&stage.tx(), &stage.spent, &facts, Lang::En);
    let notices = sentences.iter().filter(|one| one.tone == Tone::Notice);
    let notices: Vec<&str> = notices.map(|one| one.text.as_str()).collect();
    let stop = HERE + 10;
    assert_eq!(
        notices,
        [
            format!(
                "freezes the coin {} of acme/GOLD until height {stop} (EMERGENCY, theft report, CH)",
                outpoint(50)
            ),
            "destroys 5.000 acme/GOLD, for ever".into(),
            "gives up the right mint over acme/GOLD, for ever".into(),
            format!("moves the right freeze over acme/GOLD to {}", address(0)),
        ]
    );
    let line = join(&sentences, Lang::En);
    assert!(line.contains("burns 100 grains, the price"), "{line}");
    assert!(!line.contains("freezes nothing"), "{line}");
    let chinese = lines(&stage, &facts, Lang::Zh).join("\n");
    let frozen = format!(
        "冻结 acme/GOLD 的币 {}，至高度 {stop} 止（紧急，失窃报案，CH）",
        outpoint(50)
    );
    assert!(chinese.contains(&frozen), "{chinese}");
    assert!(
        chinese.contains("永久放弃 acme/GOLD 的增发权利"),
        "{chinese}"
    );
}

#[test]
fn a_new_asset_is_called_by_the_name_it_will_have() {
    let asset = silver();
    let id = asset_id(0, &asset);
    let stage = Stage::new()
        .spends(Some(identity(ACME)))
        .spends(None)
        .gives(identity(ACME))
        .gives(units(id, 50_000))
        .gives(rights(id, asset.powers))
        .does(issue(&asset));
    let facts = owner(&stage, &[0, 1, 2]);
    let terms = "cd".repeat(32);
    assert_eq!(
        lines(&stage, &facts, Lang::En)[..4],
        [
            format!(
                "issues a new asset (Silver, ounces): 500.00 acme/SILVER now, 1000.00 acme/SILVER at most, rights over it: mint, freeze, terms {terms}"
            ),
            "returns 500.00 acme/SILVER to you".into(),
            "keeps the identity acme with you".into(),
            "keeps the rights mint, freeze over acme/SILVER with you".into(),
        ]
    );
}

#[test]
fn what_nothing_is_known_about_is_shown_by_id_and_base_units() {
    let stage = Stage::new()
        .spends(Some(units(SHARES, 7)))
        .gives(units(SHARES, 7));
    let text = lines(&stage, &Known::default(), Lang::En).join("\n");
    assert!(
        text.contains(&format!("7 base units of the unknown asset {SHARES}")),
        "{text}"
    );
    let chinese = lines(&stage, &Known::default(), Lang::Zh).join("\n");
    assert!(
        chinese.contains(&format!("未知资产 {SHARES} 的 7 个基本单位")),
        "{chinese}"
    );
}

#[test]
fn what_the_chain_will_refuse_is_said_first_as_a_warning() {
    let lost = Stage::new().spends(Some(units(GOLD, 5))).pays(400);
    let broken = transfer().carrying(vec![ScriptBuf::new_op_return(b"MTA\x01\xff")]);
    let overspent = Stage::new()
        .spends(Some(units(GOLD, 5)))
        .gives(units(GOLD, 5))
        .pays(1);
    for (stage, word) in [
        (lost, "does not say where"),
        (broken, "can't be read"),
        (overspent, "more comes out"),
    ] {
        for lang in [Lang::En, Lang::Zh] {
            let sentences = explain(&stage.tx(), &stage.spent, &Known::default(), lang);
            let warning = sentences
                .iter()
                .find(|one| one.tone == Tone::Warning)
                .unwrap();
            assert!(
                lang == Lang::Zh || warning.text.contains(word),
                "{}",
                warning.text
            );
        }
    }
}

#[test]
fn grains_that_nobody_can_spend_are_warned_of() {
    let stage = Stage::new()
        .spends(None)
        .pays_script(600, ScriptBuf::new_op_return(b"hello"));
    let text = lines(&stage, &Known::default(), Lang::En).join("\n");
    assert!(text.contains("loses 600 grains"), "{text}");
}

#[test]
fn a_name_can_not_pass_for_another_on_the_screen() {
    let hostile = IssueAsset {
        symbol: "MTA".into(),
        issuer: None,
        name: "Gold\u{202e}\nfee 0 grains".into(),
        ..silver()
    };
    let stage = Stage::new().spends(None).pays(1_000).does(issue(&hostile));
    let text = lines(&stage, &Known::default(), Lang::En).join("|");
    assert!(!text.contains(['\u{202e}', '\n']), "{text}");
    assert!(text.contains("500.00 ?#"), "{text}");
    assert_eq!(asset_name(Some("a/b"), "GOLD", &GOLD), "?/GOLD");
}

#[test]
fn a_coinbase_mines() {
    let stage = Stage::new().into_coinbase().pays(500_000_000);
    let text = lines(&stage, &Known::default(), Lang::En);
    let to = address(0);
    assert_eq!(text[0], format!("moves newly mined 5.00000000 MTA to {to}"));
    assert!(!text.iter().any(|line| line.contains("fee")), "{text:?}");
}

#[test]
fn pieces_documents_and_holders_are_told_in_full() {
    let piece = DescribePiece {
        issue: 0,
        collection: "MONET".into(),
        number: 7,
        edition: 50,
        media_type: "image/png".into(),
        content: [0xc0; 32],
        terms: [0x7e; 32],
    };
    let script_7 = ScriptDigest([7; 32]);
    let holder = Holder {
        script: script_7,
        commitment: [1; 32],
        expiry: Height::new(9),
    };
    let asset = GOLD;
    let stage = Stage::new()
        .spends(None)
        .does(issue(&silver()))
        .does(Operation::DescribePiece(piece))
        .does(Operation::SetDocument(SetDocument {
            asset,
            kind: DocumentKind::BarList,
            digest: [0xba; 32],
            uri: "https://acme.example/bars".into(),
        }))
        .does(Operation::Enrol {
            asset,
            holders: vec![holder],
        })
        .does(Operation::Withdraw {
            asset,
            scripts: vec![script_7],
        });
    let (content, digest) = ("c0".repeat(32), "ba".repeat(32));
    let (terms, record) = ("7e".repeat(32), "01".repeat(32));
    let english = lines(&stage, &Known::default(), Lang::En);
    assert_eq!(
        english[1..5],
        [
            format!(
                "makes acme/SILVER piece 7 of 50 of the collection acme/MONET (image/png, content {content}, terms {terms})"
            ),
            format!("sets the bar list of acme/GOLD: digest {digest} at https://acme.example/bars"),
            format!(
                "lets the script {script_7} (until height 9, record {record}) receive acme/GOLD"
            ),
            format!("lets the script {script_7} receive acme/GOLD no longer"),
        ]
    );
    let chinese = lines(&stage, &Known::default(), Lang::Zh);
    assert_eq!(
        chinese[1..5],
        [
            format!(
                "将 acme/SILVER 定为藏品系列 acme/MONET 的第 7 件，共 50 件（image/png，内容 {content}，条款 {terms}）"
            ),
            format!("设定 acme/GOLD 的金条清单：摘要 {digest}，位于 https://acme.example/bars"),
            format!("准许脚本 {script_7}（至高度 9 止，记录 {record}）接收 acme/GOLD"),
            format!("不再准许脚本 {script_7} 接收 acme/GOLD"),
        ]
    );
}

#[test]
fn a_commitment_is_told_without_the_handle_that_it_hides() {
    let stage = Stage::new()
        .spends(None)
        .pays_script(20_013_000, script(0))
        .allocates(0, commitment(&register("bank"), 0))
        .burning(10_000);
    let facts = owner(&stage, &[0]);
    let Attachment::Commitment { digest } = commitment(&register("bank"), 0) else {
        unreachable!("a commitment")
    };
    assert_eq!(
        lines(&stage, &facts, Lang::En)[0],
        format!(
            "keeps 20013000 grains with you to register a handle that it does not show yet (commitment {digest})"
        )
    );
    assert_eq!(
        lines(&stage, &facts, Lang::Zh)[0],
        format!("您保留 20013000 粒，用于登记尚未公开的名称（承诺 {digest}）")
    );
}

#[test]
fn who_may_recover_an_identity_is_told_whenever_it_is_set() {
    let updating = |recovery| {
        Operation::UpdateIdentity(UpdateIdentity {
            identity: ACME,
            document: "{}".into(),
            recovery,
        })
    };
    let stage = Stage::new()
        .spends(None)
        .does(Operation::RegisterIdentity(register("bank")))
        .does(updating([7; 32]))
        .does(updating([0; 32]));
    let (bank, none) = (
        "27e856c0e4abc611f4bf54487371d98814c85d5d736765bef2393a2633d1b97f",
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    );
    let seven = "07".repeat(32);
    assert_eq!(
        lines(&stage, &Known::default(), Lang::En)[..3],
        [
            format!(
                "registers the identity bank: it publishes the document with the digest {bank}, and nobody may recover it"
            ),
            format!(
                "replaces what the identity acme publishes by the document with the digest {none}, and from now on the script {seven} may recover it"
            ),
            format!(
                "replaces what the identity acme publishes by the document with the digest {none}, and from now on nobody may recover it"
            ),
        ]
    );
    assert_eq!(
        lines(&stage, &Known::default(), Lang::Zh)[..3],
        [
            format!("登记身份 bank：公布摘要为 {bank} 的文件，无人可恢复该身份"),
            format!(
                "更换身份 acme 公布的内容：公布摘要为 {none} 的文件，此后脚本 {seven} 可恢复该身份"
            ),
            format!("更换身份 acme 公布的内容：公布摘要为 {none} 的文件，此后无人可恢复该身份"),
        ]
    );
}
