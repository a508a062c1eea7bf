//! `GET /document/{digest}`: what the chain says about a document.
use axum::extract::Path;
use axum::response::Response;
use bitcoin::hex::{DisplayHex, FromHex};
use moneta_index::{DocumentSubject, DocumentUse, IndexError};
use moneta_pages::parts::Standing;
use moneta_pages::{Document, FreezeMention, Notarisation, Problem, render_document};

use super::super::answer::PageError;
use super::super::scene::{Scene, coin_ref};
use super::super::visit::Visit;

const MAX_USES: usize = 200;

/// Shows where a digest stands in the chain.
pub(crate) async fn show_document(visit: Visit, Path(asked): Path<String>) -> Response {
    let Ok(digest) = <[u8; 32]>::from_hex(&asked) else {
        return visit.refuse(PageError::new(Problem::BadId, asked));
    };
    visit
        .page(move |scene| {
            let uses = scene.view.document_uses(&digest, MAX_USES)?;
            if uses.is_empty() {
                return Err(PageError::new(Problem::UnknownDocument, asked));
            }
            let page = page(scene, &digest, &uses)?;
            Ok(render_document(&scene.shell, &page))
        })
        .await
}

fn page(scene: &Scene, digest: &[u8; 32], uses: &[DocumentUse]) -> Result<Document, IndexError> {
    let mut page = Document {
        digest: digest.to_lower_hex_string(),
        notarisations: Vec::new(),
        terms_of: Vec::new(),
        documents_of: Vec::new(),
        basis_of: Vec::new(),
    };
    for found in uses {
        match &found.subject {
            DocumentSubject::Anchor => {
                page.notarisations
                    .extend(notarisation(scene, &page.digest, found)?)
            }
            DocumentSubject::AssetTerms { asset } => {
                page.terms_of.push(scene.name_asset(asset)?.asset);
            }
            DocumentSubject::AssetDocument { asset, .. } | DocumentSubject::Content { asset } => {
                page.documents_of.push(scene.name_asset(asset)?.asset);
            }
            DocumentSubject::Freeze { asset, coin } => page.basis_of.push(FreezeMention {
                asset: scene.name_asset(asset)?.asset,
                coin: coin_ref(coin),
                frozen_in: found.txid.to_string(),
            }),
        }
    }
    Ok(page)
}

fn notarisation(
    scene: &Scene,
    digest: &str,
    found: &DocumentUse,
) -> Result<Option<Notarisation>, IndexError> {
    let standing = scene.standing_at(found.place)?;
    Ok(match standing {
        Some(Standing::Confirmed {
            height,
            block,
            moment,
            confirmations,
        }) => Some(Notarisation {
            txid: found.txid.to_string(),
            height,
            block,
            moment,
            confirmations,
            proof: Some(format!("/document/{digest}/proof/{}", found.txid)),
        }),
        _ => None,
    })
}
