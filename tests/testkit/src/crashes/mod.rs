//! A disk that dies at any moment, under the key-value store: what is promised must be there afterwards.

mod images;
mod workload;

pub use images::{Outcome, run};
pub use workload::{Model, Recording};
