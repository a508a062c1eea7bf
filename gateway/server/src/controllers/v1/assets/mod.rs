//! Assets.

mod burn;
mod issue;
mod list;
mod mint;
mod show;
mod show_named;

pub(crate) use burn::{__path_burn, burn};
pub(crate) use issue::{__path_issue, issue};
pub(crate) use list::{__path_list, list};
pub(crate) use mint::{__path_mint, mint};
pub(crate) use show::{__path_show, show};
pub(crate) use show_named::{__path_show_named, show_named};
