//! The API's description is a contract: it changes only on purpose.
use std::path::Path;

use serde_json::Value;

use crate::gateway::TestGateway;

/// Run with `MONETA_ACCEPT=1` to accept the description as it is now.
#[test]
fn the_description_is_the_one_that_was_accepted() {
    let gateway = TestGateway::start();
    let now = gateway.client.get("/openapi.json").ok();
    let accepted = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    let text = serde_json::to_string_pretty(&now).expect("JSON") + "\n";
    if std::env::var_os("MONETA_ACCEPT").is_some() {
        std::fs::write(&accepted, &text).expect("the snapshot is written");
    }
    let before = std::fs::read_to_string(&accepted).unwrap_or_default();
    assert!(
        before == text,
        "openapi.json has changed; if on purpose: MONETA_ACCEPT=1 cargo test -p moneta-server openapi"
    );
    assert_eq!(now["openapi"], "3.1.0");
}

#[test]
fn every_path_says_what_it_is_and_names_it_once() {
    let gateway = TestGateway::start();
    let api = gateway.client.get("/openapi.json").ok();
    let mut names = std::collections::BTreeSet::new();
    for (path, methods) in api["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let place = format!("{method} {path}");
            for part in ["summary", "description", "operationId"] {
                let said = operation[part].as_str().unwrap_or_default();
                assert!(!said.is_empty(), "{place} has no {part}");
            }
            assert!(
                names.insert(operation["operationId"].to_string()),
                "{place}"
            );
            let responses = operation["responses"].as_object().expect("responses");
            assert!(!responses.is_empty(), "{place}");
            for (status, response) in responses {
                let said = response["description"].as_str().unwrap_or_default();
                assert!(!said.is_empty(), "{place} {status} has no description");
            }
        }
    }
    assert!(names.len() > 25);
    let schemas = api["components"]["schemas"].as_object().expect("schemas");
    for (name, schema) in schemas {
        let fields = schema["properties"].as_object();
        for (field, said) in fields.into_iter().flatten() {
            let described = described(said);
            assert!(described, "{name}.{field} has no description: {said}");
        }
    }
}

/// A field says what it is; a reference says it behind `oneOf` or by itself.
fn described(field: &Value) -> bool {
    field["description"].is_string() || field["oneOf"].is_array() || field["$ref"].is_string()
}

#[test]
fn the_docs_page_needs_nothing_from_elsewhere() {
    let gateway = TestGateway::start();
    let page = gateway.client.get("/docs/");
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("https://"), "{}", page.text);
    for file in [
        "swagger-ui-bundle.js",
        "swagger-ui.css",
        "openapi.json",
        "swagger-initializer.js",
    ] {
        assert_eq!(
            gateway.client.get(&format!("/docs/{file}")).status,
            200,
            "{file}"
        );
    }
}
