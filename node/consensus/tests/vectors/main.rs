//! Bitcoin's published vectors through the block path and the mempool path.
//!
//! A vector is in scope where its flags decide what our rules (every soft fork, no policy) must say: a valid
//! one that excludes none of our rules, an invalid one that needs no policy. The others are counted apart,
//! and held against `moneta-script`, which implements the same rules independently.

// Tests may read files, print, and stop where they stand.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "../../../script/tests/replay/asm.rs"]
mod asm;
mod blocks;
mod judge;
mod scripts;
mod shapes;
mod transactions;
