//! An address: what it holds, what is frozen, and its history.

mod qr;

use askama::Template;

use crate::Lang;

use crate::layout::Shell;
use crate::parts::{
    Amount, Attachment, FreezeOn, FreezeRow, FreezeState, Pager, Party, Rights, Standing,
    TransactionRow, Unit,
};

/// What an address's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub address: String,
    /// What it holds: the native asset first.
    pub balances: Vec<Balance>,
    /// Rights and identities its coins carry.
    pub powers: Vec<Attachment>,
    /// Freezes that hold its coins now.
    pub freezes: Vec<FreezeRow>,
    /// How many transactions touch it.
    pub transaction_count: u64,
    /// Some of them, newest first; each row's amounts are what it changed here.
    pub history: Vec<TransactionRow>,
    /// The way to the others.
    pub pager: Pager,
}

/// How much of one unit an address holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// In blocks, frozen coins included.
    pub confirmed: Amount,
    /// What the mempool would add or take, signed; none if nothing.
    pub pending: Option<Amount>,
    /// How much of the confirmed can't move now; none if nothing.
    pub frozen: Option<Amount>,
}

#[derive(Template)]
#[template(path = "address/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Address,
    qr: Option<qr::Drawing>,
}

/// Returns an address's page.
pub fn render_address(shell: &Shell, address: &Address) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: address,
        qr: qr::draw(&address.address),
    })
}
