//! The table is whole, and languages are chosen as readers ask.
use super::*;

fn rows() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    [
        site::ROWS,
        chain::ROWS,
        transaction::ROWS,
        asset::ROWS,
        errors::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// Words that are the same in both languages because they are names or signs.
const SHARED: [&str; 2] = ["list_comma", "vbytes_text"];

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn every_row_has_english_without_han_and_chinese_with_it() {
    for (name, en, zh) in rows() {
        assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{name}");
        assert!(
            !en.chars().any(is_han),
            "{name}: English has Han characters"
        );
        assert!(
            SHARED.contains(name) || zh.chars().any(is_han),
            "{name}: the Chinese column is not translated: {zh}"
        );
    }
}

#[test]
fn both_columns_of_a_sentence_use_the_same_arguments() {
    fn arguments(sentence: &str) -> Vec<&str> {
        let mut found: Vec<_> = sentence
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect();
        found.sort_unstable();
        found
    }
    for (name, en, zh) in rows() {
        assert_eq!(arguments(en), arguments(zh), "{name}");
    }
}

#[test]
fn the_heaviest_language_we_have_is_chosen() {
    for (header, lang) in [
        ("", Lang::En),
        ("zh", Lang::Zh),
        ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
        ("en-US,en;q=0.9,zh;q=0.8", Lang::En),
        ("de, zh-Hant-TW;q=0.5", Lang::Zh),
        ("en;q=0, zh;q=0.001", Lang::Zh),
        ("zh;q=0", Lang::En),
        ("zh;q=nonsense", Lang::En),
        ("ZH", Lang::Zh),
        ("*;q=1", Lang::En),
        (";;,,=,q", Lang::En),
    ] {
        assert_eq!(Lang::of_accept_language(header), lang, "{header:?}");
    }
}

#[test]
fn a_tag_names_its_language_and_nothing_else_does() {
    for lang in Lang::ALL {
        assert_eq!(Lang::of_tag(lang.tag()), Some(lang));
    }
    assert_eq!(Lang::of_tag("tlh"), None);
}
