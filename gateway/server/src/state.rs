//! What every handler may reach.
use std::sync::Arc;

use moneta_index::Index;
use moneta_node_api::NodeApi;

/// What every handler may reach. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    /// The chain and the mempool.
    pub(crate) node: Arc<dyn NodeApi>,
    /// The look-up tables.
    pub(crate) index: Arc<Index>,
    /// Where users reach this gateway, without a slash at the end.
    pub(crate) public_url: Arc<str>,
    /// Whether this is a sandbox.
    pub(crate) sandbox: bool,
}
