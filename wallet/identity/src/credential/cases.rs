//! The claim sets of `sd-jwt-python`: issued, shown in part, verified, and compared with what it expects.
//!
//! The cases are YAML with a mark, `!sd`, on what is concealed. Reading the part of YAML that they use takes less than
//! a dependency would.
use std::collections::BTreeSet;

use secp256k1::SecretKey;
use serde_json::{Map, Value, json};

use super::*;
use crate::did::Moment;

/// A value, and where within it `!sd` stands: pointers, inner ones before outer ones.
#[derive(Debug, Clone, Default, PartialEq)]
struct Marked {
    value: Value,
    concealed: Vec<String>,
}

impl Marked {
    fn plain(value: Value) -> Self {
        let concealed = Vec::new();
        Self { value, concealed }
    }

    /// Puts named parts together; the flag tells which are concealed as a whole.
    fn of(parts: Vec<(String, bool, Self)>, is_list: bool) -> Self {
        let mut whole = Self::plain(if is_list { json!([]) } else { json!({}) });
        for (name, is_concealed, part) in parts {
            let inner = part.concealed.iter();
            whole
                .concealed
                .extend(inner.map(|inner| format!("/{name}{inner}")));
            if is_concealed {
                whole.concealed.push(format!("/{name}"));
            }
            match &mut whole.value {
                Value::Array(values) => values.push(part.value),
                Value::Object(fields) => {
                    fields.insert(name, part.value);
                }
                _ => unreachable!("a list or a map"),
            }
        }
        whole
    }
}

/// Lines without comments: how far they are indented, and what they say.
fn lines(text: &str) -> Vec<(usize, String)> {
    let kept = text.lines().filter(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    kept.map(|line| (line.len() - line.trim_start().len(), line.trim().to_owned()))
        .collect()
}

fn mark(text: &str) -> (bool, &str) {
    match text.strip_prefix("!sd") {
        Some(rest) => (true, rest.trim()),
        None => (false, text.trim()),
    }
}

/// Splits `key: rest`; nothing if the text is no entry of a map.
fn entry(text: &str) -> Option<(bool, String, &str)> {
    let (is_concealed, text) = mark(text);
    if text.starts_with(['[', '{']) {
        return None;
    }
    let (key, rest) = text
        .split_once(": ")
        .or_else(|| Some((text.strip_suffix(':')?, "")))?;
    Some((is_concealed, key.trim_matches('"').to_owned(), rest.trim()))
}

/// Reads the block at the front that is indented by at least `least`.
fn block(lines: &mut Vec<(usize, String)>, least: usize) -> Marked {
    let Some((indent, first)) = lines
        .first()
        .cloned()
        .filter(|(indent, _)| *indent >= least)
    else {
        return Marked::default();
    };
    let is_list = first == "-" || first.starts_with("- ");
    let mut parts = Vec::new();
    while let Some((at, line)) = lines.first().cloned().filter(|(at, _)| *at == indent) {
        let (name, is_concealed, rest) = if is_list {
            let inner = line[1..].trim_start();
            if entry(inner).is_some() && !inner.starts_with('"') {
                // A map within a list begins on the line of its dash.
                lines[0] = (at + 2, inner.to_owned());
                parts.push((parts.len().to_string(), false, block(lines, at + 1)));
                continue;
            }
            let (is_concealed, rest) = mark(inner);
            (parts.len().to_string(), is_concealed, rest.to_owned())
        } else {
            let (is_concealed, key, rest) = entry(&line).expect("an entry of a map");
            (key, is_concealed, rest.to_owned())
        };
        lines.remove(0);
        let part = match rest.as_str() {
            "" => block(lines, indent + 1),
            rest => flow(&mut rest.chars().peekable()),
        };
        parts.push((name, is_concealed, part));
    }
    Marked::of(parts, is_list)
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn blanks(text: &mut Chars<'_>) {
    while text
        .next_if(|one| one.is_whitespace() || *one == ',')
        .is_some()
    {}
}

/// Reads `[...]`, `{...}` or a scalar.
fn flow(text: &mut Chars<'_>) -> Marked {
    blanks(text);
    let close = match text.peek() {
        Some('[') => ']',
        Some('{') => '}',
        _ => return Marked::plain(scalar(text)),
    };
    text.next();
    let mut parts = Vec::new();
    loop {
        blanks(text);
        if text.next_if_eq(&close).is_some() {
            return Marked::of(parts, close == ']');
        }
        let is_concealed = text.next_if_eq(&'!').is_some();
        if is_concealed {
            text.next();
            text.next();
        }
        let name = match close {
            ']' => parts.len().to_string(),
            _ => {
                blanks(text);
                let name = scalar(text);
                text.next_if_eq(&':');
                name.as_str().expect("a key").to_owned()
            }
        };
        parts.push((name, is_concealed, flow(text)));
    }
}

fn scalar(text: &mut Chars<'_>) -> Value {
    if text.next_if_eq(&'"').is_some() {
        let mut quoted = String::new();
        while let Some(one) = text.next_if(|one| *one != '"') {
            quoted.push(one);
        }
        text.next();
        return json!(quoted);
    }
    let mut word = String::new();
    while let Some(one) = text.next_if(|one| !matches!(one, ',' | ']' | '}' | ':')) {
        word.push(one);
    }
    match word.trim() {
        "null" => Value::Null,
        "True" => json!(true),
        "False" => json!(false),
        word => serde_json::from_str(word).unwrap_or_else(|_| json!(word)),
    }
}

/// Tells whether the holder shows what stands at this pointer.
fn is_shown(shown: &Value, pointer: &str) -> bool {
    match shown.pointer(pointer) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(shown)) => *shown,
        Some(_) => true,
    }
}

fn compare(name: &str, text: &str) {
    let mut lines = lines(text);
    let case = block(&mut lines, 0);
    assert!(lines.is_empty(), "{name}: {lines:?}");
    let about = case.value["user_claims"].clone();
    let concealed: Vec<&str> = case
        .concealed
        .iter()
        .filter_map(|pointer| pointer.strip_prefix("/user_claims"))
        .collect();
    assert!(!concealed.is_empty(), "{name}");
    let secret = |number: u8| SecretKey::from_slice(&[number; 32]).expect("a key");
    let (issuer, holder) = (secret(1), secret(2));
    let public = holder.public_key(secp256k1::SECP256K1);
    let claims = Claims {
        issuer: "did:moneta:0707",
        key: "k1",
        kind: "case",
        about,
        concealed: &concealed,
        holder: &public,
        from: Moment(10),
        until: Moment(1_000),
        status: None,
    };
    let salts: Vec<Salt> = (0..concealed.len())
        .map(|at| [u8::try_from(at).unwrap(); 16])
        .collect();
    let issued = issue(&claims, &salts, &issuer).expect("a credential");
    // The disclosures stand in the order of the pointers.
    let disclosures = issued.split('~').skip(1).filter(|one| !one.is_empty());
    let shown: BTreeSet<String> = concealed
        .iter()
        .zip(disclosures)
        .filter(|(pointer, _)| is_shown(&case.value["holder_disclosed_claims"], pointer))
        .map(|(_, text)| Disclosure::read(text).expect("a disclosure").digest())
        .collect();
    let audience = Audience {
        name: "https://shop.example",
        nonce: "n",
    };
    let shows = |one: &Disclosure| shown.contains(&one.digest());
    let text = present(&issued, &shows, audience, Moment(100), &holder).expect("a presentation");
    let expected = Expectation {
        kind: "case",
        audience,
        now: Moment(100),
        proof_age: 300,
    };
    let key = issuer.public_key(secp256k1::SECP256K1);
    let verified = verify(&text, &expected, &|_| Some(key)).expect("it holds");
    let wanted = &case.value["expect_verified_user_claims"];
    let told: Map<String, Value> = verified
        .claims
        .as_object()
        .expect("claims")
        .iter()
        .filter(|(name, _)| wanted.get(name.as_str()).is_some())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    assert_eq!(&Value::Object(told), wanted, "{name}");
}

#[test]
fn claim_sets_of_the_reference_implementation_are_shown_as_it_shows_them() {
    let Some(folder) = moneta_vectors::path("sdjwt/cases") else {
        return;
    };
    let mut compared = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        compare(&path.display().to_string(), &text);
        compared += 1;
    }
    assert_eq!(compared, 6);
}
