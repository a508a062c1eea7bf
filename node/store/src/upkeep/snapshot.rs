//! A state in one file, for a quick start: headers with seals, coins, registry, and the digest that all must know.
//!
//! | field | bytes |
//! |---|---|
//! | `MNTASNAP`, format 4 (1), magic of the network 4 | 16 |
//! | tip id 32, height 4, digest of the state 32 | 68 |
//! | blocks of the best chain above genesis, in order: header 80, seal 40, filter hash 32 each | 152 a block |
//! | coins and records: key length 2, value length 4, key, value; two zero lengths end them | |
//! | SHA-256 of everything before | 32 |
//!
//! Whoever imports believes the digest, not the file: compare it with that of a node you trust. Blocks of an imported
//! chain have no bodies.
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bitcoin::BlockHash;
use bitcoin::bip158::FilterHash;
use bitcoin::consensus::{deserialize, serialize};
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::{Height, Params, SEAL_LEN, Seal, SealedHeader};
use moneta_disk::FileFolder;

use crate::archive::{ARCHIVE_FILE, FolderLock};
use crate::open::look_at;
use crate::state::{Import, STATE_FOLDER};
use crate::{ChainState, OpenError, Place, StateDigest, StoreError, StoredBlock};

const MAGIC: [u8; 8] = *b"MNTASNAP";
const FORMAT: u32 = 2;
const BLOCK_LEN: usize = 80 + SEAL_LEN + 32;
/// Longest value of a snapshot: a coin's script has 10,000 bytes at most, a record far fewer.
const MAX_VALUE: usize = 1 << 20;
/// Folder of a state that is being imported.
pub(crate) const NEW_STATE_FOLDER: &str = "state.new";

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

/// Writes the state of the chain in `folder` into a new file.
///
/// # Errors
/// There is nothing to write, the chain can't be opened, or the file can't be written.
pub fn export(folder: &Path, params: &Params, file: &Path) -> Result<SnapshotFacts, SnapshotError> {
    let opened = look_at(folder, params)?;
    if !opened.fresh.is_empty() {
        return Err(SnapshotError::Behind);
    }
    let state = &opened.state;
    let (tip, height) = state.tip().ok_or(SnapshotError::Empty)?;
    let facts = SnapshotFacts {
        tip,
        height,
        digest: state.digest()?,
    };
    if file.try_exists()? {
        return Err(SnapshotError::Taken);
    }
    // What has the name is whole: a stop on the way leaves a file that nobody takes for a snapshot.
    let unfinished = unfinished(file);
    let written = write_to(&unfinished, state, params, &facts).and_then(|()| {
        std::fs::rename(&unfinished, file)?;
        Ok(sync_folder_of(file)?)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written.map(|()| facts)
}

/// Returns the name of a snapshot while it is written.
fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

fn sync_folder_of(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn write_to(
    file: &Path,
    state: &ChainState,
    params: &Params,
    facts: &SnapshotFacts,
) -> Result<(), SnapshotError> {
    let mut out = Hashed::new(BufWriter::with_capacity(1 << 20, File::create(file)?));
    out.put(&MAGIC)?;
    out.put(&FORMAT.to_le_bytes())?;
    out.put(&params.magic)?;
    out.put(facts.tip.as_byte_array())?;
    out.put(&facts.height.to_u32().to_le_bytes())?;
    out.put(facts.digest.as_byte_array())?;
    for block in state.active_blocks(params)? {
        out.put(&serialize(&block.sealed.header))?;
        out.put(&block.sealed.seal.encode())?;
        out.put(block.filter_hash.as_byte_array())?;
    }
    state.for_each_counted(|key, value| {
        let value_len = u32::try_from(value.len()).map_err(io::Error::other)?;
        let key_len = u16::try_from(key.len()).map_err(io::Error::other)?;
        out.put(&key_len.to_le_bytes())?;
        out.put(&value_len.to_le_bytes())?;
        out.put(key)?;
        Ok::<_, SnapshotError>(out.put(value)?)
    })?;
    out.put(&[0; 6])?;
    let hash = out.hash();
    out.inner.write_all(&hash)?;
    out.inner.flush()?;
    Ok(out.inner.get_ref().sync_all()?)
}

/// Begins the chain in `folder` at the state in `file`; with `expected`, only if that is its digest.
///
/// # Errors
/// The folder has a chain, or the file is not what it should be. The folder is as it was then.
pub fn import(
    folder: &Path,
    params: &Params,
    file: &Path,
    expected: Option<StateDigest>,
) -> Result<SnapshotFacts, SnapshotError> {
    let opened = File::open(file)?;
    let _lock = FolderLock::take(folder)?;
    let has = |name: &str| folder.join(name).exists();
    if has(STATE_FOLDER) || has(ARCHIVE_FILE) {
        return Err(SnapshotError::NotEmpty {
            folder: folder.to_path_buf(),
        });
    }
    let new = folder.join(NEW_STATE_FOLDER);
    let _ = std::fs::remove_dir_all(&new);
    let imported = read_into(&new, params, opened, expected).map_err(|error| match error {
        SnapshotError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            SnapshotError::Unusable {
                what: "it is cut short",
            }
        }
        error => error,
    });
    match imported {
        Ok(facts) => {
            std::fs::rename(&new, folder.join(STATE_FOLDER))?;
            File::open(folder)?.sync_all()?;
            Ok(facts)
        }
        Err(error) => {
            let _ = std::fs::remove_dir_all(&new);
            Err(error)
        }
    }
}

fn read_into(
    folder: &Path,
    params: &Params,
    file: File,
    expected: Option<StateDigest>,
) -> Result<SnapshotFacts, SnapshotError> {
    let mut input = Hashed::new(BufReader::with_capacity(1 << 20, file));
    let facts = read_head(&mut input, params)?;
    let files = FileFolder::open(folder)?;
    let mut state = ChainState::open(Arc::new(files), crate::open::options(64 << 20)?)?;
    let mut import = Import::new(&mut state);
    let mut below = params.genesis.block_hash();
    for height in 1..=facts.height.to_u32() {
        let block = read_block(&mut input, Height::new(height))?;
        if block.sealed.header.prev_blockhash != below {
            return unusable("its headers are no chain");
        }
        below = block.id();
        import.block(&block)?;
    }
    if below != facts.tip {
        return unusable("its headers end at another block");
    }
    while let Some((key, value)) = read_pair(&mut input)? {
        if !import.pair(&key, &value)? {
            return unusable("it holds what is neither coin nor record");
        }
    }
    let hash = input.hash();
    let mut noted = [0; 32];
    input.inner.read_exact(&mut noted)?;
    if noted != hash {
        return unusable("its checksum does not hold");
    }
    import.finish(facts.tip, facts.height)?;
    let got = state.digest()?;
    for expected in [Some(facts.digest), expected].into_iter().flatten() {
        if got != expected {
            return Err(SnapshotError::OtherDigest { expected, got });
        }
    }
    state.sync()?;
    Ok(facts)
}

fn read_head(
    input: &mut Hashed<impl Read>,
    params: &Params,
) -> Result<SnapshotFacts, SnapshotError> {
    if input.take::<8>()? != MAGIC {
        return unusable("its first bytes are those of another kind of file");
    }
    if u32::from_le_bytes(input.take()?) != FORMAT {
        return unusable("its format is another");
    }
    if input.take::<4>()? != params.magic {
        return unusable("it is of another network");
    }
    Ok(SnapshotFacts {
        tip: BlockHash::from_byte_array(input.take()?),
        height: Height::new(u32::from_le_bytes(input.take()?)),
        digest: StateDigest::from_byte_array(input.take()?),
    })
}

fn read_block(input: &mut Hashed<impl Read>, height: Height) -> Result<StoredBlock, SnapshotError> {
    let bytes: [u8; BLOCK_LEN] = input.take()?;
    let (header, rest) = bytes.split_at(80);
    let (seal, filter) = rest.split_at(SEAL_LEN);
    let (Ok(header), Ok(seal), Ok(filter)) =
        (deserialize(header), seal.try_into(), filter.try_into())
    else {
        return unusable("a header can't be read");
    };
    Ok(StoredBlock {
        sealed: SealedHeader {
            header,
            seal: Seal::decode(seal),
        },
        filter_hash: FilterHash::from_byte_array(filter),
        place: Place::without_body(height),
    })
}

/// Key and value.
type Pair = (Vec<u8>, Vec<u8>);

fn read_pair(input: &mut Hashed<impl Read>) -> Result<Option<Pair>, SnapshotError> {
    let key_len = usize::from(u16::from_le_bytes(input.take()?));
    let value_len = u32::from_le_bytes(input.take()?);
    let value_len = usize::try_from(value_len).unwrap_or(usize::MAX);
    if key_len == 0 {
        return Ok(None);
    }
    if key_len > moneta_kv::MAX_KEY || value_len > MAX_VALUE {
        return unusable("a coin or record is too long");
    }
    let (mut key, mut value) = (vec![0; key_len], vec![0; value_len]);
    input.fill(&mut key)?;
    input.fill(&mut value)?;
    Ok(Some((key, value)))
}

const fn unusable<T>(what: &'static str) -> Result<T, SnapshotError> {
    Err(SnapshotError::Unusable { what })
}

/// A file whose bytes are hashed as they pass.
struct Hashed<F> {
    inner: F,
    engine: sha256::HashEngine,
}

impl<F> Hashed<F> {
    fn new(inner: F) -> Self {
        Self {
            inner,
            engine: sha256::Hash::engine(),
        }
    }

    fn hash(&self) -> [u8; 32] {
        sha256::Hash::from_engine(self.engine.clone()).to_byte_array()
    }
}

impl<F: Write> Hashed<F> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.engine.input(bytes);
        self.inner.write_all(bytes)
    }
}

impl<F: Read> Hashed<F> {
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.inner.read_exact(bytes)?;
        self.engine.input(bytes);
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}
