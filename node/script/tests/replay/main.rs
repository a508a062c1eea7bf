//! Replays third-party vectors: each family prints one `count` line, and what is out of scope apart.
// Tests may read files, print, and stop where they stand.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

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
