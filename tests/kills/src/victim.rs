//! The process to be killed: it does one kind of work on a folder, and says what it has acknowledged.
use std::io::Write;
use std::path::Path;

use moneta_chain::Params;
use moneta_daemon::{Durability, NodeConfig, StateDigest, upkeep};
use moneta_node_api::NodeApi;

use crate::Kind;
use crate::story::{NOW, open, read_blocks};

/// Names the kind of work to the victim; whoever runs the tests does not set it.
pub(crate) const KIND: &str = "MONETA_KILLS_KIND";
/// Names the folder to work on.
pub(crate) const FOLDER: &str = "MONETA_KILLS_FOLDER";
/// Names the folder of the story.
pub(crate) const STORY: &str = "MONETA_KILLS_STORY";

/// Said before the work begins, and when it is done.
pub(crate) const BEGIN: &str = "begin";
pub(crate) const END: &str = "end";
/// Said before height and id of a block that is acknowledged.
pub(crate) const ACKNOWLEDGED: &str = "acknowledged ";

/// Memory in which tables are written every few blocks.
const LITTLE: usize = 96 << 10;
/// Blocks of a first sync to an acknowledgement.
const GROUP: usize = 5;

/// Does the work that the environment names, if it names any; tells whether it did.
///
/// # Panics
/// The work fails: nothing but a kill may stop it.
pub fn work_if_asked() -> bool {
    let var = |name| std::env::var(name).ok();
    let (Some(kind), Some(folder), Some(story)) = (var(KIND), var(FOLDER), var(STORY)) else {
        return false;
    };
    let kind = Kind::of_name(&kind).expect("the killer knows the kinds");
    if !kind.moves() || kind == Kind::Recover {
        say(BEGIN);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let worked = runtime.block_on(work(kind, Path::new(&folder), Path::new(&story)));
    worked.unwrap_or_else(|error| panic!("{}: {error:#}", kind.name()));
    say(END);
    true
}

/// A line of its own, whatever a test harness has written before it.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let said = writeln!(out, "\n{line}").and_then(|()| out.flush());
    said.expect("the killer listens");
}

async fn work(kind: Kind, folder: &Path, story: &Path) -> anyhow::Result<()> {
    let params = Params::dev();
    let beside = folder.with_extension("snapshot");
    match kind {
        Kind::Connect | Kind::Sync => take(kind, folder, &story.join("branch")).await,
        Kind::Grow | Kind::Reorganise | Kind::Recover => {
            take(kind, folder, &story.join("branches")).await
        }
        Kind::Prune => Ok(upkeep::prune(folder, &params, upkeep::MIN_KEPT).map(drop)?),
        Kind::Export => Ok(upkeep::export(folder, &params, &beside, 0).map(drop)?),
        Kind::Import => import(folder, &story.join("snapshot"), None),
        Kind::Rebuild => Ok(upkeep::rebuild(folder, &params, |_| ()).map(drop)?),
    }
}

/// Imports a snapshot of the story.
pub(crate) fn import(
    folder: &Path,
    file: &Path,
    digest: Option<StateDigest>,
) -> anyhow::Result<()> {
    let now = NOW + 365 * 24 * 60 * 60;
    upkeep::import(folder, &Params::dev(), file, digest, now, |_| ())?;
    Ok(())
}

/// Takes the blocks in `file`, and says what is acknowledged.
async fn take(kind: Kind, folder: &Path, file: &Path) -> anyhow::Result<()> {
    let blocks = read_blocks(file)?;
    let memory = match kind {
        Kind::Grow => LITTLE,
        _ => NodeConfig::STATE_MEMORY,
    };
    let (durability, group) = match kind {
        Kind::Sync => (Durability::Soon, GROUP),
        _ => (Durability::Now, 1),
    };
    let node = open(folder, memory)?;
    if kind != Kind::Recover {
        // To be killed at work, not on the way to it.
        say(BEGIN);
    }
    for (number, block) in (1..).zip(blocks) {
        // One whose parent waited on a side branch when all stopped is refused: its branch is told again from its start.
        let _ = node.accept_block(block, durability).await;
        if number % group == 0 {
            node.flush().await?;
            let tip = node.tip().await;
            say(&format!("{ACKNOWLEDGED}{} {}", tip.height, tip.id));
        }
    }
    Ok(())
}
