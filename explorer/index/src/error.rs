//! Why the index can't answer or follow.
use bitcoin::BlockHash;
use moneta_chain::Height;

/// Why the index can't answer or follow. None of these loses anything: the index is rebuilt from the chain.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// `index.redb` could not be opened, read or written.
    #[error("the index file failed: {0}")]
    Storage(#[from] Box<redb::Error>),
    /// `search.sled` could not be opened, read or written.
    #[error("the search folder failed: {0}")]
    Search(#[from] sled::Error),
    /// Another process has the index open.
    #[error("the index in {0} is in use by another process")]
    InUse(std::path::PathBuf),
    /// A file could not be removed or a folder made.
    #[error("the index folder failed: {0}")]
    Folder(#[from] std::io::Error),
    /// An event does not follow on the index's tip.
    #[error("block {got} at height {height} does not follow on the index's tip {tip}")]
    OutOfStep {
        /// The index's tip.
        tip: BlockHash,
        /// Block of the event.
        got: BlockHash,
        /// Its height.
        height: Height,
    },
    /// A row is not what the block says it must have been. The index must be rebuilt.
    #[error("a row of table {table} is not what the chain says it was")]
    Inconsistent {
        /// Name of the table.
        table: &'static str,
    },
    /// A row can't be read back. The index must be rebuilt.
    #[error("a row of table {table} can't be read")]
    Damaged {
        /// Name of the table.
        table: &'static str,
    },
    /// The node could not give the next step.
    #[error(transparent)]
    Node(#[from] moneta_node_api::NodeError),
}

impl IndexError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Storage(_) => "index.storage",
            Self::Search(_) => "index.search",
            Self::InUse(_) => "index.in_use",
            Self::Folder(_) => "index.folder",
            Self::OutOfStep { .. } => "index.out_of_step",
            Self::Inconsistent { .. } => "index.inconsistent",
            Self::Damaged { .. } => "index.damaged",
            Self::Node(error) => error.code(),
        }
    }

    /// Tells whether the index itself is at fault, so that building it anew helps.
    pub(crate) const fn asks_for_rebuild(&self) -> bool {
        matches!(
            self,
            Self::OutOfStep { .. } | Self::Inconsistent { .. } | Self::Damaged { .. }
        )
    }
}
