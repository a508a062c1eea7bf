//! The index as a whole: opening, following, and handing out views.
use std::path::Path;
use std::sync::Arc;

use moneta_chain::Params;
use moneta_node_api::{ChainEvent, MempoolSnapshot, NodeApi, Tip};

use crate::{IndexError, Pending, Suggestion, View};

/// The explorer's and the wallets' look-up tables. Cheap to share behind an `Arc`; all calls take `&self`.
///
/// Calls read and write files and so may block for milliseconds: from async code use a blocking task.
pub struct Index {}

/// What one step of following did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// The index stands where the node does, and is on disk.
    Current,
    /// One block was connected or taken back; there may be more.
    Stepped,
    /// The node knows nothing of the index's tip (another chain), or a row was wrong: the index starts
    /// again from genesis.
    Restarted,
}

impl Index {
    /// Opens the index in `folder` (`index.redb` and `search.sled/`), or makes it.
    ///
    /// An index that is damaged, of another format or of another genesis is thrown away and begun anew.
    ///
    /// # Errors
    /// Another process has it open, or the disk fails.
    pub fn open(_folder: &Path, _params: &Params) -> Result<Self, IndexError> {
        unimplemented!("index")
    }

    /// Returns the block the index stands at.
    pub fn tip(&self) -> Tip {
        unimplemented!("index")
    }

    /// Returns the index as it is now; it does not change under the reader.
    ///
    /// # Errors
    /// The disk fails.
    pub fn view(&self) -> Result<View, IndexError> {
        unimplemented!("index")
    }

    /// Follows one step of the chain, rows and tip in one transaction.
    ///
    /// # Errors
    /// The event does not follow on the tip, a row is wrong, or the disk fails; nothing has changed then.
    pub fn apply(&self, _event: &ChainEvent) -> Result<(), IndexError> {
        unimplemented!("index")
    }

    /// Asks the node for the next step and follows it. Call it until it says [`CatchUp::Current`], then
    /// wait for [`NodeApi::changed`].
    ///
    /// # Errors
    /// The node or the disk fails.
    pub async fn catch_up_step(&self, _node: &dyn NodeApi) -> Result<CatchUp, IndexError> {
        unimplemented!("index")
    }

    /// Returns names that begin with what somebody types: at most `limit` (never more than 20).
    pub fn suggest(&self, _prefix: &str, _limit: usize) -> Vec<Suggestion> {
        unimplemented!("index")
    }

    /// Returns the mempool by owner; sorted anew only when the snapshot's revision has changed.
    pub fn pending(&self, _snapshot: Arc<MempoolSnapshot>) -> Arc<Pending> {
        unimplemented!("index")
    }
}
