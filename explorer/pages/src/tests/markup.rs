//! A small strict reader of our own markup: every tag closed, every attribute quoted, nothing bare.

/// Elements that have no content and no end tag.
const VOID: [&str; 6] = ["meta", "link", "img", "input", "rect", "path"];

/// An element's start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) tag: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) parent_hidden: bool,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Returns all elements in order, or panics where the markup is not well formed.
pub(super) fn elements(html: &str) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").expect("a doctype");
    while let Some((before, after)) = rest.split_once('<') {
        check_text(before);
        let (tag, next) = after.split_once('>').expect("a tag ends");
        rest = next;
        if let Some(name) = tag.strip_prefix('/') {
            let (expected, _) = open
                .pop()
                .unwrap_or_else(|| panic!("</{name}> closes nothing"));
            assert_eq!(
                name, expected,
                "closed in the wrong order near {:.80}",
                rest
            );
            continue;
        }
        let (tag, closed) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (name, attributes) = start(tag);
        let hidden = attributes
            .iter()
            .any(|(name, value)| name == "aria-hidden" && value == "true");
        if !closed && !VOID.contains(&name.as_str()) {
            open.push((name.clone(), hidden));
        }
        let parent_hidden = open.iter().any(|(_, hidden)| *hidden);
        elements.push(Element {
            tag: name,
            attributes,
            parent_hidden,
        });
    }
    check_text(rest);
    assert!(open.is_empty(), "left open: {open:?}");
    elements
}

/// Returns what a reader sees, tags taken away.
pub(super) fn text(html: &str) -> String {
    html.split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ")
        .replace("&#39;", "'")
}

fn start(tag: &str) -> (String, Vec<(String, String)>) {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    assert!(
        name.chars().all(|c| c.is_ascii_alphanumeric()),
        "tag {name:?}"
    );
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return (name.to_owned(), attributes);
        }
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
        assert!(
            attribute.chars().all(legal),
            "attribute {attribute:?} of {name}"
        );
        let value = match after.strip_prefix("=\"") {
            Some(after) => {
                let (value, after) = after.split_once('"').expect("a value ends");
                check_text(value);
                rest = after;
                value
            }
            None => {
                assert!(
                    !after.starts_with('='),
                    "{attribute} of {name} has no quotes"
                );
                rest = after;
                ""
            }
        };
        attributes.push((attribute.to_owned(), value.to_owned()));
    }
}

/// Text holds no bare `>` and no `&` that starts no character reference.
fn check_text(text: &str) {
    assert!(!text.contains('>'), "bare > in {text:?}");
    for (_, after) in text.match_indices('&').map(|(at, _)| text.split_at(at)) {
        let reference = after.split(';').next().unwrap_or_default();
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '#';
        let known =
            reference.len() > 1 && reference.len() < 10 && reference.chars().skip(1).all(legal);
        assert!(known && after.contains(';'), "bare & in {after:.40}");
    }
}
