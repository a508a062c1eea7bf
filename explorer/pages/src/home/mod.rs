//! The front page: search, the tip, what happened last, and what this is.
use askama::Template;

use crate::Lang;
use crate::layout::{Shell, Tip};
use crate::parts::{BlockRow, Standing, TransactionRow, Unit};

/// What the front page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The best block.
    pub tip: Tip,
    /// Its id's expected work in hashes, digits grouped.
    pub work: String,
    /// Transactions that wait.
    pub mempool: MempoolCard,
    /// The latest blocks, newest first.
    pub blocks: Vec<BlockRow>,
    /// The latest transactions, waiting ones first.
    pub transactions: Vec<TransactionRow>,
}

/// The mempool in three figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MempoolCard {
    /// How many transactions wait.
    pub transactions: usize,
    /// Their size in virtual bytes.
    pub vsize: u64,
}

#[derive(Template)]
#[template(path = "home/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Home,
}

/// Returns the front page.
pub fn render_home(shell: &Shell, home: &Home) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: home,
    })
}
