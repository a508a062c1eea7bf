//! The Ethash dataset as a file: a gigabyte and more that takes minutes to compute and is read at random.
//!
//! It is built in parallel, segment by segment, under another name; a build that was killed goes on where it
//! was. Before it is used every segment is held against its checksum and a few items are computed anew. It is
//! read through a view and never written while there is one. Layout: `docs/formats/ethash-dataset.md`.
//!
//! [`build`] is all that a miner calls: it opens the file if it is whole and makes it whole if it is not.

mod build;
mod error;
mod layout;
mod open;
mod stale;
#[cfg(test)]
mod tests;

pub use build::{Progress, Watch, build};
pub use error::DatasetError;
pub use layout::Recipe;
pub use open::{DatasetFile, open};
pub use stale::remove_stale;
