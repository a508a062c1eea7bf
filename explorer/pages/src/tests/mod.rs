//! Every page in every language: whole, labelled, free of inline code, and deaf to hostile strings.

mod hostile;
mod markup;
mod snapshot;

use std::collections::BTreeSet;

use crate::sample::{pages, shell};
use crate::{ErrorPage, Lang, Problem, Shell, files, render_error};
use markup::{Element, elements, text};

/// Calls `check` with the name, the language and the elements of every page.
fn each_page(check: impl Fn(&str, Lang, &str, &[Element])) {
    for lang in Lang::ALL {
        for (name, html) in pages(lang) {
            let label = format!("{name}.{}", lang.tag());
            check(&label, lang, &html, &elements(&html));
        }
    }
}

#[test]
fn every_page_is_well_formed() {
    // `elements` panics on a tag that is not closed, a bare `&`, or an attribute without quotes.
    each_page(|name, _, html, elements| {
        assert!(html.starts_with("<!doctype html>"), "{name}");
        assert!(elements.len() > 40, "{name} is nearly empty");
    });
}

#[test]
fn every_page_has_its_language_one_heading_and_its_landmarks() {
    each_page(|name, lang, _, elements| {
        let count = |tag: &str| elements.iter().filter(|e| e.tag == tag).count();
        assert_eq!(elements[0].attribute("lang"), Some(lang.tag()), "{name}");
        for tag in ["h1", "main", "title"] {
            assert_eq!(count(tag), 1, "{name}: {tag}");
        }
        assert!(
            count("header") >= 1 && count("footer") == 1 && count("nav") >= 1,
            "{name}"
        );
        let skip = elements
            .iter()
            .find(|e| e.attribute("class") == Some("skip"));
        assert_eq!(
            skip.and_then(|e| e.attribute("href")),
            Some("#main"),
            "{name}"
        );
    });
}

#[test]
fn ids_are_unique_and_references_to_them_lead_somewhere() {
    each_page(|name, _, _, elements| {
        let mut ids = BTreeSet::new();
        for element in elements {
            if let Some(id) = element.attribute("id") {
                assert!(ids.insert(id), "{name}: two elements have the id {id}");
            }
        }
        for element in elements {
            for attribute in [
                "for",
                "aria-labelledby",
                "aria-describedby",
                "data-copy-from",
            ] {
                if let Some(id) = element.attribute(attribute) {
                    assert!(
                        ids.contains(id),
                        "{name}: {attribute} names {id}, which is not there"
                    );
                }
            }
        }
    });
}

#[test]
fn controls_and_images_have_names() {
    each_page(|name, _, _, elements| {
        let labelled: BTreeSet<_> = elements.iter().filter_map(|e| e.attribute("for")).collect();
        for element in elements {
            let named = match element.tag.as_str() {
                "img" => element.attribute("alt").is_some(),
                "input" => element
                    .attribute("id")
                    .is_some_and(|id| labelled.contains(id)),
                "button" => {
                    element.attribute("aria-label").is_some()
                        || element.attribute("type") == Some("submit")
                }
                "svg" => element.attribute("aria-label").is_some() || element.parent_hidden,
                "nav" => element.attribute("aria-label").is_some(),
                _ => true,
            };
            assert!(named, "{name}: {element:?} has no name");
        }
    });
}

#[test]
fn no_page_has_inline_code_or_reaches_for_another_host() {
    each_page(|name, _, _, elements| {
        for element in elements {
            assert_ne!(element.tag, "style", "{name}");
            assert_ne!(element.tag, "iframe", "{name}");
            if element.tag == "script" {
                assert_eq!(
                    element.attribute("src"),
                    Some(files::SCRIPT.path()),
                    "{name}"
                );
            }
            for (attribute, value) in &element.attributes {
                assert!(
                    attribute != "style" && !attribute.starts_with("on"),
                    "{name}: {attribute}"
                );
                if ["href", "src", "action"].contains(&attribute.as_str()) {
                    let ours = value.starts_with('/') && !value.starts_with("//")
                        || value.starts_with('#');
                    let marked = element
                        .attribute("rel")
                        .is_some_and(|rel| rel.contains("noreferrer ugc"));
                    assert!(
                        ours || marked && value.starts_with("https://"),
                        "{name}: {value}"
                    );
                }
            }
        }
    });
}

#[test]
fn no_english_word_of_the_table_is_left_on_a_chinese_page() {
    for (name, html) in pages(Lang::Zh) {
        let seen = text(&html);
        for (row, english) in crate::text::english_phrases() {
            assert!(
                !seen.contains(english),
                "{name}: {row} is shown in English: {english}"
            );
        }
    }
}

#[test]
fn both_languages_have_the_same_structure() {
    for ((name, english), (_, chinese)) in pages(Lang::En).into_iter().zip(pages(Lang::Zh)) {
        let shape = |html: &str| -> Vec<_> { elements(html).into_iter().map(|e| e.tag).collect() };
        assert_eq!(shape(&english), shape(&chinese), "{name}");
    }
}

#[test]
fn the_link_to_the_other_language_keeps_path_and_query() {
    let frame = shell(Lang::En, "/search?q=gold");
    assert_eq!(frame.in_lang(&Lang::Zh), "/search?q=gold&lang=zh");
    assert_eq!(
        shell(Lang::En, "/blocks").in_lang(&Lang::Zh),
        "/blocks?lang=zh"
    );
}

#[test]
fn a_page_without_a_tip_says_so() {
    let frame = Shell {
        tip: None,
        ..shell(Lang::En, "/")
    };
    let error = ErrorPage {
        problem: Problem::Unavailable,
        asked: String::new(),
        detail: None,
    };
    assert!(text(&render_error(&frame, &error)).contains(Lang::En.no_tip()));
}

#[test]
fn every_problem_has_a_status_that_says_whose_fault_it_is() {
    for problem in Problem::ALL {
        let status = problem.status();
        assert!((400..=503).contains(&status), "{problem:?}: {status}");
    }
    assert_eq!(Problem::UnknownBlock.status(), 404);
    assert_eq!(Problem::BadAddress.status(), 400);
    assert_eq!(Problem::Unavailable.status(), 503);
}
