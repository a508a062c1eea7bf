//! Forced transfers (MIP-1).

mod create;

pub(crate) use create::{__path_create, create};
