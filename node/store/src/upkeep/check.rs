//! Reads everything that a chain has on disk, and says what is wrong.
use std::path::Path;

use bitcoin::BlockHash;
use moneta_chain::{Height, Params};
use moneta_kv::Stats;

use crate::{OpenError, Opened, StateDigest, StoreError, open};

/// Memory for a state that is only read.
const MEMORY: usize = 16 << 20;

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The block that the state stands at; `None` at genesis.
    pub tip: Option<(BlockHash, Height)>,
    /// Blocks that are stored, those of branches since left included.
    pub blocks: u32,
    /// Blocks of these whose bodies are there.
    pub bodies: u32,
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
    /// Everything that is wrong, in plain words; none if all is whole.
    pub damages: Vec<String>,
}

/// Tells how much there is of everything.
///
/// # Errors
/// The chain can't be opened.
pub fn figures(folder: &Path, params: &Params) -> Result<Figures, OpenError> {
    let opened = open(folder, params, MEMORY)?;
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
    let opened = open(folder, params, MEMORY)?;
    let mut damages: Vec<String> = Vec::new();
    let state = &opened.state;
    let seen = state.store().check();
    damages.extend(seen.damages.iter().map(ToString::to_string));
    let figures = figures_of(&opened)?;
    let blocks = state.blocks()?;
    for (number, block) in (1..).zip(&blocks) {
        if state.has_body(block.place) {
            let read = opened.archive.read(block.place);
            let did = opened.archive.read_effects(block.place);
            match (read, did) {
                (Err(error), _) | (_, Err(error)) => damages.push(error.to_string()),
                (Ok(body), Ok(_)) if body.id() != block.id() => {
                    damages.push(format!(
                        "where block {} should lie is {}",
                        block.id(),
                        body.id()
                    ));
                }
                _ => {}
            }
        }
        progress(number, figures.blocks);
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
    })
}

fn figures_of(opened: &Opened) -> Result<Figures, StoreError> {
    let state = &opened.state;
    let blocks = state.blocks()?;
    let bodies = blocks.iter().filter(|block| state.has_body(block.place));
    Ok(Figures {
        tip: state.tip(),
        blocks: state.block_count(),
        bodies: u32::try_from(bodies.count()).unwrap_or(u32::MAX),
        archive_bytes: opened.archive.end(),
        coins: state.coin_count(),
        records: state.record_count(),
        state: state.store().stats(),
    })
}
