//! The public freeze register: every freeze of every asset, with its reason.
use askama::Template;

use crate::Lang;

use crate::layout::Shell;
use crate::parts::{FreezeOn, FreezeRow, FreezeState, Pager, Party, Unit};

/// One page of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freezes {
    /// How many freezes hold now.
    pub active: usize,
    /// Its rows, newest first.
    pub rows: Vec<FreezeRow>,
    /// The way to the neighbouring pages.
    pub pager: Pager,
}

#[derive(Template)]
#[template(path = "freezes/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Freezes,
}

/// Returns a page of the register.
pub fn render_freezes(shell: &Shell, freezes: &Freezes) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: freezes,
    })
}
