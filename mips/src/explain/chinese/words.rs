//! Words of the Chinese sentences: names, amounts, rights, reasons.
use super::super::statement::{Name, Quantity};
use crate::{DocumentKind, Reason, Rights, Targets, Tier};

/// Text that follows Chinese: with a space before it, unless it is Chinese too.
pub(super) fn after(text: &str) -> String {
    match text.starts_with(|first: char| first.is_ascii()) {
        true => format!(" {text}"),
        false => text.to_owned(),
    }
}

/// Text between Chinese and Chinese.
pub(super) fn within(text: &str) -> String {
    let mut text = after(text);
    if text.ends_with(|last: char| last.is_ascii()) {
        text.push(' ');
    }
    text
}

pub(super) fn quantity(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Named(text) => text.clone(),
        Quantity::Base(amount, id) => format!("未知资产 {id} 的 {amount} 个基本单位"),
    }
}

/// Names an asset.
pub(super) fn name(name: &Name) -> String {
    match name {
        Name::Known(text) => text.clone(),
        Name::Id(id) => format!("未知资产 {id}"),
    }
}

/// Names what says itself what it is.
pub(super) fn plain(name: &Name) -> &str {
    match name {
        Name::Known(text) | Name::Id(text) => text,
    }
}

/// Names a digest beside other things, if there is one.
pub(super) fn with(what: &str, digest: Option<&str>) -> String {
    digest.map_or_else(String::new, |digest| format!("，{what} {digest}"))
}

pub(super) fn right(rights: Rights) -> String {
    match rights.is_empty() {
        true => "零项权利".to_owned(),
        false => format!("{}权利", right_names(rights)),
    }
}

pub(super) fn right_names(rights: Rights) -> String {
    let words = rights.each().map(|right| match right {
        Rights::MINT => "增发",
        Rights::FREEZE => "冻结",
        Rights::COMPLIANCE => "合规",
        Rights::ENROL => "登记持有人",
        _ => "文件",
    });
    words.collect::<Vec<_>>().join("、")
}

pub(super) fn count(what: &Targets) -> String {
    match what {
        Targets::Coins(coins) => several("币", "枚", coins),
        Targets::Scripts(scripts) => several("脚本", "个", scripts),
        Targets::All => "全部币".to_owned(),
    }
}

fn several<T: ToString>(noun: &str, measure: &str, list: &[T]) -> String {
    let names: Vec<String> = list.iter().map(T::to_string).collect();
    match &names[..] {
        [] => format!("零{measure}{noun}"),
        [one] => format!("{noun} {one}"),
        names => format!("{} {measure}{noun}（{}）", names.len(), names.join("、")),
    }
}

/// Names scripts; what follows is Chinese, after a bracket or after a digest.
pub(super) fn scripts(each: &[String]) -> String {
    match each {
        [] => "零个脚本".to_owned(),
        each => within(&format!("脚本 {}", each.join("、"))),
    }
}

pub(super) const fn document(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Terms => "条款",
        DocumentKind::BarList => "金条清单",
        DocumentKind::Attestation => "储备证明",
        DocumentKind::Appraisal => "估价",
        DocumentKind::Provenance => "来源证明",
        DocumentKind::Condition => "状况报告",
        DocumentKind::Insurance => "保险",
    }
}

pub(super) const fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Emergency => "紧急",
        Tier::Order => "命令",
    }
}

pub(super) const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::CourtOrder => "法院命令",
        Reason::Sanctions => "制裁",
        Reason::TheftReport => "失窃报案",
        Reason::HolderRequest => "密钥丢失或持有人请求",
        Reason::MisIssuance => "发行有误",
        Reason::Dispute => "争议",
        Reason::Redemption => "正在赎回",
        Reason::SecurityIncident => "安全事件",
    }
}
