//! Chain events to index rows (pure), and the stores that hold them.
//!
//! [`rows()`] turns a connected block into a [`Batch`] of row changes and touches nothing. [`Index`] owns
//! `index.redb` (what look-ups need, with the index's own tip in the same transaction) and
//! `search.sled/` (names to suggest while somebody types). Both can be rebuilt from the chain, so a
//! damaged or newer file is thrown away and filled again.
//!
//! A [`View`] is one moment of the index: everything asked of one view belongs to one tip.

mod codec;
mod error;
mod index;
mod model;
mod names;
mod pending;
mod rows;
mod store;
mod view;

#[cfg(test)]
mod tests;

pub use error::IndexError;
pub use index::{CatchUp, Index};
pub use model::{
    AssetEvent, AssetTotals, BlockSummary, DocumentSubject, DocumentUse, FreezeEvent,
    FreezeEventKind, FrozenCoin, HistoryEntry, Holder, IndexedTransaction, Place, RoleCoin,
    ScriptTotals, SearchHit, Spend, Subject, Suggestion, SuggestionKind, UnspentCoin,
};
pub use pending::{Pending, PendingScript};
pub use rows::{Batch, RowChange, Table, rows, rows_undone};
pub use view::View;
