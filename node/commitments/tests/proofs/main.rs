//! Proofs of what a block commits to: they hold offline, every byte of them counts, and other languages have
//! files to try theirs with.

mod bytes;
mod case;
mod vectors;
