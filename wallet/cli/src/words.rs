//! What is said about a PSBT, in English and in Chinese.
use std::path::Path;

use moneta_mips::Tone;
use moneta_wallet::PsbtReading;

use crate::args::Lang;

/// Everything that a person is shown before signing: what happens, what it costs, what to look at twice.
pub(crate) fn describe(reading: &PsbtReading, lang: Lang) -> Vec<String> {
    let txid = reading.txid;
    let mut lines = vec![match lang {
        Lang::En => format!("Transaction {txid}"),
        Lang::Zh => format!("交易 {txid}"),
    }];
    let sentences = reading.sentences(lang.of_mips()).into_iter();
    lines.extend(sentences.map(|sentence| match sentence.tone {
        Tone::Plain => format!("  {}", sentence.text),
        Tone::Notice => format!("! {}", sentence.text),
        Tone::Warning => warned(&sentence.text, lang),
    }));
    let warnings = reading.warnings.iter();
    lines.extend(warnings.map(|warning| warned(&warning.say(lang.of_mips()), lang)));
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

fn warned(text: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("! WARNING: {text}"),
        Lang::Zh => format!("! 警告：{text}"),
    }
}
