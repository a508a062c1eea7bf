//! What every answer goes through, outermost first: request id, problem body, safe headers, tip, panic.

mod body;
mod late;
mod load;
mod problems;
mod safety;
mod tip;

pub(crate) use body::read_short_body;
pub(crate) use late::stop_late;
pub(crate) use load::{MOST, shed_load};
pub(crate) use problems::{on_panic, write_problems};
pub(crate) use safety::add_safety_headers;
pub(crate) use tip::add_tip;
