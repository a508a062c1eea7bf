//! An asset: supply, powers, holders, freezes, documents, history.
use askama::Template;

use crate::Lang;

use crate::layout::Shell;
use crate::parts::{
    Amount, AssetRef, FreezeOn, FreezeRow, FreezeState, Pager, Party, Right, Standing,
    TransactionRow, Unit,
};

/// What an asset's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Which asset.
    pub asset: AssetRef,
    /// Its name for people.
    pub name: String,
    /// Its figures.
    pub figures: AssetFigures,
    /// Rights declared at issue.
    pub powers: Vec<Right>,
    /// Whether only enrolled scripts may hold it.
    pub enrolled_only: bool,
    /// Hash of its terms.
    pub document: Option<String>,
    /// Transaction that issued it.
    pub issued_in: String,
    /// Height of that transaction.
    pub issued_at: u32,
    /// How many parties hold it.
    pub holder_count: u64,
    /// Those who hold most, in that order.
    pub holders: Vec<Holder>,
    /// Its freeze register, newest first.
    pub freezes: Vec<FreezeRow>,
    /// Its transactions, newest first.
    pub history: Vec<TransactionRow>,
    /// The way to the others.
    pub pager: Pager,
}

/// How much of an asset there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFigures {
    /// What exists now: issued less burned.
    pub supply: Amount,
    /// All that was ever created.
    pub issued: Amount,
    /// All that was ever destroyed.
    pub burned: Amount,
    /// What can't move now.
    pub frozen: Option<Amount>,
    /// The most there may ever be.
    pub cap: Amount,
    /// Supply over cap, in thousandths.
    pub cap_per_mille: u32,
    /// Supply over cap as a percentage, two places.
    pub cap_percent: String,
    /// Decimal places of the displayed unit.
    pub decimals: u8,
}

/// Somebody who holds an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub party: Party,
    /// How much.
    pub amount: Amount,
    /// Of the supply, as a percentage, two places.
    pub percent: String,
    /// Of the supply, in thousandths.
    pub per_mille: u32,
}

#[derive(Template)]
#[template(path = "asset/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Asset,
}

/// Returns an asset's page.
pub fn render_asset(shell: &Shell, asset: &Asset) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: asset,
    })
}

impl Asset {
    /// Tells whether coins of the asset can be frozen.
    pub fn is_freezable(&self) -> bool {
        self.powers.contains(&Right::Freeze)
    }
}
