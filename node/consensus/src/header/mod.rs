//! Headers and their seals (MIP-8).

mod budget;
mod check;
mod error;
mod parent;
mod run;
mod seal;

pub use budget::SealBudget;
pub(crate) use check::check_parent;
pub use check::{check_header, check_unsealed_header, required_bits};
pub use error::HeaderError;
pub use parent::{MEDIAN_SPAN, ParentBlock, RecentTimes};
pub use run::{RefusedHeader, check_headers};
pub use seal::{full_size, light_cache};
