//! Replays third-party vectors: each family prints one `count` line, and what is out of scope apart.
#![allow(clippy::print_stdout)]

mod asm;
mod bip143;
mod blocks;
mod flags;
mod hash_oracle;
mod scripts;
mod sighash;
mod tally;
mod taproot;
mod transactions;
