//! Chain events to index rows (pure), and the stores that hold them.
#![doc = include_str!("../README.md")]

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
    FreezeEventKind, FrozenCoin, HistoryEntry, Holder, IdentityVersion, IndexedTransaction, Place,
    RoleCoin, ScriptTotals, SearchHit, Spend, Subject, Suggestion, SuggestionKind, TakenUnits,
    UnspentCoin, WideFreeze,
};
pub use pending::{Pending, PendingScript};
pub use rows::{Batch, RowChange, Table, rows, rows_undone};
pub use view::View;
