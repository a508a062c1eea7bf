//! The chain as a whole.

mod health;
mod show;

pub(crate) use health::{__path_health, health};
pub(crate) use show::{__path_show, show};
