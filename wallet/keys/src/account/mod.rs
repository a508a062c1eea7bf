//! One account of a wallet: `m/84'/coin'/account'` (BIP84), its secret half and its public half.
mod checksum;
mod descriptor;
mod path;
mod public;
mod secret;
#[cfg(test)]
mod tests;

pub use descriptor::DescriptorError;
pub use path::{AccountPath, Keychain, MAX_INDEX};
pub use public::AccountPublic;
pub(crate) use public::script_of;
pub use secret::AccountKey;
