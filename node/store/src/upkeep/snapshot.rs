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
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bitcoin::BlockHash;
use bitcoin::bip158::FilterHash;
use bitcoin::consensus::{deserialize, serialize};
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::{Height, Params, SEAL_LEN, Seal, SealedBlock, SealedHeader};
use moneta_consensus::{HeaderError, RefusedHeader};
use moneta_disk::FileFolder;

use crate::archive::{ARCHIVE_FILE, FolderLock};
use crate::open::look_at;
use crate::state::{Import, STATE_FOLDER};
use crate::{
    Applied, ChainState, Durability, OpenError, Opened, Place, StateDigest, StoreError, StoredBlock,
};

const MAGIC: [u8; 8] = *b"MNTASNAP";
/// 3: the digest covers the tip and the filter hashes. 2: filter hashes stand where 1 had filter headers.
const FORMAT: u32 = 3;
/// Headers that are judged at once.
const RUN: u32 = 2_048;
const BLOCK_LEN: usize = 80 + SEAL_LEN + 32;
/// Longest value of a snapshot: a coin's script has 10,000 bytes at most, a record far fewer.
const MAX_VALUE: usize = 1 << 20;
/// Folder of a state that is being imported.
pub(crate) const NEW_STATE_FOLDER: &str = "state.new";

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

/// Writes the state of the chain in `folder`, as it was `depth` blocks below the tip, into a new file.
///
/// # Errors
/// There is nothing to write, bodies on the way down are gone, the chain can't be opened, or the file can't be written.
pub fn export(
    folder: &Path,
    params: &Params,
    file: &Path,
    depth: u32,
) -> Result<SnapshotFacts, SnapshotError> {
    let mut opened = look_at(folder, params)?;
    if !opened.fresh.is_empty() {
        return Err(SnapshotError::Behind);
    }
    take_back(&mut opened, depth)?;
    let state = &opened.state;
    let (tip, height) = state.tip().ok_or(SnapshotError::Empty)?;
    let facts = SnapshotFacts {
        tip,
        height,
        digest: state.walk(params)?.digest,
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

/// Takes so many blocks back in memory; the disk stays as it is.
fn take_back(opened: &mut Opened, depth: u32) -> Result<(), SnapshotError> {
    let (state, archive) = (&mut opened.state, &opened.archive);
    let blocks = state.blocks()?;
    let places: HashMap<BlockHash, Place> = blocks
        .iter()
        .map(|block| (block.id(), block.place))
        .collect();
    for most in 0..depth {
        let too_deep = SnapshotError::TooDeep { depth, most };
        let (id, height) = state.tip().ok_or(SnapshotError::Empty)?;
        // Genesis is no state to begin at: who begins there needs none.
        let here = places.get(&id).filter(|place| state.has_body(**place));
        let Some(place) = here.filter(|_| height > Height::new(1)) else {
            return Err(too_deep);
        };
        let SealedBlock { block, .. } = archive.read(*place)?;
        let applied = Applied {
            id,
            height,
            parent: block.header.prev_blockhash,
            transactions: &block.txdata,
            effects: &archive.read_effects(*place)?,
        };
        state.undo(&applied, Durability::Soon)?;
    }
    Ok(())
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
    state.view().for_each_counted(|key, value| {
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

/// Judges the headers of a snapshot: a run that stands on the one before it, the first on genesis, and the height of the
/// last of all.
pub type HeaderJudge<'a> = dyn FnMut(&[SealedHeader], Height) -> Result<(), RefusedHeader> + 'a;

/// Begins the chain in `folder` at the state in `file`, if `judge` finds nothing wrong with its headers and seals; with
/// `expected`, only if that is its digest.
///
/// # Errors
/// The folder has a chain, or the file is not what it should be. The folder is as it was then.
pub fn import(
    folder: &Path,
    params: &Params,
    file: &Path,
    expected: Option<StateDigest>,
    judge: &mut HeaderJudge<'_>,
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
    let imported = read_into(&new, params, opened, expected, judge).map_err(|error| match error {
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
    mut file: File,
    expected: Option<StateDigest>,
    judge: &mut HeaderJudge<'_>,
) -> Result<SnapshotFacts, SnapshotError> {
    // The rest may take long.
    read_head(&mut Hashed::new(&file), params)?;
    file.rewind()?;
    ensure_whole(&file)?;
    file.rewind()?;
    let mut input = Hashed::new(BufReader::with_capacity(1 << 20, file));
    let facts = read_head(&mut input, params)?;
    let files = FileFolder::open(folder)?;
    let mut state = ChainState::open(Arc::new(files), crate::open::options(64 << 20)?)?;
    let mut import = Import::new(&mut state);
    read_blocks(&mut input, params, &facts, &mut import, judge)?;
    while let Some((key, value)) = read_pair(&mut input)? {
        if !import.pair(&key, &value)? {
            return unusable("it holds what is neither coin nor record");
        }
    }
    import.finish(facts.tip, facts.height)?;
    let walked = state.walk(params)?;
    // The same key again takes the place of the one before it, and is counted once.
    let noted = (state.coin_count(), u64::from(state.record_count()));
    if (walked.coins, walked.records) != noted {
        return unusable("it holds a coin or record twice");
    }
    let got = walked.digest;
    for expected in [Some(facts.digest), expected].into_iter().flatten() {
        if got != expected {
            return Err(SnapshotError::OtherDigest { expected, got });
        }
    }
    state.sync()?;
    Ok(facts)
}

/// Makes sure that a file has the checksum at its end.
fn ensure_whole(file: &File) -> Result<(), SnapshotError> {
    let Some(len) = file.metadata()?.len().checked_sub(32) else {
        return unusable("it is cut short");
    };
    let mut input = Hashed::new(BufReader::with_capacity(1 << 20, file));
    let mut piece = vec![0; 1 << 16];
    let mut left = len;
    while left > 0 {
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        input.fill(&mut piece[..now])?;
        left -= now as u64;
    }
    let mut noted = [0; 32];
    input.inner.read_exact(&mut noted)?;
    if noted != input.hash() {
        return unusable("its checksum does not hold: it is damaged or cut short");
    }
    Ok(())
}

/// Takes the blocks in, each once it was judged.
fn read_blocks(
    input: &mut Hashed<impl Read>,
    params: &Params,
    facts: &SnapshotFacts,
    import: &mut Import<'_>,
    judge: &mut HeaderJudge<'_>,
) -> Result<(), SnapshotError> {
    let mut below = params.genesis.block_hash();
    let (mut read, last) = (0, facts.height.to_u32());
    while read < last {
        let run: Vec<StoredBlock> = (read + 1..=last.min(read + RUN))
            .map(|height| read_block(input, Height::new(height)))
            .collect::<Result<_, _>>()?;
        let headers: Vec<SealedHeader> = run.iter().map(|block| block.sealed).collect();
        judge(&headers, facts.height).map_err(|RefusedHeader { index, error }| {
            let height = run
                .get(index)
                .map_or(facts.height, |block| block.place.height());
            SnapshotError::Header { height, error }
        })?;
        for block in &run {
            // Whoever judges has seen to it, and a state that is no chain would not open.
            if block.sealed.header.prev_blockhash != below {
                return unusable("its headers are no chain");
            }
            below = block.id();
            import.block(block)?;
        }
        read += u32::try_from(run.len()).unwrap_or(u32::MAX);
    }
    if below != facts.tip {
        return unusable("its headers end at another block");
    }
    Ok(())
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
