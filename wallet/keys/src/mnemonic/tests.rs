//! Published phrases of ten languages, and what is refused.
use bitcoin::NetworkKind;
use bitcoin::bip32::Xpriv;
use bitcoin::hex::{DisplayHex, FromHex};
use serde_json::Value;

use super::*;

const LANGUAGES: [(&str, Language); 10] = [
    ("english", Language::English),
    ("chinese_simplified", Language::SimplifiedChinese),
    ("chinese_traditional", Language::TraditionalChinese),
    ("czech", Language::Czech),
    ("french", Language::French),
    ("italian", Language::Italian),
    ("japanese", Language::Japanese),
    ("korean", Language::Korean),
    ("portuguese", Language::Portuguese),
    ("spanish", Language::Spanish),
];

/// Checks one row: entropy, phrase, [passphrase,] seed, master key.
fn check(language: Language, entropy: &str, phrase: &str, passphrase: &str, rest: &[&str]) {
    let entropy = Vec::<u8>::from_hex(entropy).expect("hex");
    let written = Mnemonic::from_entropy(&entropy, language).expect("a right length");
    let read = Mnemonic::parse_in(language, phrase).expect("a phrase");
    assert_eq!(*written.phrase(), *read.phrase());
    assert_eq!(*read.entropy(), entropy);
    let seed = read.to_seed(passphrase);
    assert_eq!(seed.expose().to_lower_hex_string(), rest[0]);
    let master = Xpriv::new_master(NetworkKind::Main, seed.expose()).expect("a master");
    assert_eq!(master.to_string(), rest[1]);
}

fn rows(value: &Value) -> Vec<Vec<&str>> {
    let rows = value.as_array().expect("rows");
    rows.iter().map(texts).collect()
}

fn texts(row: &Value) -> Vec<&str> {
    let cells = row.as_array().expect("cells");
    cells
        .iter()
        .map(|cell| cell.as_str().expect("text"))
        .collect()
}

#[test]
fn trezor_vectors_of_every_language_hold() {
    let Some(text) = moneta_vectors::text("bip39/trezor_vectors.json") else {
        return;
    };
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let mut checked = 0;
    for (name, language) in LANGUAGES {
        for row in rows(&all[name]) {
            check(language, row[0], row[1], "TREZOR", &row[2..]);
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} checked");
}

#[test]
fn japanese_and_korean_vectors_with_foreign_passphrases_hold() {
    for (file, language) in [
        ("bip39/bcoin_mnemonic_japanese.json", Language::Japanese),
        ("bip39/bcoin_mnemonic_korean.json", Language::Korean),
    ] {
        let Some(text) = moneta_vectors::text(file) else {
            return;
        };
        let all: Value = serde_json::from_str(&text).expect("JSON");
        for row in rows(&all) {
            check(language, row[0], row[1], row[2], &row[3..]);
        }
    }
}

#[test]
fn capitals_and_line_breaks_do_not_matter() {
    let typed = "  Legal winner THANK year\nwave sausage worth useful legal winner thank  yellow ";
    let read = Mnemonic::parse(typed).expect("a phrase");
    assert_eq!(read.entropy().as_slice(), [0x7f; 16]);
}

#[test]
fn chinese_phrases_are_recognised_though_the_two_lists_share_words() {
    for language in [Language::SimplifiedChinese, Language::TraditionalChinese] {
        let written = Mnemonic::from_entropy(&[0x5a; 32], language).expect("32 bytes");
        match Mnemonic::parse(&written.phrase()) {
            Ok(read) => assert_eq!(*read.phrase(), *written.phrase()),
            Err(error) => assert_eq!(error, MnemonicError::AmbiguousLanguage),
        }
    }
}

#[test]
fn a_stored_phrase_keeps_its_language() {
    for (_, language) in LANGUAGES {
        let written = Mnemonic::from_entropy(&[0x5a; 16], language).expect("16 bytes");
        let read = Mnemonic::from_bytes(&written.to_bytes()).expect("own bytes");
        assert_eq!(*read.phrase(), *written.phrase());
        assert_eq!(read.language(), language);
    }
    for bytes in [&[][..], &[0], &[10; 17], &[0; 18]] {
        assert!(Mnemonic::from_bytes(bytes).is_none(), "{bytes:?}");
    }
}

#[test]
fn a_new_phrase_is_made_of_the_given_randomness_only() {
    for (words, count) in [(WordCount::Twelve, 12), (WordCount::TwentyFour, 24)] {
        let mut fill = |bytes: &mut [u8]| bytes.fill(0x7f);
        let made = Mnemonic::generate(words, &mut fill);
        assert_eq!(made.phrase().split(' ').count(), count);
        assert!(made.entropy().iter().all(|&byte| byte == 0x7f));
    }
}

#[test]
fn words_that_are_no_phrase_are_refused_for_their_own_reason() {
    let abandon = "abandon ".repeat(12);
    for (text, error) in [
        ("abandon", MnemonicError::WordCount { got: 1 }),
        (abandon.as_str(), MnemonicError::Checksum),
        (
            "legal winner thank yeer wave sausage worth useful legal winner thank yellow",
            MnemonicError::UnknownWord { position: 4 },
        ),
        (&"abandon ".repeat(129), MnemonicError::TooLong),
    ] {
        assert_eq!(Mnemonic::parse(text).err(), Some(error), "{text}");
    }
    let short = Mnemonic::from_entropy(&[0; 15], Language::English);
    assert_eq!(short.err(), Some(MnemonicError::EntropyLength { got: 15 }));
}
