//! Why a dataset can't be used.
use std::io;

/// Why a dataset can't be used or built. What is on disk is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The system refused.
    #[error("the dataset of epoch {epoch}: {source}")]
    Io {
        /// The epoch.
        epoch: u32,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is something else, or the dataset of another epoch or network.
    #[error("{name} is not the dataset that is needed; move it away and it will be built")]
    Foreign {
        /// The file's name.
        name: String,
    },
    /// The file has another length than its dataset.
    #[error("{name} has {got} bytes, its dataset takes {expected}")]
    WrongLength {
        /// The file's name.
        name: String,
        /// Its length in bytes.
        got: u64,
        /// The length of a whole file in bytes.
        expected: u64,
    },
    /// A segment is not what was written, or was never written.
    #[error("segment {segment} of {name} is damaged")]
    Damaged {
        /// The file's name.
        name: String,
        /// The segment, counted from 0.
        segment: u64,
    },
    /// The file is whole, but an item is not what Ethash yields.
    #[error("item {item} of {name} is not what Ethash yields")]
    WrongItem {
        /// The file's name.
        name: String,
        /// The item, counted from 0.
        item: u32,
    },
    /// Whoever watched the build ended it. The next build goes on from here.
    #[error("the build was stopped after {done_bytes} bytes")]
    Stopped {
        /// Bytes of the dataset that are there.
        done_bytes: u64,
    },
}

impl DatasetError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "dataset.io",
            Self::Foreign { .. } => "dataset.foreign",
            Self::WrongLength { .. } => "dataset.wrong_length",
            Self::Damaged { .. } => "dataset.damaged",
            Self::WrongItem { .. } => "dataset.wrong_item",
            Self::Stopped { .. } => "dataset.stopped",
        }
    }

    /// Says which dataset the system refused to work on.
    pub(crate) const fn of(epoch: u32) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { epoch, source }
    }
}
