//! Identities (MIP-2).

mod did;
mod register;
mod show;

pub(crate) use did::{__path_did, did};
pub(crate) use register::{__path_register, register};
pub(crate) use show::{__path_show, show};
