//! Header, block and transaction rules as pure checks over views.
//!
//! The ladder: `SealedBlock` -> [`CheckedBlock`] (right by itself) -> [`ValidBlock`] (right in its chain).
//! Only the check before can build a stage.

mod difficulty;
mod stages;
mod view;

pub use difficulty::{Anchor, Asert};
pub use stages::{CheckedBlock, ValidBlock, ValidTransaction};
pub use view::{ChainView, CoinView, ParentBlock};
