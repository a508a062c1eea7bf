//! `cargo xtask bench NAME`: ratios against a named peer, on the same work, in one run.

mod commitments;
mod connect;
mod ethash;
mod mempool;
mod mips;
mod network;
mod opening;
mod rounds;
mod script;
mod store;

use anyhow::bail;

/// A benchmark: its name, what it compares, how it runs.
type Bench = (
    &'static str,
    &'static str,
    fn(&[String]) -> anyhow::Result<()>,
);

const BENCHES: &[Bench] = &[
    (
        "commitments",
        "commitments: registry map, filter and history of a block of 1,500 transactions",
        commitments::run,
    ),
    (
        "connect",
        "connect [--worst]: blocks of 1,500 payments against Bitcoin Core's engine (`bitcoinkernel`: cmake, libboost-dev), warm, with assets, and the costliest there are",
        connect::run,
    ),
    (
        "ethash",
        "ethash [--dataset]: seal checks against the `ethash` crate; with --dataset full hashes too (1 GiB of memory, 1 GiB on disk)",
        ethash::run,
    ),
    (
        "mempool",
        "mempool: choosing the next block among 50,000 waiting transactions, against 50 ms",
        mempool::run,
    ),
    (
        "mips",
        "mips: checks of 1,500 transfers beside their scripts (15 %), freezes among a million, the registry's root (20 ms)",
        mips::run,
    ),
    (
        "open",
        "open [BLOCKS]: a node opens a chain of 100,000 blocks that it has (2 s)",
        opening::run,
    ),
    (
        "relay",
        "relay: a full block over three hops of real nodes on loopback, mempools warm (200 ms), and round trips a hop (2)",
        network::relay,
    ),
    (
        "script",
        "script: signed inputs against `bitcoinconsensus`, from one input a transaction to 1,000",
        script::run,
    ),
    (
        "sync",
        "sync [SMALL] [FULL]: a first sync of 20,000 small and 200 full blocks beside the same blocks from disk (0.7); an idle node with 8 peers (1 %)",
        network::sync,
    ),
    (
        "store",
        "store [--coins N]: our key-value store against redb, fjall, LMDB, sled, and RocksDB with LIBCLANG_PATH set (2,000,000)",
        store::run,
    ),
];

/// Runs the one that is named, or lists them.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let Some((name, rest)) = args.split_first() else {
        for (_, about, _) in BENCHES {
            println!("  cargo xtask bench {about}");
        }
        return Ok(());
    };
    match BENCHES.iter().find(|(bench, ..)| bench == name) {
        Some((.., run)) => run(rest),
        None => bail!("there is no benchmark `{name}`; `cargo xtask bench` lists them"),
    }
}
