//! Reads everything that a chain has on disk, and says what is wrong.
use std::path::Path;

use bitcoin::BlockHash;
use moneta_chain::{Height, Params};
use moneta_kv::Stats;

use crate::archive::{Archive, Known};
use crate::open::look_at;
use crate::{ChainState, OpenError, Opened, Place, StateDigest, StoreError, StoredBlock};

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The block that the state stands at; `None` at genesis.
    pub tip: Option<(BlockHash, Height)>,
    /// Blocks that are stored, those of branches since left included.
    pub blocks: u32,
    /// Blocks of these whose bodies are there.
    pub bodies: u32,
    /// Blocks of the archive that are not in the state yet: the next start of a node applies them.
    pub waiting: u64,
    /// Bytes of the archive, those of pruned bodies included.
    pub archive_bytes: u64,
    /// Unspent coins.
    pub coins: u64,
    /// Records of the registry.
    pub records: u32,
    /// The key-value store of the state.
    pub state: Stats,
}

/// What a check saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// How much there is.
    pub figures: Figures,
    /// Digest of the state.
    pub digest: Option<StateDigest>,
    /// What is wrong with the state, in plain words: it can be made again from the blocks.
    pub damages: Vec<String>,
    /// What is wrong with the blocks, in plain words: nothing here can make them again.
    pub lost: Vec<String>,
}

/// Tells how much there is of everything.
///
/// # Errors
/// The chain can't be opened.
pub fn figures(folder: &Path, params: &Params) -> Result<Figures, OpenError> {
    let opened = look_at(folder, params)?;
    Ok(figures_of(&opened)?)
}

/// Reads every block, every page and every record. Damage of one does not keep the others from being read.
///
/// # Errors
/// The chain can't be opened: that too says what is wrong.
pub fn check(
    folder: &Path,
    params: &Params,
    mut progress: impl FnMut(u32, u32),
) -> Result<CheckReport, OpenError> {
    let opened = look_at(folder, params)?;
    let seen = opened.state.store().check();
    let mut damages: Vec<String> = seen.damages.iter().map(ToString::to_string).collect();
    let mut lost = Vec::new();
    let stored = match listed(&opened.state, &mut damages)? {
        Some(blocks) => bodies_of(&blocks, &opened.state),
        None => found(&opened, folder, params, &mut lost)?,
    };
    let bodies = stored.len();
    let fresh = opened.fresh.iter().map(|place| (*place, None));
    let total = u32::try_from(bodies + fresh.len()).unwrap_or(u32::MAX);
    for (number, (place, expected)) in (1..).zip(stored.into_iter().chain(fresh)) {
        let height = place.height();
        let wrong = read_whole(&opened, place, expected);
        lost.extend(wrong.map(|wrong| match expected {
            Some(id) => format!("block {id} at height {height}: {wrong}"),
            None => format!("a block at height {height}: {wrong}"),
        }));
        progress(number, total);
    }
    // What does not read back can't be added up.
    let digest = match damages.is_empty() {
        true => Some(counted_digest(&opened.state, params, &mut damages)?),
        false => None,
    };
    Ok(CheckReport {
        figures: figures_with(&opened, bodies),
        digest,
        damages,
        lost,
    })
}

/// Returns the blocks that the state lists; `None` if that can't be read, which is noted if no other damage is.
fn listed(
    state: &ChainState,
    damages: &mut Vec<String>,
) -> Result<Option<Vec<StoredBlock>>, StoreError> {
    match state.blocks() {
        Ok(blocks) => Ok(Some(blocks)),
        Err(error) if error.blames_state() => {
            if damages.is_empty() {
                damages.push(error.to_string());
            }
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Where a body lies, and whose it is if that is known.
type Body = (Place, Option<BlockHash>);

/// Returns the bodies of stored blocks that are to be here.
fn bodies_of(blocks: &[StoredBlock], state: &ChainState) -> Vec<Body> {
    let here = blocks.iter().filter(|block| state.has_body(block.place));
    here.map(|block| (block.place, Some(block.id()))).collect()
}

/// Returns the bodies that the archive has, for want of a list of them, up to where the state knows it.
fn found(
    opened: &Opened,
    folder: &Path,
    params: &Params,
    lost: &mut Vec<String>,
) -> Result<Vec<Body>, OpenError> {
    let known = Known {
        from: opened.state.pruned_to(),
        durable: opened.state.archive_end(),
    };
    // Whoever looks holds the lock already.
    match Archive::look_at(folder, None, params, known) {
        Ok((_, places)) => {
            let stored = places.into_iter();
            let stored = stored.filter(|place| place.start() < known.durable);
            Ok(stored.map(|place| (place, None)).collect())
        }
        Err(error @ OpenError::Damaged { .. }) => {
            lost.push(error.to_string());
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// Walks over a state that reads back, and notes where its counts are wrong.
fn counted_digest(
    state: &ChainState,
    params: &Params,
    damages: &mut Vec<String>,
) -> Result<StateDigest, StoreError> {
    let walked = state.walk(params)?;
    for (what, counted, noted) in [
        ("coins", walked.coins, state.coin_count()),
        ("records", walked.records, u64::from(state.record_count())),
    ] {
        if counted != noted {
            damages.push(format!(
                "the state notes {noted} {what}, there are {counted}"
            ));
        }
    }
    Ok(walked.digest)
}

/// Reads a block with what it did; says what is wrong.
fn read_whole(opened: &Opened, place: Place, expected: Option<BlockHash>) -> Option<String> {
    let did = opened.archive.read_effects(place);
    match opened
        .archive
        .read(place)
        .and_then(|body| did.map(|_| body))
    {
        Err(error) => Some(error.to_string()),
        Ok(body) => expected
            .filter(|expected| *expected != body.id())
            .map(|_| format!("{} lies in its place", body.id())),
    }
}

fn figures_of(opened: &Opened) -> Result<Figures, StoreError> {
    let state = &opened.state;
    let blocks = state.blocks()?;
    let bodies = blocks.iter().filter(|block| state.has_body(block.place));
    Ok(figures_with(opened, bodies.count()))
}

fn figures_with(opened: &Opened, bodies: usize) -> Figures {
    let state = &opened.state;
    Figures {
        tip: state.tip(),
        blocks: state.block_count(),
        bodies: u32::try_from(bodies).unwrap_or(u32::MAX),
        waiting: opened.fresh.len() as u64,
        archive_bytes: opened.archive.end(),
        coins: state.coin_count(),
        records: state.record_count(),
        state: state.store().stats(),
    }
}
