//! A state in one file, for a quick start: headers with seals, coins, registry, and the digest that all must know.
//!
//! | field | bytes |
//! |---|---|
//! | `MNTASNAP`, format 4 (3), magic of the network 4 | 16 |
//! | tip id 32, height 4, digest 32 | 68 |
//! | blocks of the best chain above genesis, in order: header 80, seal 40, filter hash 32 each | 152 a block |
//! | coins and records: key length 2, value length 4, key, value; two zero lengths end them | |
//! | SHA-256 of everything before | 32 |
//!
//! Whoever imports believes the digest, not the file: compare it with that of a node you trust. It binds coins, records,
//! headers and filter hashes; seals are proven, and headers keep every rule that they keep elsewhere. Blocks of an imported
//! chain have no bodies, so its tip can't be taken back: a snapshot is of a block that others won't take back either.
//! `docs/formats/snapshot.md` draws the file byte by byte.
mod export;
mod hashed;
mod import;

use std::io;
use std::path::PathBuf;

use bitcoin::BlockHash;
use moneta_chain::Height;
use moneta_consensus::HeaderError;

use crate::{OpenError, StateDigest, StoreError};

pub use export::export;
pub(crate) use import::NEW_STATE_FOLDER;
pub use import::{HeaderJudge, import};

const MAGIC: [u8; 8] = *b"MNTASNAP";
/// 3: the digest covers the tip and the filter hashes. 2: filter hashes stand where 1 had filter headers.
const FORMAT: u32 = 3;

/// How far below the tip a snapshot stands unless another depth is asked for. Whoever imports it can't take its tip back,
/// and takes the blocks above from others.
pub const SNAPSHOT_DEPTH: u32 = 100;

/// What a snapshot is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotFacts {
    /// The block it stands at.
    pub tip: BlockHash,
    /// Its height.
    pub height: Height,
    /// Digest of the state.
    pub digest: StateDigest,
}

/// Why there is no snapshot, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The chain has no block yet.
    #[error("there is nothing to export: the chain stands at its genesis")]
    Empty,
    /// Blocks wait to be applied: a node has to open the chain once.
    #[error("blocks of the archive are not in the state yet: start the node once, then export")]
    Behind,
    /// The state can't be taken back so far: the chain is too short, or bodies are gone.
    #[error(
        "the chain can't be taken back {depth} blocks here, but {most} at most: say so with --depth"
    )]
    TooDeep {
        /// How far below the tip the snapshot was to stand.
        depth: u32,
        /// How far it can.
        most: u32,
    },
    /// The folder has a chain already.
    #[error("{} has a chain already: import into an empty folder", folder.display())]
    NotEmpty {
        /// Which folder.
        folder: PathBuf,
    },
    /// The file is none, is of another network or a newer format, or is damaged.
    #[error("the file is no snapshot for this chain: {what}")]
    Unusable {
        /// What does not hold.
        what: &'static str,
    },
    /// A header of the file breaks a rule: whatever its digest, it is no chain.
    #[error("the header at height {height} of the file breaks a rule: {error}")]
    Header {
        /// Where it stands.
        height: Height,
        /// The rule.
        #[source]
        error: HeaderError,
    },
    /// The state in the file is not the one that was asked for.
    #[error("the state in the file has the digest {got}, not {expected}")]
    OtherDigest {
        /// What was asked for, or what the file itself says.
        expected: StateDigest,
        /// What the coins and records amount to.
        got: StateDigest,
    },
    /// There is a file of that name.
    #[error("there is a file of that name already: choose another")]
    Taken,
    /// The file can't be read or written.
    #[error("the snapshot file: {0}")]
    Io(#[from] io::Error),
    /// The chain can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The disk is failing, or the state is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
}
