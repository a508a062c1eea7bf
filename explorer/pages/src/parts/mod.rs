//! What several pages show: amounts, assets, parties, attachments, freezes and rows of lists.
//!
//! Plain data with numbers already written in their unit; `parts.html` beside this file draws them.

mod amount;
mod freeze;
mod party;
mod row;

pub(crate) use amount::count;
pub use amount::{Amount, AssetRef, Attachment, IdentityRef, Right, Rights, Unit};
pub use freeze::{FreezeAct, FreezeOn, FreezeRow, FreezeState, Reason, Tier};
pub use party::{CoinRef, Party};
pub use row::{BlockRow, Deed, Pager, Standing, TransactionRow};
