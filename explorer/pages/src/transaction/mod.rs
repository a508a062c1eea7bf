//! A transaction: who gets what, what its envelope says, and the bare bytes.

mod explain;
mod operation;

use askama::Template;

use crate::Lang;
use crate::layout::Shell;
use crate::parts::{Amount, Attachment, CoinRef, Party, Rights, Standing, Unit};

pub use operation::{Issue, Operation};

/// What a transaction's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its id.
    pub txid: String,
    /// Where it stands.
    pub standing: Standing,
    /// What it spends, in order; of very many the first.
    pub inputs: Vec<Input>,
    /// How many inputs are not shown.
    pub more_inputs: usize,
    /// What it makes, in order; of very many the first.
    pub outputs: Vec<Output>,
    /// How many outputs are not shown.
    pub more_outputs: usize,
    /// The envelope it carries.
    pub envelope: Option<Envelope>,
    /// What the envelope does, in order.
    pub operations: Vec<Operation>,
    /// Fee, sizes and header fields.
    pub figures: TransactionFigures,
    /// Its bytes in hexadecimal; none if they are too many for a page.
    pub raw_hex: Option<String>,
}

/// A coin that a transaction spends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Which coin; none for a coinbase.
    pub coin: Option<CoinRef>,
    /// Whose it was.
    pub party: Party,
    /// Its grains, as MTA; none for a coinbase.
    pub value: Option<Amount>,
    /// What it held beside them.
    pub attachment: Option<Attachment>,
}

/// A coin that a transaction makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its index.
    pub vout: u32,
    /// Whose it is.
    pub party: Party,
    /// Its grains, as MTA.
    pub value: Amount,
    /// Whether it has grains at all.
    pub has_value: bool,
    /// What it holds beside them.
    pub attachment: Option<Attachment>,
    /// Whether it is still there.
    pub spend: Spend,
    /// Whether a freeze holds it now.
    pub frozen: bool,
    /// Transaction that took its units by force, if one did.
    pub taken: Option<String>,
}

/// What became of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spend {
    /// It is there.
    Unspent,
    /// That transaction spent it.
    Spent {
        /// Its id.
        by: String,
    },
    /// Nobody can spend it.
    Never,
    /// The page does not know.
    Unknown,
}

/// The output that carries the envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Its index.
    pub vout: u32,
    /// Length of the payload in bytes.
    pub bytes: usize,
    /// What the output's own grains pay to the registry, and so burn.
    pub burned: Option<Amount>,
}

/// Fee, sizes and fields of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionFigures {
    /// Fee; none for a coinbase, or if the coins spent are unknown.
    pub fee: Option<Amount>,
    /// Grains per virtual byte, two places.
    pub fee_rate: Option<String>,
    /// Bytes on the wire.
    pub size: u64,
    /// Virtual bytes.
    pub vsize: u64,
    /// Weight.
    pub weight: u64,
    /// Version field.
    pub version: i32,
    /// Lock time field.
    pub lock_time: u32,
}

#[derive(Template)]
#[template(path = "transaction/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Transaction,
    sentences: Vec<String>,
}

/// Returns a transaction's page.
pub fn render_transaction(shell: &Shell, transaction: &Transaction) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: transaction,
        sentences: transaction.explain(&shell.lang),
    })
}
