//! The list of blocks, newest first.
use askama::Template;

use crate::Lang;
use crate::layout::Shell;
use crate::parts::{BlockRow, Pager, Party};

/// One page of the list of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks {
    /// Its rows, newest first.
    pub rows: Vec<BlockRow>,
    /// The way to the neighbouring pages.
    pub pager: Pager,
}

#[derive(Template)]
#[template(path = "blocks/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Blocks,
}

/// Returns a page of the list of blocks.
pub fn render_blocks(shell: &Shell, blocks: &Blocks) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: blocks,
    })
}
