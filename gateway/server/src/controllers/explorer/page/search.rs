//! `GET /search?q=`: one box for everything.
use axum::response::Response;
use bitcoin::Txid;
use moneta_index::{IndexError, SearchHit};
use moneta_pages::{Hit, HitKind, Problem, SearchResults, render_search};

use super::super::answer::PageError;
use super::super::scene::Scene;
use super::super::visit::Visit;

/// Longer questions name nothing.
const MAX_QUERY: usize = 200;

/// Leads to the one thing a text names, or lists what it may name.
pub(crate) async fn search(visit: Visit) -> Response {
    let query = visit.query("q").unwrap_or_default().trim().to_owned();
    if query.is_empty() {
        return visit.refuse(PageError::Elsewhere("/".to_owned()));
    }
    if query.len() > MAX_QUERY {
        return visit.refuse(PageError::new(Problem::BadRequest, ""));
    }
    visit
        .page(move |scene| {
            let hits = hits(scene, &query)?;
            if let [only] = hits.as_slice() {
                return Err(PageError::Elsewhere(only.href.clone()));
            }
            let results = SearchResults {
                probed: probed(&query),
                query,
                hits,
            };
            Ok(render_search(&scene.shell, &results))
        })
        .await
}

fn hits(scene: &Scene, query: &str) -> Result<Vec<Hit>, IndexError> {
    let bare = query.strip_prefix('@').unwrap_or(query);
    let mut hits = Vec::new();
    for found in scene.view.search(bare)? {
        hits.extend(hit(scene, &found)?);
    }
    if let Ok(txid) = query.parse::<Txid>()
        && scene.pending.transaction(&txid).is_some()
        && scene.view.place_of(&txid)?.is_none()
    {
        let id = txid.to_string();
        hits.push(Hit {
            kind: HitKind::Transaction,
            href: format!("/tx/{id}"),
            label: id,
            detail: scene.shell.lang.waiting().to_owned(),
        });
    }
    Ok(hits)
}

fn hit(scene: &Scene, found: &SearchHit) -> Result<Option<Hit>, IndexError> {
    let (kind, label, detail, href) = match found {
        SearchHit::Block { height, id } => (
            HitKind::Block,
            scene.shell.lang.block_number(height),
            id.to_string(),
            format!("/block/{id}"),
        ),
        SearchHit::Transaction(txid) => (
            HitKind::Transaction,
            txid.to_string(),
            String::new(),
            format!("/tx/{txid}"),
        ),
        SearchHit::Output(coin) => (
            HitKind::Transaction,
            coin.to_string(),
            String::new(),
            format!("/tx/{}#out-{}", coin.txid, coin.vout),
        ),
        SearchHit::Address { address, .. } => (
            HitKind::Address,
            address.clone(),
            String::new(),
            format!("/address/{address}"),
        ),
        SearchHit::Asset(id) => {
            let Some(asset) = scene.view.asset(id)? else {
                return Ok(None);
            };
            let name = scene.name_of(&asset)?.asset.name();
            (HitKind::Asset, name, asset.name, format!("/asset/{id}"))
        }
        SearchHit::Identity(id) => {
            let handle = scene.name_identity(id)?.handle;
            (
                HitKind::Identity,
                format!("@{handle}"),
                id.to_string(),
                format!("/identity/{id}"),
            )
        }
        SearchHit::Document(digest) => {
            let digest = bitcoin::hex::DisplayHex::to_lower_hex_string(digest);
            let href = format!("/document/{digest}");
            (HitKind::Document, digest, String::new(), href)
        }
    };
    Ok(Some(Hit {
        kind,
        label,
        detail,
        href,
    }))
}

/// Says what a text could have been, by its form: what the index was asked for.
fn probed(query: &str) -> Vec<HitKind> {
    let hexadecimal = query.len() == 64 && query.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal {
        return vec![
            HitKind::Block,
            HitKind::Transaction,
            HitKind::Asset,
            HitKind::Identity,
            HitKind::Document,
        ];
    }
    if query.bytes().all(|byte| byte.is_ascii_digit()) {
        return vec![HitKind::Block];
    }
    if query.starts_with('@') || query.starts_with("did:") {
        return vec![HitKind::Identity];
    }
    if query
        .split_once(':')
        .is_some_and(|(txid, _)| txid.len() == 64)
    {
        return vec![HitKind::Transaction];
    }
    let mut kinds = vec![HitKind::Asset, HitKind::Identity];
    // Every address there is has a `1` after a short prefix and at least six characters more.
    if query.len() >= 14 && query.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        kinds.insert(0, HitKind::Address);
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_probed_follows_from_the_form() {
        use HitKind::*;
        for (query, kinds) in [
            ("1234", vec![Block]),
            (
                &"ab".repeat(32),
                vec![Block, Transaction, Asset, Identity, Document],
            ),
            ("@acme", vec![Identity]),
            ("acme/GOLD", vec![Asset, Identity]),
            (
                "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
                vec![Address, Asset, Identity],
            ),
            (&format!("{}:0", "ab".repeat(32)), vec![Transaction]),
        ] {
            assert_eq!(probed(query), kinds, "{query}");
        }
    }
}
