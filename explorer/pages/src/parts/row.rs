//! Rows of lists: blocks and transactions, and the way to the next page of them.
use super::amount::count;
use super::{Amount, Party};
use crate::Lang;
use crate::format::Moment;

/// A block in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRow {
    /// Its height.
    pub height: u32,
    /// Its id.
    pub id: String,
    /// Its header's time.
    pub moment: Moment,
    /// How many transactions it holds.
    pub transactions: usize,
    /// Its size in bytes.
    pub size: u64,
    /// Who mined it.
    pub miner: Party,
}

/// A transaction in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionRow {
    /// Its id.
    pub txid: String,
    /// Where it stands; `None` where the page itself says so.
    pub standing: Option<Standing>,
    /// What it does.
    pub deeds: Vec<Deed>,
    /// What it moves; on an address's page, what it changes there.
    pub amounts: Vec<Amount>,
}

/// Where a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// In a block of the best chain.
    Confirmed {
        /// The block's height.
        height: u32,
        /// The block's id.
        block: String,
        /// The block's time.
        moment: Moment,
        /// How many blocks deep, that block included.
        confirmations: u32,
    },
    /// In the mempool.
    Waiting {
        /// When it came.
        arrived: Moment,
    },
}

/// What a transaction does, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the operations")]
pub enum Deed {
    Reward,
    Transfer,
    Issue,
    Mint,
    Burn,
    Renounce,
    Freeze,
    Unfreeze,
    Register,
    Anchor,
    Piece,
    Document,
    Enrol,
    Withdraw,
    Contest,
    Redemption,
    Seizure,
    Update,
    Renewal,
    Recovery,
    Revocation,
}

/// The way to the neighbouring pages of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pager {
    /// Where the newest rows are, in lists that can only be walked one way.
    pub newest: Option<String>,
    /// Where newer rows are.
    pub newer: Option<String>,
    /// Where older rows are.
    pub older: Option<String>,
}

impl Deed {
    /// Returns the word.
    pub fn name(self, t: &Lang) -> &'static str {
        match self {
            Self::Reward => t.deed_reward(),
            Self::Transfer => t.deed_transfer(),
            Self::Issue => t.deed_issue(),
            Self::Mint => t.deed_mint(),
            Self::Burn => t.deed_burn(),
            Self::Renounce => t.deed_renounce(),
            Self::Freeze => t.deed_freeze(),
            Self::Unfreeze => t.deed_unfreeze(),
            Self::Register => t.deed_register(),
            Self::Anchor => t.deed_anchor(),
            Self::Piece => t.deed_piece(),
            Self::Document => t.deed_document(),
            Self::Enrol => t.deed_enrol(),
            Self::Withdraw => t.deed_withdraw(),
            Self::Contest => t.deed_contest(),
            Self::Redemption => t.deed_redemption(),
            Self::Seizure => t.deed_seizure(),
            Self::Update => t.deed_update(),
            Self::Renewal => t.deed_renewal(),
            Self::Recovery => t.deed_recovery(),
            Self::Revocation => t.deed_revocation(),
        }
    }

    /// Returns the class that colours it.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Reward | Self::Transfer | Self::Renounce => "plain",
            Self::Issue | Self::Mint | Self::Burn | Self::Piece => "gold",
            Self::Freeze | Self::Unfreeze | Self::Contest | Self::Seizure => "ice",
            Self::Register
            | Self::Enrol
            | Self::Withdraw
            | Self::Update
            | Self::Renewal
            | Self::Recovery
            | Self::Revocation => "violet",
            Self::Anchor | Self::Document | Self::Redemption => "green",
        }
    }
}

impl Standing {
    /// Returns `5 confirmations` or `waiting`.
    pub fn phrase(&self, t: &Lang) -> String {
        match self {
            Self::Confirmed { confirmations, .. } => t.confirmations(*confirmations),
            Self::Waiting { .. } => t.waiting().to_owned(),
        }
    }
}

impl BlockRow {
    /// Returns the height with its digits grouped.
    pub fn height_text(&self) -> String {
        count(self.height)
    }
}

impl Pager {
    /// Tells whether there is no other page.
    pub const fn is_empty(&self) -> bool {
        self.newest.is_none() && self.newer.is_none() && self.older.is_none()
    }
}
