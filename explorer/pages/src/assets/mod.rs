//! The list of assets.
use askama::Template;

use crate::Lang;
use crate::layout::Shell;
use crate::parts::{Amount, AssetRef, Pager};

/// One page of the list of assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// Its rows.
    pub rows: Vec<AssetRow>,
    /// The way to the neighbouring pages.
    pub pager: Pager,
}

/// An asset in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetRow {
    /// Which asset.
    pub asset: AssetRef,
    /// Its name for people.
    pub name: String,
    /// What exists now.
    pub supply: Amount,
    /// The most there may ever be.
    pub cap: Amount,
    /// Supply over cap, in thousandths.
    pub cap_per_mille: u32,
    /// Whether coins of it can be frozen.
    pub freezable: bool,
    /// Height at which it was issued.
    pub issued_at: u32,
}

#[derive(Template)]
#[template(path = "assets/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Assets,
}

/// Returns a page of the list of assets.
pub fn render_assets(shell: &Shell, assets: &Assets) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: assets,
    })
}
