//! Strings that other people choose change what a page says, never what it is made of.
use super::markup::{Element, elements};
use crate::parts::*;
use crate::sample::{self, shell};
use crate::*;

/// Returns the published big list of naughty strings and some of our own.
fn naughty() -> Vec<String> {
    let mut strings: Vec<String> = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "javascript:alert(1)",
        "{{ t.home() }}{% include \"x\" %}",
        "</title></head><body onload=alert(1)>",
        "\u{202e}gold\u{2066}",
        "&lt;&#0;&",
    ]
    .map(str::to_owned)
    .into();
    if let Some(json) = moneta_vectors::text("json/blns.json") {
        let list: Vec<String> = serde_json::from_str(&json).expect("a list of strings");
        assert!(list.len() > 200);
        strings.extend(list);
    }
    strings
}

/// Tags and names of attributes, without any value.
fn shape(html: &str) -> Vec<(String, Vec<String>)> {
    let names = |element: Element| {
        let names = element
            .attributes
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        (element.tag, names)
    };
    elements(html).into_iter().map(names).collect()
}

fn hostile_asset(text: &str) -> AssetRef {
    AssetRef {
        id: sample::id(1),
        symbol: text.to_owned(),
        issuer: Some(IdentityRef {
            id: sample::id(2),
            handle: text.to_owned(),
        }),
    }
}

/// Pages in which every string somebody else can choose is `text`.
fn pages(text: &str) -> [(&'static str, String); 6] {
    let shell = shell(Lang::En, &format!("/search?q={text}"));
    let mut asset = sample::asset();
    asset.asset = hostile_asset(text);
    asset.name = text.to_owned();
    let mut identity = sample::identity();
    identity.identity.handle = text.to_owned();
    identity.document = format!("x{text}");
    for field in &mut identity.fields {
        field.path = text.to_owned();
        field.value = format!("x{text}");
    }
    let mut transaction = sample::issue();
    transaction.outputs.truncate(1);
    if let Some(output) = transaction.outputs.first_mut() {
        output.attachment = Some(Attachment::Asset(Amount::of_asset(
            7,
            0,
            hostile_asset(text),
        )));
        output.party = Party::Address(text.to_owned());
    }
    let mut address = sample::address();
    address.address = format!("x{}", text.chars().take(90).collect::<String>());
    let error = sample::error(Problem::UnknownAsset, &format!("x{text}"));
    [
        ("asset", render_asset(&shell, &asset)),
        ("identity", render_identity(&shell, &identity)),
        ("transaction", render_transaction(&shell, &transaction)),
        ("address", render_address(&shell, &address)),
        ("search", render_search(&shell, &sample::nothing(text))),
        ("error", render_error(&shell, &error)),
    ]
}

#[test]
fn a_naughty_string_never_changes_what_a_page_is_made_of() {
    let plain = pages("plain").map(|(_, html)| shape(&html));
    for text in naughty() {
        for ((name, html), plain) in pages(&text).into_iter().zip(&plain) {
            assert_eq!(&shape(&html), plain, "{name}: {text:?}");
        }
    }
}

#[test]
fn only_plain_https_of_a_document_becomes_a_link() {
    let field = |value: &str| Field {
        path: "website".to_owned(),
        value: value.to_owned(),
    };
    assert!(field("https://acme.example/gold?bar=1").is_link());
    for value in [
        "javascript:alert(1)",
        "http://acme.example/",
        "HTTPS://acme.example/",
        "https://acme.example@evil.example/",
        "https://аcme.example/",
        "https://acme.example/ x",
        " https://acme.example/",
        "data:text/html,x",
    ] {
        assert!(!field(value).is_link(), "{value}");
    }
}
