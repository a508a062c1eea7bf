//! Headers and their seals (MIP-8).

mod check;
mod error;
mod seal;

pub use check::{check_header, check_unsealed_header, required_bits};
pub use error::HeaderError;
pub use seal::light_cache;
