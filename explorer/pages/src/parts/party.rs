//! Who owns an output, and which output.
use crate::Lang;

/// Who can spend an output, or why nobody can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// Whoever holds the key behind an address.
    Address(String),
    /// A script without an address, named by its kind, such as `p2pk`.
    Script(String),
    /// New coins: the input of a coinbase.
    NewCoins,
    /// The output that carries Moneta's envelope; nobody can spend it.
    Envelope,
    /// Any other output that nobody can spend.
    Unspendable,
}

/// Names one output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoinRef {
    /// Transaction that made it.
    pub txid: String,
    /// Index among its outputs.
    pub vout: u32,
}

impl Party {
    /// Returns the address, if the party has one.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Address(address) => Some(address),
            _ => None,
        }
    }

    /// Returns what a sentence calls the party.
    pub fn phrase(&self, t: &Lang) -> String {
        match self {
            Self::Address(address) => address.clone(),
            Self::Script(kind) => t.party_script(kind),
            Self::NewCoins => t.party_new_coins().to_owned(),
            Self::Envelope => t.party_envelope().to_owned(),
            Self::Unspendable => t.party_unspendable().to_owned(),
        }
    }
}
