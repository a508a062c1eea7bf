//! `cargo xtask soak NAME [N]`: runs that are too long for the gate.
use anyhow::bail;

use crate::{
    crash_images, fuzz, hostile_peers, kills, miners, mips_soak, network_soak, node_crash_images,
    script_diff, store_faults, vectors,
};

/// A long run: its name, what it shows, how it runs.
type Soak = (
    &'static str,
    &'static str,
    fn(&[String]) -> anyhow::Result<()>,
);

const SOAKS: &[Soak] = &[
    (
        "fuzz",
        "fuzz [TARGET] [--seconds N]: random inputs into every decoder and rule, or one of them (an hour)",
        fuzz::run,
    ),
    (
        "vectors",
        "vectors: every third-party vector of consensus; one count a family, out of scope apart",
        vectors::run,
    ),
    (
        "crash-images",
        "crash-images [N]: N power cuts (100,000) under the key-value store, half of them while recovering from one",
        crash_images::run,
    ),
    (
        "hostile-peers",
        "hostile-peers [N] [--seconds S]: N attackers (100) of nine kinds for S seconds (60) around a node that must follow an honest chain",
        hostile_peers::run,
    ),
    (
        "kills",
        "kills [N]: kill -9 at work of every kind N times (1000), and a busy sandbox N/10 times; nothing acknowledged is lost",
        kills::run,
    ),
    (
        "miners",
        "miners: simulated miners against the difficulty and time rules, for several half-lives",
        miners::run,
    ),
    (
        "mips",
        "mips [SEQUENCES]: random histories of every MIP operation over reorganisations (1,000,000) against a plain model",
        mips_soak::run,
    ),
    (
        "network",
        "network [SEEDS]: whole nodes on a simulated network, 10,000 stories of cuts, crashes and lies; --seed N tells one",
        network_soak::run,
    ),
    (
        "node-crash-images",
        "node-crash-images [N]: N power cuts (20,000) under a whole node, archive and state, half of them while recovering from one",
        node_crash_images::run,
    ),
    (
        "script-diff",
        "script-diff [N] [SEED]: N random and mutated spends (1,000,000) by our verifier and by Bitcoin Core's",
        script_diff::run,
    ),
    (
        "store-faults",
        "store-faults: disks that refuse writes and syncs, or are full, under a whole sandbox",
        store_faults::run,
    ),
];

/// Runs the one that is named, or lists them.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let Some((name, rest)) = args.split_first() else {
        for (_, about, _) in SOAKS {
            println!("  cargo xtask soak {about}");
        }
        return Ok(());
    };
    match SOAKS.iter().find(|(soak, ..)| soak == name) {
        Some((.., run)) => run(rest),
        None => bail!("there is no soak `{name}`; `cargo xtask soak` lists them"),
    }
}
