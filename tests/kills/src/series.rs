//! The killer: starts victims, kills them, and looks at what they leave.
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use moneta_chain::Params;
use moneta_daemon::{NodeConfig, upkeep};
use moneta_node_api::NodeApi;
use moneta_testkit::random::Random;

use crate::Kind;
use crate::story::{Story, copy, open};
use crate::victim::{ACKNOWLEDGED, BEGIN, END, FOLDER, KIND, STORY};

/// What the kills of one kind showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Kills.
    pub kills: usize,
    /// Those that came before the victim was done.
    pub in_time: usize,
    /// Blocks that were acknowledged before a kill.
    pub acknowledged: usize,
    /// What was wrong afterwards: number of the kill, and in words.
    pub failures: Vec<(usize, String)>,
}

/// Kills `count` processes at moments drawn from `seed`, kinds in turn, and returns what each kind showed. `victim`
/// makes the command of a process that calls [`crate::work_if_asked`].
///
/// # Errors
/// A process can't be started, or work that nobody kills fails.
pub async fn kill(
    count: usize,
    seed: u64,
    victim: impl Fn() -> Command,
) -> anyhow::Result<BTreeMap<Kind, Report>> {
    let story = Story::tell().await.context("the story")?;
    let mut killer = Killer {
        story,
        random: Random::new(seed),
        durations: BTreeMap::new(),
    };
    let mut reports: BTreeMap<Kind, Report> = BTreeMap::new();
    for number in 0..count {
        let kind = Kind::of_kill(number);
        let round = killer.round(kind, &victim).await;
        let Round { said, outcome } = round.with_context(|| kind.name())?;
        let report = reports.entry(kind).or_default();
        report.kills += 1;
        report.in_time += usize::from(!said.ended);
        report.acknowledged += said.acknowledged.len();
        if let Err(error) = outcome {
            report.failures.push((number, format!("{error:#}")));
        }
    }
    Ok(reports)
}

type Lines = std::io::Lines<BufReader<ChildStdout>>;

struct Killer {
    story: Story,
    random: Random,
    /// How long work of each kind takes that nobody kills.
    durations: BTreeMap<Kind, Duration>,
}

/// What a victim said before it was killed.
#[derive(Default)]
struct Said {
    acknowledged: Vec<(u32, String)>,
    ended: bool,
}

struct Round {
    said: Said,
    outcome: anyhow::Result<()>,
}

impl Killer {
    async fn round(&mut self, kind: Kind, victim: &impl Fn() -> Command) -> anyhow::Result<Round> {
        let whole = self.duration(kind, victim).await?;
        let folder = tempfile::tempdir()?;
        let chain = self.chain(kind, folder.path())?;
        let mut said = Said::default();
        if kind == Kind::Recover {
            // Killed at work first, then while it opens what that left.
            let first = self.draw(whole);
            said = self.kill_one(kind, &chain, victim, first)?;
        }
        let moment = match kind {
            Kind::Recover => self.draw(Duration::from_millis(30)),
            _ => self.draw(whole),
        };
        let last = self.kill_one(kind, &chain, victim, moment)?;
        said.acknowledged.extend(last.acknowledged);
        said.ended = last.ended;
        let outcome = self.judge(kind, &chain, &said).await;
        Ok(Round { said, outcome })
    }

    /// Returns how long the work takes; measured once, and what it leaves is judged too.
    async fn duration(
        &mut self,
        kind: Kind,
        victim: &impl Fn() -> Command,
    ) -> anyhow::Result<Duration> {
        if let Some(known) = self.durations.get(&kind) {
            return Ok(*known);
        }
        let folder = tempfile::tempdir()?;
        let chain = self.chain(kind, folder.path())?;
        let (mut child, mut lines) = self.start(kind, &chain, victim)?;
        let started = Instant::now();
        let said = listen(&mut lines)?;
        let took = started.elapsed();
        ensure!(child.wait()?.success() && said.ended, "it fails unkilled");
        self.judge(kind, &chain, &said).await?;
        self.durations.insert(kind, took);
        Ok(took)
    }

    /// Makes the folder that the victim works on.
    fn chain(&self, kind: Kind, folder: &Path) -> anyhow::Result<PathBuf> {
        let chain = folder.join("node");
        match kind {
            Kind::Import => fs::create_dir_all(&chain)?,
            _ => copy(&self.story.base(), &chain)?,
        }
        Ok(chain)
    }

    fn draw(&mut self, up_to: Duration) -> Duration {
        let micros = u64::try_from(up_to.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.random.below(micros.max(1)))
    }

    fn start(
        &self,
        kind: Kind,
        chain: &Path,
        victim: &impl Fn() -> Command,
    ) -> anyhow::Result<(Child, Lines)> {
        let mut child = victim()
            .env(KIND, kind.name())
            .env(FOLDER, chain)
            .env(STORY, self.story.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        loop {
            match lines.next() {
                Some(line) if line.as_deref().is_ok_and(|line| line == BEGIN) => break,
                Some(_) => {}
                None => bail!("the victim never began"),
            }
        }
        Ok((child, lines))
    }

    fn kill_one(
        &self,
        kind: Kind,
        chain: &Path,
        victim: &impl Fn() -> Command,
        moment: Duration,
    ) -> anyhow::Result<Said> {
        let (mut child, mut lines) = self.start(kind, chain, victim)?;
        std::thread::sleep(moment);
        child.kill()?;
        child.wait()?;
        listen(&mut lines)
    }

    /// Looks at what a victim has left.
    async fn judge(&self, kind: Kind, chain: &Path, said: &Said) -> anyhow::Result<()> {
        let params = Params::dev();
        if kind == Kind::Import && !chain.join("state").exists() {
            // Nothing has happened: it can be done again.
            ensure!(!said.ended, "imported, and nothing is there");
            crate::victim::import(chain, &self.story.snapshot(), None)?;
        }
        if kind == Kind::Export {
            self.judge_snapshot(chain, said)?;
        }
        let node = open(chain, NodeConfig::STATE_MEMORY)?;
        let tip = node.tip().await;
        let branched = matches!(kind, Kind::Reorganise | Kind::Recover | Kind::Grow);
        for (height, id) in &said.acknowledged {
            ensure!(
                tip.height.to_u32() >= *height,
                "height {height} was acknowledged, {} is the tip",
                tip.height
            );
            let there = node.block_id_at(moneta_chain::Height::new(*height)).await;
            let is_there = there.is_some_and(|there| there.to_string() == *id);
            ensure!(
                branched || is_there,
                "block {id} was acknowledged and is gone"
            );
        }
        if !kind.moves() {
            ensure!(tip.id == self.story.parting, "another tip");
        }
        let digest = node.state_digest().await?;
        ensure!(digest == self.story.digest(&tip.id)?, "another state");
        drop(node);
        let report = upkeep::check(chain, &params, |_, _| ())?;
        let wrong = (&report.damages, &report.lost);
        ensure!(wrong.0.is_empty() && wrong.1.is_empty(), "{wrong:?}");
        if kind == Kind::Prune {
            upkeep::prune(chain, &params, upkeep::MIN_KEPT)?;
            let pruned = upkeep::figures(chain, &params)?;
            ensure!(pruned.bodies < pruned.blocks, "pruning again does nothing");
            let file = fs::metadata(chain.join("blocks.archive"))?;
            let (room, gone) = (file.blocks() * 512, pruned.blocks - pruned.bodies);
            // No block has fewer bytes, and of the room of the first and the last a part stays.
            let given_back = u64::from(gone) * 200 - 2 * 4_096;
            ensure!(room + given_back <= file.len(), "room is never given back");
        }
        Ok(())
    }

    /// A snapshot is whole or is not there, and can be written then.
    fn judge_snapshot(&self, chain: &Path, said: &Said) -> anyhow::Result<()> {
        let params = Params::dev();
        let file = chain.with_extension("snapshot");
        if !file.exists() {
            ensure!(!said.ended, "exported, and no file is there");
            upkeep::export(chain, &params, &file, 0)?;
        }
        let elsewhere = tempfile::tempdir()?;
        let digest = self.story.digest(&self.story.parting)?;
        crate::victim::import(elsewhere.path(), &file, Some(digest))?;
        Ok(())
    }
}

fn listen(lines: &mut Lines) -> anyhow::Result<Said> {
    let mut said = Said::default();
    for line in lines {
        let line = line?;
        said.ended |= line == END;
        if let Some((height, id)) = line
            .strip_prefix(ACKNOWLEDGED)
            .and_then(|rest| rest.split_once(' '))
        {
            said.acknowledged.push((height.parse()?, id.to_owned()));
        }
    }
    Ok(said)
}
