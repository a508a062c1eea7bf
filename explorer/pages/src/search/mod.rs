//! What a search found, when it is not exactly one thing.
use askama::Template;

use crate::Lang;
use crate::layout::Shell;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchResults {
    /// What was asked.
    pub query: String,
    /// What was found.
    pub hits: Vec<Hit>,
    /// What it could have been and was looked for.
    pub probed: Vec<HitKind>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What kind of thing.
    pub kind: HitKind,
    /// What it is called.
    pub label: String,
    /// A word more.
    pub detail: String,
    /// Where its page is.
    pub href: String,
}

/// Kinds of things that can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the pages")]
pub enum HitKind {
    Block,
    Transaction,
    Address,
    Asset,
    Identity,
    Document,
}

#[derive(Template)]
#[template(path = "search/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a SearchResults,
}

/// Returns the page of a search that found nothing, or more than one thing.
pub fn render_search(shell: &Shell, results: &SearchResults) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: results,
    })
}

impl HitKind {
    /// Returns the kind's name.
    pub fn name(self, t: &Lang) -> &'static str {
        match self {
            Self::Block => t.block(),
            Self::Transaction => t.transaction(),
            Self::Address => t.address(),
            Self::Asset => t.asset(),
            Self::Identity => t.identity(),
            Self::Document => t.document(),
        }
    }
}
