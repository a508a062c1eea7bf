//! Why a store can't be opened, read or written.
use std::cmp::Ordering;
use std::io;

/// What is wrong with bytes on disk. They were whole when they were written: the disk, or somebody, changed them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} is damaged at byte {offset}: {what}")]
pub struct Damage {
    /// Which file.
    pub file: String,
    /// Where in it.
    pub offset: u64,
    /// What does not hold.
    pub what: &'static str,
}

/// Why a store can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file can't be read or written.
    #[error("{file} can't be used: {source}")]
    Io {
        /// Which file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// What was synced once does not read back.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// A newer program wrote it.
    #[error("{file} has format {found}, this program knows {known}: use a newer one")]
    NewerFormat {
        /// Which file.
        file: String,
        /// Its format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// An older program wrote it.
    #[error(
        "{file} has format {found}, this program knows {known}: make the state anew from the blocks"
    )]
    OlderFormat {
        /// Which file.
        file: String,
        /// Its format.
        found: u32,
        /// The format known here.
        known: u32,
    },
}

/// Why a store can't be read or written. Nothing of the batch is in the store then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, or refused a write; the store goes on when there is room again.
    #[error("{file} can't be written: {source}")]
    Write {
        /// Which file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A sync failed, once and for all: nobody knows what is on the disk. Stop the process and open the store again.
    #[error("a sync failed before: the store takes no more writes until it is opened again")]
    Poisoned,
    /// A file can't be read.
    #[error("{file} can't be read: {source}")]
    Read {
        /// Which file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// What was synced once does not read back.
    #[error(transparent)]
    Damaged(#[from] Damage),
}

impl OpenError {
    pub(crate) fn io(file: &str) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Io { file, source }
    }

    /// Refuses a file of another format than the one known here.
    ///
    /// # Errors
    /// It is older or newer.
    pub fn check_format(file: &str, found: u32, known: u32) -> Result<(), Self> {
        let file = file.to_owned();
        match found.cmp(&known) {
            Ordering::Less => Err(Self::OlderFormat { file, found, known }),
            Ordering::Equal => Ok(()),
            Ordering::Greater => Err(Self::NewerFormat { file, found, known }),
        }
    }

    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "kv.io",
            Self::Damaged(_) => "kv.damaged",
            Self::NewerFormat { .. } => "kv.newer_format",
            Self::OlderFormat { .. } => "kv.older_format",
        }
    }
}

impl StoreError {
    pub(crate) fn write(file: &str) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Write { file, source }
    }

    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Write { .. } => "kv.write",
            Self::Poisoned => "kv.poisoned",
            Self::Read { .. } => "kv.read",
            Self::Damaged(_) => "kv.damaged",
        }
    }
}
