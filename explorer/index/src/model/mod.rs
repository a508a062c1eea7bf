//! What the index answers: owned plain values, one file per topic.

mod chain;
mod registry;
mod script;
mod search;

pub use chain::{BlockSummary, HistoryEntry, IndexedTransaction, Place, Spend};
pub use registry::{
    AssetEvent, AssetTotals, DocumentSubject, DocumentUse, FreezeEvent, FreezeEventKind,
    FrozenCoin, Holder, IdentityVersion, RoleCoin, Subject, TakenUnits, WideFreeze,
};
pub use script::{ScriptTotals, UnspentCoin};
pub use search::{SearchHit, Suggestion, SuggestionKind};
