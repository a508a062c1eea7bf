//! Notarisations (MIP-6).

mod create;
mod proof;
mod show;

pub(crate) use create::{__path_create, create};
pub(crate) use proof::{__path_proof, proof};
pub(crate) use show::{__path_show, show};
