//! What is said about a PSBT, in English and in Chinese.
use std::path::Path;

use moneta_wallet::{Language, PsbtReading, Warning};

use crate::args::Lang;

/// Everything that a person is shown before signing: what happens, what it costs, what to look at twice.
pub(crate) fn describe(reading: &PsbtReading, lang: Lang) -> Vec<String> {
    let txid = reading.txid;
    let mut lines = vec![match lang {
        Lang::En => format!("Transaction {txid}"),
        Lang::Zh => format!("交易 {txid}"),
    }];
    let language = match lang {
        Lang::En => Language::English,
        Lang::Zh => Language::Chinese,
    };
    lines.extend(reading.explain(language));
    lines.extend(reading.warnings.iter().map(|known| warning(known, lang)));
    lines
}

/// What is asked before signing.
pub(crate) const fn question(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Sign this transaction? Type yes: ",
        Lang::Zh => "签名此交易？请输入 是 或 yes：",
    }
}

/// What is said after signing.
pub(crate) fn signed(count: usize, inputs: usize, out: &Path, lang: Lang) -> String {
    let out = out.display();
    match lang {
        Lang::En => format!("Signed {count} of {inputs} inputs. Written to {out}"),
        Lang::Zh => format!("已签名 {inputs} 个输入中的 {count} 个，写入 {out}"),
    }
}

fn warning(warning: &Warning, lang: Lang) -> String {
    match lang {
        Lang::En => format!("WARNING: {}", english(warning)),
        Lang::Zh => format!("警告：{}", chinese(warning)),
    }
}

fn english(warning: &Warning) -> String {
    match warning {
        Warning::HighFee { fee, outputs } => {
            format!("the fee of {fee} is more than a tenth of the {outputs} that come out")
        }
        Warning::FalseChange { output } => {
            format!("output {output} claims to come back to this wallet, and does not")
        }
        Warning::UnprovenAsset { asset } => {
            format!("nothing proves the name of asset {asset}: amounts are in base units")
        }
        Warning::UnprovenIdentity { identity } => {
            format!("nothing proves the handle of identity {identity}")
        }
        Warning::ForeignInputs { count } => {
            format!(
                "{count} inputs belong to somebody else: compare the whole with what was agreed"
            )
        }
    }
}

fn chinese(warning: &Warning) -> String {
    match warning {
        Warning::HighFee { fee, outputs } => {
            format!("手续费 {fee} 超过输出总额 {outputs} 的十分之一")
        }
        Warning::FalseChange { output } => {
            format!("输出 {output} 自称找零回到本钱包，其实不是")
        }
        Warning::UnprovenAsset { asset } => {
            format!("资产 {asset} 的名称没有证明：数量以最小单位显示")
        }
        Warning::UnprovenIdentity { identity } => {
            format!("身份 {identity} 的名称没有证明")
        }
        Warning::ForeignInputs { count } => {
            format!("有 {count} 个输入属于他人：请与事先约定的内容核对")
        }
    }
}
