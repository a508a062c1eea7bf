//! `cargo xtask soak hostile-peers [N] [--seconds S]`: N attackers around a node that must follow an honest chain.
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use moneta_testkit::peers::{Node, Siege, wait_until};
use moneta_testkit::sandbox::Sandbox;

/// How soon an honest block is to arrive.
const TIP: Duration = Duration::from_secs(5);
/// How long to wait for it before it is given up.
const PATIENCE: Duration = Duration::from_secs(120);
/// Most memory of the node, in KiB.
const MEMORY: u64 = 1 << 20;

/// Runs the siege and prints its figures.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let (attackers, seconds) = read(args)?;
    build()?;
    let sandbox = Sandbox::start_with(&["--p2p", "127.0.0.1:0", "--block-time", "0"]);
    let node = Node::start(&[sandbox.p2p()]);
    node.wait_for_height(sandbox.tip().0, PATIENCE);
    let siege = Siege::lay(node.address(), attackers);
    wait_until("the attackers are there", PATIENCE, || {
        siege.rounds() > attackers
    });
    let (began, mut taken) = (Instant::now(), Vec::new());
    while began.elapsed() < Duration::from_secs(seconds) {
        sandbox.mine(1);
        let mined = Instant::now();
        node.wait_for_height(sandbox.tip().0, PATIENCE);
        taken.push(mined.elapsed());
        std::thread::sleep(Duration::from_secs(1));
    }
    let rounds = siege.rounds();
    siege.lift();
    taken.sort();
    let longest = *taken.last().context("no block was mined")?;
    let memory = node.peak_memory_kib();
    println!("count hostile-connections {rounds}");
    println!("count honest-blocks {} of {}", taken.len(), taken.len());
    println!(
        "measured tip median {:?}, longest {longest:?} (goal {TIP:?})",
        taken[taken.len() / 2]
    );
    println!("measured memory {} MiB (goal 1024)", memory >> 10);
    ensure!(longest < TIP, "an honest block came late");
    ensure!(memory < MEMORY, "the node took too much memory");
    Ok(())
}

/// Builds the binary anew, in the profile of this program: what lies in the target folder may be of yesterday.
fn build() -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--bin", "moneta"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    ensure!(
        build.status().is_ok_and(|status| status.success()),
        "moneta can't be built"
    );
    Ok(())
}

fn read(args: &[String]) -> anyhow::Result<(usize, u64)> {
    let (mut attackers, mut seconds) = (100, 60);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--seconds" {
            let text = args.next().context("--seconds needs a number")?;
            seconds = text.parse().context("S is a number of seconds")?;
        } else {
            attackers = arg.parse().context("N is a number of attackers")?;
        }
    }
    Ok((attackers, seconds))
}
