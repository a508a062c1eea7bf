//! MIP-0: how a rule is made. It has no code of its own.
//!
#![doc = include_str!("README.md")]
