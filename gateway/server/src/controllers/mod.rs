//! The handlers: one folder a surface, one file an action.

pub(crate) mod esplora;
pub(crate) mod explorer;
pub(crate) mod v1;
