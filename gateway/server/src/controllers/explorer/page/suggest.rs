//! `GET /search/suggest?q=`: names that begin with what somebody types, as JSON for the page's script.
use axum::Json;
use axum::http::header::{CACHE_CONTROL, VARY};
use axum::response::IntoResponse;
use moneta_index::SuggestionKind;
use serde::Serialize;

use super::super::visit::Visit;

const LIMIT: usize = 8;

/// One line below the search box.
#[derive(Debug, Serialize)]
struct Line {
    kind: &'static str,
    label: String,
    detail: String,
    href: String,
}

/// Suggests assets and identities.
pub(crate) async fn suggest(visit: Visit) -> impl IntoResponse {
    let query = visit.query("q").unwrap_or_default().trim();
    let query = query.strip_prefix('@').unwrap_or(query).to_owned();
    let (index, t) = (visit.state.index.clone(), visit.lang());
    let found = tokio::task::spawn_blocking(move || index.suggest(&query, LIMIT)).await;
    let lines = found.unwrap_or_default().into_iter().map(|suggestion| {
        let (kind, label, folder) = match suggestion.kind {
            SuggestionKind::Asset => (t.asset(), suggestion.text, "asset"),
            SuggestionKind::Identity => (t.identity(), format!("@{}", suggestion.text), "identity"),
        };
        Line {
            kind,
            label,
            detail: suggestion.name,
            href: format!("/{folder}/{}", suggestion.id),
        }
    });
    let lines: Vec<_> = lines.collect();
    let headers = [
        (CACHE_CONTROL, "private, max-age=5"),
        (VARY, "Accept-Language, Cookie"),
    ];
    (headers, Json(lines))
}
