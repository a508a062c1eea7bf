//! What handlers take out of a request: the caller, the body, path, query; each refuses with a code.

mod body;
mod caller;
mod page;
mod path;
mod query;
mod write;

pub(crate) use body::ApiJson;
pub(crate) use caller::Caller;
pub(crate) use page::PageQuery;
pub(crate) use path::ApiPath;
pub(crate) use query::ApiQuery;
pub(crate) use write::{WriteQuery, WriteRequest};
