//! Freezes (MIP-1).

mod create;
mod list;
mod targets;

pub(crate) use create::{__path_create, create};
pub(crate) use list::{__path_list, list};
pub(crate) use targets::read_targets;
