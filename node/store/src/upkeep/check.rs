//! Reads everything that a chain has on disk, and says what is wrong.
use std::path::Path;

use bitcoin::BlockHash;
use moneta_chain::{Height, Params};
use moneta_kv::Stats;

use crate::open::look_at;
use crate::{OpenError, Opened, Place, StateDigest, StoreError};

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

/// Reads every block, every page and every record.
///
/// # Errors
/// The chain can't be opened: that too says what is wrong.
pub fn check(
    folder: &Path,
    params: &Params,
    mut progress: impl FnMut(u32, u32),
) -> Result<CheckReport, OpenError> {
    let opened = look_at(folder, params)?;
    let mut damages: Vec<String> = Vec::new();
    let state = &opened.state;
    let seen = state.store().check();
    damages.extend(seen.damages.iter().map(ToString::to_string));
    let figures = figures_of(&opened)?;
    let blocks = state.blocks()?;
    let mut lost = Vec::new();
    for (number, block) in (1..).zip(&blocks) {
        if state.has_body(block.place) {
            let wrong = read_whole(&opened, block.place, Some(block.id()));
            lost.extend(wrong.map(|wrong| {
                let (height, id) = (block.place.height(), block.id());
                format!("block {id} at height {height}: {wrong}")
            }));
        }
        progress(number, figures.blocks);
    }
    for place in &opened.fresh {
        let wrong = read_whole(&opened, *place, None);
        lost.extend(wrong.map(|wrong| format!("a block at height {}: {wrong}", place.height())));
    }
    let digest = damages.is_empty().then(|| state.digest()).transpose()?;
    let counted = state.count()?;
    for (what, counted, noted) in [
        ("coins", counted.coins, figures.coins),
        ("records", counted.records, u64::from(figures.records)),
    ] {
        if counted != noted {
            damages.push(format!(
                "the state notes {noted} {what}, there are {counted}"
            ));
        }
    }
    Ok(CheckReport {
        figures,
        digest,
        damages,
        lost,
    })
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
    Ok(Figures {
        tip: state.tip(),
        blocks: state.block_count(),
        bodies: u32::try_from(bodies.count()).unwrap_or(u32::MAX),
        waiting: opened.fresh.len() as u64,
        archive_bytes: opened.archive.end(),
        coins: state.coin_count(),
        records: state.record_count(),
        state: state.store().stats(),
    })
}
