//! A transaction in plain sentences, English or Chinese: for the offline signer, the dry run and the explorer.
//!
//! One reading serves all three, so what a person signs is what the gateway promised and the explorer
//! shows. The sentences are made in two steps: `reading.rs` works out what the transaction does (`operations.rs`: what
//! its envelope does), and `english.rs` and `chinese/` say it. Nothing that an envelope carries is left unsaid:
//! `completeness.rs` turns every bit of one and listens.

mod chinese;
#[cfg(test)]
mod completeness;
mod english;
mod operations;
mod reading;
mod shown;
mod statement;
#[cfg(test)]
mod tests;

use bitcoin::{Script, Transaction};

use crate::{AssetId, Coin, IdentityId};

/// Language of the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, simplified.
    Zh,
}

/// How closely a reader should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// What transactions do every day.
    Plain,
    /// Something that lasts or can't be taken back: rights move, units burn, coins freeze.
    Notice,
    /// Something is wrong: the chain will refuse it, or value is lost.
    Warning,
}

impl Tone {
    /// Returns a stable name: `plain`, `notice` or `warning`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Notice => "notice",
            Self::Warning => "warning",
        }
    }
}

/// One thing that a transaction does, as a clause without a full stop; "this transaction" is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// How closely to look.
    pub tone: Tone,
    /// The clause.
    pub text: String,
}

/// What there is to say about an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFacts {
    /// How it is called: `acme/GOLD`, or a symbol and part of the id.
    pub name: String,
    /// Decimal places of the displayed unit.
    pub decimals: u8,
}

/// What the reader knows beside the transaction.
pub trait Facts {
    /// Returns what is known about an asset; without it the id and base units are shown.
    fn asset(&self, id: &AssetId) -> Option<AssetFacts>;
    /// Returns the handle of an identity; without it the id is shown.
    fn handle(&self, id: &IdentityId) -> Option<String>;
    /// Tells whether a script is the reader's own. An explorer, which is nobody, says no.
    fn is_own(&self, script: &Script) -> bool;
    /// Writes a script as an address; without it the script's bytes are shown.
    fn address(&self, script: &Script) -> Option<String>;
}

/// Says what `tx` does. `spent[i]` is the coin of `tx.input[i]`; give none for a coinbase, or where the
/// coins are not known: fee and change are then left out.
///
/// The transaction is not judged here: what the rules refuse is said as far as it can be read.
pub fn explain(tx: &Transaction, spent: &[Coin], facts: &dyn Facts, lang: Lang) -> Vec<Sentence> {
    let statements = reading::statements(tx, spent, facts);
    statements
        .iter()
        .map(|statement| Sentence {
            tone: statement.tone(),
            text: say(statement, lang),
        })
        .collect()
}

/// Says what the `index`-th operation of the envelope of `tx` does; nothing if there is none.
pub fn explain_operation(tx: &Transaction, index: u32, facts: &dyn Facts, lang: Lang) -> String {
    reading::operation(tx, index, facts).map_or_else(String::new, |statement| say(&statement, lang))
}

fn say(statement: &statement::Statement, lang: Lang) -> String {
    match lang {
        Lang::En => english::say(statement),
        Lang::Zh => chinese::say(statement),
    }
}

/// Puts sentences into one line.
pub fn join(sentences: &[Sentence], lang: Lang) -> String {
    let texts: Vec<&str> = sentences.iter().map(|one| one.text.as_str()).collect();
    match lang {
        Lang::En => texts.join("; "),
        Lang::Zh => texts.join("；"),
    }
}
