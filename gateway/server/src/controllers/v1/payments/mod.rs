//! Payments.

mod create;
mod show;
mod sign;

pub(crate) use create::{__path_create, create};
pub(crate) use show::{__path_show, show};
pub(crate) use sign::{__path_sign, sign};
