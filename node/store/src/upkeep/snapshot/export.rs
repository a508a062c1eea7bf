//! Writing a snapshot: of a block below the tip, which the chain is taken back to in memory.
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use bitcoin::BlockHash;
use bitcoin::consensus::serialize;
use bitcoin::hashes::Hash;
use moneta_chain::{Height, Params, SealedBlock};

use super::hashed::Hashed;
use super::{FORMAT, MAGIC, SnapshotError, SnapshotFacts};
use crate::open::look_at;
use crate::{Applied, ChainState, Durability, Opened, Place};

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
