//! Reading a snapshot into a state beside the folder's own, which takes its place once nothing is wrong with it.
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use bitcoin::BlockHash;
use bitcoin::bip158::FilterHash;
use bitcoin::consensus::deserialize;
use bitcoin::hashes::Hash;
use moneta_chain::{Height, Params, SEAL_LEN, Seal, SealedHeader};
use moneta_consensus::RefusedHeader;
use moneta_disk::FileFolder;

use super::hashed::Hashed;
use super::{FORMAT, MAGIC, SnapshotError, SnapshotFacts};
use crate::archive::{ARCHIVE_FILE, FolderLock};
use crate::state::{Import, STATE_FOLDER};
use crate::{ChainState, Place, StateDigest, StoredBlock};

/// Headers that are judged at once.
const RUN: u32 = 2_048;
const BLOCK_LEN: usize = 80 + SEAL_LEN + 32;
/// Longest value of a snapshot: a coin's script has 10,000 bytes at most, a record far fewer.
const MAX_VALUE: usize = 1 << 20;
/// Folder of a state that is being imported.
pub(crate) const NEW_STATE_FOLDER: &str = "state.new";

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
