//! Why a chain can't be opened, or a block not stored.
use std::io;
use std::path::PathBuf;

use bitcoin::BlockHash;
use moneta_chain::Height;

/// Why the chain in a folder can't be opened. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the folder open.
    #[error(
        "{} is in use by another Moneta process: stop it first, or choose another folder with --data-dir",
        folder.display()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or folder can't be read, made or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no archive.
    #[error("{} is not a Moneta block archive", path.display())]
    NotAnArchive {
        /// Which file.
        path: PathBuf,
    },
    /// A newer program wrote the archive.
    #[error("{} has format {got}, this program reads up to {newest}: use the newer program", path.display())]
    NewerFormat {
        /// Which file.
        path: PathBuf,
        /// Format of the file.
        got: u32,
        /// Newest format this program reads.
        newest: u32,
    },
    /// An older program wrote the archive.
    #[error("{} has format {got}, this program needs {needed}: start with --fresh, or use the older program", path.display())]
    OlderFormat {
        /// Which file.
        path: PathBuf,
        /// Format of the file.
        got: u32,
        /// The format this program reads.
        needed: u32,
    },
    /// The archive is shorter than it was: blocks that were stored are gone.
    #[error(
        "{} ends at byte {len}, and blocks were stored up to byte {from}: restore the file from a copy, or run `moneta store rebuild`",
        path.display()
    )]
    Shortened {
        /// Which file.
        path: PathBuf,
        /// Its length.
        len: u64,
        /// What was stored once.
        from: u64,
    },
    /// There is no chain in the folder.
    #[error("there is no chain in {}", folder.display())]
    NoChain {
        /// The folder.
        folder: PathBuf,
    },
    /// The archive is gone, and the state knows that it had blocks.
    #[error("{} is missing, and the state knows of blocks in it: put the file back, or restore it from a copy", path.display())]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// The archive does not begin with the first block.
    #[error(
        "{} does not hold the blocks from the first on, so the state can't be made from them: they were pruned or lost, or the chain began with a snapshot; import a snapshot into an empty folder",
        path.display()
    )]
    NoBlocks {
        /// The folder.
        path: PathBuf,
    },
    /// The archive belongs to another network.
    #[error("{} holds a chain of another network (its genesis is {got}, not {expected})", path.display())]
    OtherNetwork {
        /// Which file.
        path: PathBuf,
        /// Genesis of the chain it holds.
        got: BlockHash,
        /// Genesis of the network asked for.
        expected: BlockHash,
    },
    /// The first bytes of the archive are damaged.
    #[error("{} is damaged: its first bytes are broken; restore the file from a copy", path.display())]
    DamagedHeader {
        /// Which file.
        path: PathBuf,
    },
    /// A record is damaged, and no crash can have done it: more follows it.
    #[error(
        "{} is damaged at byte {offset}: the record there is broken, and more follows it; restore the file from a copy",
        path.display()
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where the broken record starts.
        offset: u64,
    },
    /// A record that is whole holds a block that can't stand where it is.
    #[error("the archived block {id} at height {height} does not fit the chain: {reason}")]
    Misfit {
        /// Which block.
        id: BlockHash,
        /// Its height.
        height: Height,
        /// The rule it breaks, or what is missing.
        reason: String,
    },
    /// A block can't be read back.
    #[error(transparent)]
    Archive(#[from] StoreError),
    /// The state can't be opened.
    #[error("the state of the chain: {0}")]
    State(#[from] moneta_kv::OpenError),
    /// The state is of no use, and can't be made again either.
    #[error("the state of the chain can't be used: {why}; and it can't be made again: {archive}")]
    Unmakeable {
        /// What is wrong with the state.
        why: String,
        /// What is wrong with the blocks.
        archive: Box<OpenError>,
    },
}

impl OpenError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "store.in_use",
            Self::Io { .. } => "store.io",
            Self::NotAnArchive { .. } => "store.not_an_archive",
            Self::NewerFormat { .. } => "store.newer_format",
            Self::OlderFormat { .. } => "store.older_format",
            Self::Shortened { .. } => "store.shortened",
            Self::NoChain { .. } => "store.no_chain",
            Self::Missing { .. } => "store.missing",
            Self::NoBlocks { .. } => "store.no_blocks",
            Self::OtherNetwork { .. } => "store.other_network",
            Self::DamagedHeader { .. } => "store.damaged_header",
            Self::Damaged { .. } => "store.damaged",
            Self::Misfit { .. } => "store.misfit",
            Self::Archive(_) => "store.archive",
            Self::State(_) => "store.state",
            Self::Unmakeable { .. } => "store.unmakeable",
        }
    }

    /// Tells whether the state is to blame, and making it again from the blocks would help: it is damaged or of an
    /// older format.
    pub const fn blames_state(&self) -> bool {
        use moneta_kv::OpenError as Kv;
        match self {
            Self::State(Kv::Damaged(_) | Kv::OlderFormat { .. }) => true,
            Self::Archive(error) => error.blames_state(),
            _ => false,
        }
    }
}

/// Why a block was not stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A write or sync failed now. Nothing more will be stored: what the disk holds is unknown.
    #[error("the block archive can't be written: {0}")]
    Write(#[source] io::Error),
    /// A write or sync failed before.
    #[error("the block archive failed earlier and takes no more blocks: restart the node")]
    Poisoned,
    /// Bytes that were stored can't be read.
    #[error("the block archive can't be read: {0}")]
    Read(#[source] io::Error),
    /// A stored block reads back damaged.
    #[error("the archived block at byte {offset} is damaged")]
    Damaged {
        /// Where its record starts.
        offset: u64,
    },
    /// The state can't be read or written.
    #[error("the state of the chain: {0}")]
    State(#[from] moneta_kv::StoreError),
    /// Something was asked of the state that it could not read.
    #[error("the state of the chain can't be relied on: {what}")]
    Unsound {
        /// What happened first.
        what: String,
    },
    /// A record of the state is not what was written.
    #[error("the state of the chain is damaged at {what}")]
    BadRecord {
        /// What can't be read.
        what: &'static str,
    },
    /// The body of a block that is to be taken back is gone.
    #[error(
        "the body of block {height} is not here, it was pruned or came as a snapshot: a branch that leaves below it can't be followed"
    )]
    NoBody {
        /// Height of the block.
        height: Height,
    },
    /// The block is longer than a record may be.
    #[error("a block of {got} bytes is longer than an archive record may be ({max})")]
    TooLong {
        /// Its length.
        got: usize,
        /// Highest length.
        max: usize,
    },
}

impl StoreError {
    /// Tells whether the state is to blame, and making it again from the blocks would help: it is damaged.
    pub const fn blames_state(&self) -> bool {
        matches!(
            self,
            Self::State(moneta_kv::StoreError::Damaged(_))
                | Self::BadRecord { .. }
                | Self::Unsound { .. }
        )
    }
}
