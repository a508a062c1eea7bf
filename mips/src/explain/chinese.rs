//! Statements in Chinese, simplified: the same words as the explorer's pages.
use super::statement::{Listing, Name, Party, Quantity, Statement};
use crate::{DocumentKind, Reason, Rights, Targets, Tier};

/// Says one statement.
pub(super) fn say(statement: &Statement) -> String {
    match statement {
        Statement::Moves(what, to) => moves(&quantity(what), to, "退回"),
        Statement::MovesRights(rights, asset, to) => {
            moves(&format!("{}的{}", name(asset), right(*rights)), to, "保留")
        }
        Statement::MovesIdentity(identity, to) => {
            moves(&format!("身份 {}", plain(identity)), to, "保留")
        }
        Statement::Commits(grains, to) => {
            let what = format!("{} 粒，用于登记尚未公开的名称", grains.to_sat());
            moves(&what, to, "保留")
        }
        Statement::Issues {
            first,
            cap,
            title,
            powers,
            terms,
            enrolled,
        } => issues(first, cap, title, *powers, terms.as_deref()) + who_receives(*enrolled),
        Statement::Lists(listing) => lists(listing),
        Statement::Mints(what) => format!("增发 {}", quantity(what)),
        Statement::Burns(what) => format!("永久销毁 {}", quantity(what)),
        Statement::Renounces(rights, asset) => {
            format!("永久放弃{}的{}", name(asset), right(*rights))
        }
        Statement::Freezes {
            what,
            asset,
            tier,
            stop,
            reason,
            jurisdiction,
        } => format!(
            "冻结{}的{}，至高度 {stop} 止（{}，{}，{jurisdiction}）",
            name(asset),
            count(what),
            tier_name(*tier),
            reason_name(*reason),
        ),
        Statement::Lifts(what, asset) => format!("解冻{}的{}", name(asset), count(what)),
        Statement::Registers(handle) => format!("登记身份 {handle}"),
        Statement::Notarises(digest) => format!("公证摘要 {digest}"),
        Statement::Mines(what, to) => moves(&format!("新挖出的 {}", quantity(what)), to, "支付"),
        Statement::GrainsAlong(grains) => format!("随资产附带 {} 粒", grains.to_sat()),
        Statement::Price(grains) => format!("销毁 {} 粒，作为登记费", grains.to_sat()),
        Statement::Fee(grains) => format!("手续费 {} 粒", grains.to_sat()),
        Statement::FreezesNothing => "不冻结任何资产".to_owned(),
        Statement::Wastes(grains) => {
            format!("{} 粒将落在无人能花费的输出上而丢失", grains.to_sat())
        }
        Statement::Unreadable(error) => {
            format!("链上会拒绝此交易：信封无法读取（{}）", error.code())
        }
        Statement::NoEnvelope => {
            "链上会拒绝此交易：它花费了带有资产、权利或身份的币，却没有说明其去向".to_owned()
        }
        Statement::Overspends => "链上会拒绝此交易：输出大于输入".to_owned(),
    }
}

fn lists(listing: &Listing) -> String {
    match listing {
        Listing::Describes {
            asset,
            collection,
            number,
            edition,
            media_type,
            content,
        } => format!(
            "将{}定为藏品系列 {collection} 的第 {number} 件，共 {edition} 件（{media_type}，内容 {content}）",
            name(asset)
        ),
        Listing::Documents {
            asset,
            kind,
            digest,
            uri,
        } => {
            let at = if uri.is_empty() {
                String::new()
            } else {
                format!("，位于 {uri}")
            };
            format!(
                "设定{}的{}：摘要 {digest}{at}",
                name(asset),
                document(*kind)
            )
        }
        Listing::Enrols(holders, asset) => {
            let each: Vec<String> = holders
                .iter()
                .map(|(script, expiry)| format!("{script}（至高度 {expiry} 止）"))
                .collect();
            format!(
                "准许脚本 {} 接收{}",
                each.join("、"),
                name(asset).trim_end()
            )
        }
        Listing::Updates(identity) => format!("更新身份 {} 公布的内容", plain(identity)),
        Listing::Renews(handle, years) => format!("为名称 {handle} 续费 {years} 年"),
        Listing::Recovers(identity, to) => format!(
            "开始将身份 {} 交给脚本 {to}：所有者有一周时间反对",
            plain(identity)
        ),
        Listing::Claims(identity) => {
            format!("接管身份 {}：原先持有它的币从此不再持有", plain(identity))
        }
        Listing::Revokes(identity) => format!("永久撤销身份 {}", plain(identity)),
        Listing::Contests(what, asset) => {
            format!("对{}的{}的冻结提出异议", name(asset), count(what))
        }
        Listing::Redeems(Some(script), asset) => {
            format!("允许{}的被冻结币退回脚本 {script}", name(asset))
        }
        Listing::Redeems(None, asset) => format!("不再允许{}的被冻结币退回", name(asset)),
        Listing::Takes(what, coin) => {
            format!("依据法院命令,强制划走币 {coin} 中的 {}", quantity(what))
        }
        Listing::Withdraws(scripts, asset) => {
            format!(
                "不再准许脚本 {} 接收{}",
                scripts.join("、"),
                name(asset).trim_end()
            )
        }
    }
}

const fn who_receives(enrolled: bool) -> &'static str {
    match enrolled {
        true => "，仅登记的脚本可接收",
        false => "",
    }
}

fn moves(what: &str, to: &Party, back: &str) -> String {
    match to {
        Party::Back => format!("{back} {what} 给您"),
        Party::You => format!("您收到 {what}"),
        Party::Address(address) => format!("将 {what} 转给 {address}"),
        Party::Script(script) => format!("将 {what} 转给脚本 {script}"),
    }
}

fn issues(
    first: &Quantity,
    cap: &Quantity,
    title: &str,
    powers: Rights,
    terms: Option<&str>,
) -> String {
    let title = match title {
        "" => String::new(),
        title => format!("（{title}）"),
    };
    let powers = match powers.is_empty() {
        true => "无人对其拥有权利".to_owned(),
        false => format!("权利：{}", right_names(powers)),
    };
    let terms = terms.map_or_else(String::new, |hash| format!("，条款 {hash}"));
    format!(
        "发行新资产{title}：现发 {}，上限 {}，{powers}{terms}",
        quantity(first),
        quantity(cap),
    )
}

fn quantity(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Named(text) => text.clone(),
        Quantity::Base(amount, id) => format!("未知资产 {id} 的 {amount} 个基本单位"),
    }
}

fn name(name: &Name) -> String {
    match name {
        Name::Known(text) => format!(" {text} "),
        Name::Id(id) => format!("未知资产 {id} "),
    }
}

fn plain(name: &Name) -> &str {
    match name {
        Name::Known(text) | Name::Id(text) => text,
    }
}

fn right(rights: Rights) -> String {
    format!("{}权利", right_names(rights))
}

fn right_names(rights: Rights) -> String {
    let words = rights.each().map(|right| match right {
        Rights::MINT => "增发",
        Rights::FREEZE => "冻结",
        Rights::COMPLIANCE => "合规",
        Rights::ENROL => "登记持有人",
        _ => "文件",
    });
    words.collect::<Vec<_>>().join("、")
}

fn count(what: &Targets) -> String {
    match what {
        Targets::Coins(coins) => several("币", "枚", coins),
        Targets::Scripts(scripts) => several("脚本", "个", scripts),
        Targets::All => "全部币".to_owned(),
    }
}

fn several<T: ToString>(noun: &str, measure: &str, list: &[T]) -> String {
    let names: Vec<String> = list.iter().map(T::to_string).collect();
    match &names[..] {
        [one] => format!("{noun} {one}"),
        names => format!(" {} {measure}{noun}（{}）", names.len(), names.join("、")),
    }
}

const fn document(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Terms => "条款",
        DocumentKind::BarList => "金条清单",
        DocumentKind::Attestation => "储备证明",
        DocumentKind::Appraisal => "估价",
        DocumentKind::Provenance => "来源",
        DocumentKind::Condition => "状况报告",
        DocumentKind::Insurance => "保险",
    }
}

const fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Emergency => "紧急",
        Tier::Order => "命令",
    }
}

const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::CourtOrder => "法院命令",
        Reason::Sanctions => "制裁",
        Reason::TheftReport => "失窃报案",
        Reason::HolderRequest => "持有人请求",
        Reason::MisIssuance => "发行有误",
        Reason::Dispute => "争议",
        Reason::Redemption => "赎回",
        Reason::SecurityIncident => "安全事件",
    }
}
