//! `did:moneta` documents and SD-JWT VC credentials.
//!
#![doc = include_str!("../README.md")]

pub mod credential;
pub mod did;
