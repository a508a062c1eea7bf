//! A document's digest: since when the chain vouches for it, and what refers to it.
use askama::Template;

use crate::Lang;
use crate::format::Moment;
use crate::layout::Shell;
use crate::parts::{AssetRef, CoinRef};

/// What a digest's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of the document, or a merkle root of many.
    pub digest: String,
    /// Where it was notarised, first first.
    pub notarisations: Vec<Notarisation>,
    /// Assets whose terms it is.
    pub terms_of: Vec<AssetRef>,
    /// Assets that it is a document or the content of.
    pub documents_of: Vec<AssetRef>,
    /// Freezes that rest on it.
    pub basis_of: Vec<FreezeMention>,
}

/// A freeze that rests on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeMention {
    /// Under which asset.
    pub asset: AssetRef,
    /// Of which coin.
    pub coin: CoinRef,
    /// Transaction that froze it.
    pub frozen_in: String,
}

/// One notarisation of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notarisation {
    /// Transaction that carries it.
    pub txid: String,
    /// Height of its block.
    pub height: u32,
    /// Id of its block.
    pub block: String,
    /// Time of its block.
    pub moment: Moment,
    /// How many blocks deep, that block included.
    pub confirmations: u32,
    /// Where its proof can be had.
    pub proof: Option<String>,
}

#[derive(Template)]
#[template(path = "document/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Document,
}

/// Returns a digest's page.
pub fn render_document(shell: &Shell, document: &Document) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: document,
    })
}
