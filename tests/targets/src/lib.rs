//! What fuzzers call. A target takes any bytes and returns; a panic is a finding.
//!
//! To add one: a function in a file here, a line in [`TARGETS`], and for cargo-fuzz a file of four lines and
//! an entry in `tests/fuzz`. `cargo xtask soak fuzz` drives all of them on the stable toolchain.
// Tests may read files, and stop where they stand.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::missing_panics_doc
)]

mod blocks;
mod envelopes;
mod headers;
mod messages;
mod mutation;
mod neighbours;
mod networks;
mod peers;
mod seeds;
mod stores;
mod transactions;

pub use blocks::block;
pub use envelopes::{envelope, record};
pub use headers::{header, seals};
pub use messages::{compact, payload};
pub use mutation::Mutator;
pub use neighbours::{addresses, peers_file, presync};
pub use networks::network;
pub use peers::{conversation, wire};
pub use stores::{store_files, store_operations};
pub use transactions::{spend, transaction};

/// A target: its name, what it does with bytes, and bytes that lead it far.
pub struct Target {
    /// Its name, as on the command line.
    pub name: &'static str,
    /// Takes any bytes; panics on a finding.
    pub run: fn(&[u8]),
    /// Returns inputs to start from; none if the vectors are absent.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    target("header", header, seeds::headers),
    target("seals", seals, seeds::headers),
    target("block", block, seeds::blocks),
    target("transaction", transaction, seeds::transactions),
    target("spend", spend, seeds::transactions),
    target("envelope", envelope, seeds::envelopes),
    target("record", record, seeds::records),
    target("wire", wire, peers::frames),
    target("conversation", conversation, peers::conversations),
    target("network", network, networks::networks),
    target("payload", payload, messages::payloads),
    target("compact", compact, messages::compacts),
    target("addresses", addresses, neighbours::address_operations),
    target("peers_file", peers_file, neighbours::peers_files),
    target("presync", presync, neighbours::presyncs),
    target("store_operations", store_operations, stores::operations),
    target("store_files", store_files, stores::files),
];

const fn target(name: &'static str, run: fn(&[u8]), seeds: fn() -> Vec<Vec<u8>>) -> Target {
    Target { name, run, seeds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_takes_its_seeds_and_a_few_thousand_mutations_of_them() {
        for target in TARGETS {
            let mut mutator = Mutator::new((target.seeds)(), 7);
            for _ in 0..300 {
                (target.run)(mutator.next());
            }
        }
    }

    #[test]
    fn every_target_has_an_entry_for_cargo_fuzz() {
        let manifest = include_str!("../../fuzz/Cargo.toml");
        for target in TARGETS {
            let name = target.name;
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        }
    }
}
