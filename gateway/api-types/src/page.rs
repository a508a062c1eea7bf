//! A list that comes in pages.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The things, in the list's order.
    pub items: Vec<T>,
    /// Give it as `?cursor=` to read on; `null` at the end.
    pub next_cursor: Option<String>,
}
