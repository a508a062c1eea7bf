//! View models to HTML: pure, template beside its page, English and Chinese.
#![doc = ""]
#![doc = include_str!("../README.md")]

mod address;
mod asset;
mod assets;
mod block;
mod blocks;
mod document;
mod error;
pub mod files;
pub mod format;
mod freezes;
mod home;
mod identity;
mod layout;
mod node;
pub mod parts;
mod search;
mod text;
mod transaction;

pub use address::{Address, Balance, render_address};
pub use asset::{Asset, AssetFigures, Holder, render_asset};
pub use assets::{AssetRow, Assets, render_assets};
pub use block::{Block, BlockPlace, HeaderFields, SealFields, render_block};
pub use blocks::{Blocks, render_blocks};
pub use document::{Document, FreezeMention, Notarisation, render_document};
pub use error::{ErrorPage, Problem, render_error};
pub use freezes::{Freezes, render_freezes};
pub use home::{Home, MempoolCard, render_home};
pub use identity::{Field, Identity, render_identity};
pub use layout::{Shell, Tip};
pub use node::{Node, NodePeer, render_node};
pub use search::{Hit, HitKind, SearchResults, render_search};
pub use text::Lang;
pub use transaction::{
    Envelope, Input, Issue, Operation, Output, Spend, Transaction, TransactionFigures,
    render_transaction,
};

/// What a browser may do with a page: load our own files and nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Writes a page out.
fn written(page: &impl askama::Template) -> String {
    page.render()
        .expect("only writing can fail, and a String takes everything")
}

#[cfg(test)]
extern crate self as moneta_pages;
#[cfg(test)]
#[path = "../examples/gallery/sample/mod.rs"]
mod sample;
#[cfg(test)]
mod tests;
