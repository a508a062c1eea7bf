//! Wallets as the chain sees them: which scripts are theirs, and which coins lie on them.

mod coins;
mod scripts;

pub(crate) use coins::{HeldCoin, hydrate, pick};
pub(crate) use scripts::{ScriptCache, WalletScripts};
