//! Freezes that are lifted.

mod create;

pub(crate) use create::{__path_create, create};
