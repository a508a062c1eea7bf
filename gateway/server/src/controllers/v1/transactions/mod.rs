//! Transactions.

mod show;
mod submit;

pub(crate) use show::{__path_show, show};
pub(crate) use submit::{__path_submit, submit};
