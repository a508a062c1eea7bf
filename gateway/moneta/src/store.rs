//! `moneta store`: what an operator does to a chain on disk while no node runs on it.
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use moneta_chain::{Height, Network, Params};
use moneta_daemon::upkeep::{self, Figures};
use moneta_daemon::{Clock, OpenProgress, StateDigest, SystemClock};

use crate::sandbox::data_dir;

/// Prints a line. Whoever hangs up has heard enough.
macro_rules! say {
    ($($line:tt)*) => {
        let _ = writeln!(std::io::stdout(), $($line)*);
    };
}

/// Arguments of `moneta store`.
#[derive(clap::Args, Debug)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    task: Task,
    /// Folder of the data, as for node and sandbox
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Network of the chain: main, test or dev
    #[arg(long, global = true, default_value = "dev", value_parser = network)]
    network: Network,
}

#[derive(clap::Subcommand, Debug)]
enum Task {
    /// Tell how much there is of everything
    Stats,
    /// Read every block, page and record, and name what is wrong
    Check,
    /// Make the state again from the blocks
    Rebuild,
    /// Print the digest of the whole state: equal on equal chains
    Digest {
        /// As it was after the block at this height; the tip if absent
        #[arg(long)]
        height: Option<u32>,
    },
    /// Write the state into a file, for a quick start elsewhere
    Export {
        /// The file to make
        file: PathBuf,
        /// How many blocks below the tip: whoever imports can't take that block back
        #[arg(long, default_value_t = upkeep::SNAPSHOT_DEPTH)]
        depth: u32,
    },
    /// Begin a chain at the state in a file
    Import {
        /// The file that `export` wrote
        file: PathBuf,
        /// Take it only if this is its digest; ask a node you trust
        #[arg(long)]
        digest: Option<StateDigest>,
    },
    /// Give back the room of old bodies; headers, seals and the state stay
    Prune {
        /// How many blocks below the tip keep their bodies
        #[arg(long, default_value_t = upkeep::MIN_KEPT)]
        keep: u32,
    },
}

/// Does the task and says what came of it.
pub(crate) fn run(args: StoreArgs) -> anyhow::Result<()> {
    let usual = match args.network {
        Network::Dev => "sandbox",
        Network::Main | Network::Test => args.network.name(),
    };
    let folder = data_dir::resolve(args.data_dir, usual)?.join("node");
    let params = Params::of(args.network);
    if !matches!(args.task, Task::Import { .. }) {
        ensure_chain(&folder)?;
    }
    match args.task {
        Task::Stats => print_figures(&upkeep::figures(&folder, &params)?),
        Task::Check => return check(&folder, &params),
        Task::Rebuild => {
            let rebuilt = upkeep::rebuild(&folder, &params, progress("blocks applied"))?;
            say!("state rebuilt up to height {}", rebuilt.height);
            if let Some(before) = rebuilt.before.filter(|before| *before > rebuilt.height) {
                say!(
                    "It stood at height {before} before: the blocks above are not in the archive any more. A node fetches them again from others, if they have them."
                );
            }
        }
        Task::Digest { height } => {
            say!("{}", digest(&folder, &params, height)?);
        }
        Task::Export { file, depth } => {
            let facts = upkeep::export(&folder, &params, &file, depth)
                .with_context(|| format!("{} was not written", file.display()))?;
            say!(
                "height   {}\ntip      {}\ndigest   {}",
                facts.height,
                facts.tip,
                facts.digest
            );
            say!("written  {}", file.display());
        }
        Task::Import { file, digest } => {
            // A file that is not there should leave no folder behind.
            std::fs::metadata(&file)
                .with_context(|| format!("{} can't be read", file.display()))?;
            data_dir::create(&folder)?;
            let (now, tell) = (SystemClock.now(), progress("headers proven"));
            let facts = upkeep::import(&folder, &params, &file, digest, now, tell)
                .with_context(|| format!("{} was not imported", file.display()))?;
            say!(
                "height   {}\ntip      {}\ndigest   {}",
                facts.height,
                facts.tip,
                facts.digest
            );
            if digest.is_none() {
                say!(
                    "Compare this digest with that of a node you trust: the file proves nothing by itself."
                );
            }
        }
        Task::Prune { keep } => {
            let freed = upkeep::prune(&folder, &params, keep)?;
            say!("{freed} bytes given back; {keep} blocks below the tip keep their bodies");
        }
    }
    Ok(())
}

/// Makes sure that there is a chain, and helps whoever named its folder in another way.
fn ensure_chain(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let named = folder.parent().unwrap_or(folder);
    if named.join("blocks.archive").exists() {
        let above = named.parent().unwrap_or(named);
        bail!(
            "{} is the chain itself: name the data folder that it lies in, with --data-dir {}",
            named.display(),
            above.display()
        );
    }
    bail!(
        "there is no chain in {}: name its data folder with --data-dir",
        folder.display()
    )
}

fn check(folder: &Path, params: &Params) -> anyhow::Result<()> {
    let mut tell = progress("blocks read");
    let checked = upkeep::check(folder, params, |blocks, total| {
        let (blocks, total) = (u64::from(blocks), u64::from(total));
        tell(OpenProgress { blocks, total });
    });
    let report = match checked {
        Err(error) if error.blames_state() => {
            say!("DAMAGED          {error}");
            bail!(
                "the state can't even be opened: `moneta store rebuild` makes it again, if the blocks are whole"
            );
        }
        report => report?,
    };
    print_figures(&report.figures);
    if let Some(digest) = report.digest {
        say!("digest           {digest}");
    }
    for wrong in report.damages.iter().chain(&report.lost) {
        say!("DAMAGED          {wrong}");
    }
    match (report.damages.len(), report.lost.len()) {
        (0, 0) => {
            say!("all is whole");
            Ok(())
        }
        (state, 0) => bail!(
            "the state is damaged in {state} places, the blocks are whole: `moneta store rebuild` makes the state again"
        ),
        (_, blocks) => bail!(
            "{blocks} blocks are damaged: restore blocks.archive from a copy, or begin anew and let other nodes send the blocks"
        ),
    }
}

fn digest(folder: &Path, params: &Params, height: Option<u32>) -> anyhow::Result<StateDigest> {
    let tip = upkeep::figures(folder, params)?.tip;
    let tip = tip.map_or(Height::GENESIS, |(_, height)| height);
    let height = height.map_or(tip, Height::new);
    let digest = upkeep::digest_at(folder, params, height)?;
    digest.with_context(|| format!("the chain ends at height {tip}"))
}

fn print_figures(figures: &Figures) {
    let state = &figures.state;
    match figures.tip {
        Some((id, height)) => {
            say!("height           {height}\ntip              {id}");
        }
        None => {
            say!("height           0");
        }
    }
    say!(
        "blocks stored    {} ({} with bodies)",
        figures.blocks,
        figures.bodies
    );
    if figures.waiting > 0 {
        say!(
            "blocks waiting   {}: the next start of a node applies them to the state",
            figures.waiting
        );
    }
    say!("archive          {} bytes", figures.archive_bytes);
    say!("coins            {}", figures.coins);
    say!("registry         {} records", figures.records);
    say!(
        "state on disk    {} bytes in {} tables",
        state.table_bytes,
        state.tables
    );
    say!("state in logs    {} bytes", state.memory);
}

/// Returns what prints how far a task has come, every second at most.
fn progress(what: &'static str) -> impl FnMut(OpenProgress) {
    let mut last = Instant::now();
    move |OpenProgress { blocks, total }| {
        if last.elapsed().as_secs() >= 1 {
            last = Instant::now();
            eprintln!("{blocks} of {total} {what}");
        }
    }
}

/// Reads the name of a network.
pub(crate) fn network(name: &str) -> Result<Network, String> {
    let known = Network::ALL
        .into_iter()
        .find(|network| network.name() == name);
    known.ok_or_else(|| "there are main, test and dev".to_owned())
}
