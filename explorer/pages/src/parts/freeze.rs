//! A line of the public freeze register.
use super::{Amount, AssetRef, CoinRef, Party};
use crate::Lang;
use crate::format::Moment;

/// What a freeze is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreezeOn {
    /// One coin.
    Coin(CoinRef),
    /// Every coin of a script that holds the asset: SHA-256 of the script.
    Script(String),
    /// Every coin that holds the asset: a pause.
    Asset,
}

/// A freeze, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeRow {
    /// Under which asset.
    pub asset: AssetRef,
    /// On what.
    pub on: FreezeOn,
    /// How much of the asset it stops, if that is known.
    pub amount: Option<Amount>,
    /// Whose it is, if that is known.
    pub holder: Option<Party>,
    /// How much the freeze rests on.
    pub tier: Tier,
    /// Why.
    pub reason: Reason,
    /// Country code of the jurisdiction.
    pub jurisdiction: String,
    /// Height of the block that froze it.
    pub start: u32,
    /// First height at which the coin moves again.
    pub stop: u32,
    /// Time of the block that froze it, if that is known.
    pub moment: Option<Moment>,
    /// Transaction that froze it.
    pub frozen_in: String,
    /// Hash of the document behind it.
    pub document: Option<String>,
    /// What became of it.
    pub state: FreezeState,
}

/// What became of a freeze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreezeState {
    /// It holds, for so many blocks more.
    Active {
        /// Blocks until the stop height.
        blocks_left: u32,
    },
    /// Its stop height has come.
    Lapsed,
    /// It was lifted.
    Lifted(FreezeAct),
    /// A later freeze of the same coin took its place.
    Replaced(FreezeAct),
    /// It was lifted or replaced, longer ago than the page looked.
    Ended,
}

/// The transaction that ended a freeze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeAct {
    /// Height of its block.
    pub height: u32,
    /// Its id.
    pub txid: String,
}

/// How much a freeze rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The FREEZE right alone; short.
    Emergency,
    /// FREEZE and COMPLIANCE together, with a document.
    Order,
}

/// Why a coin is frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the register's words say all there is to say")]
pub enum Reason {
    CourtOrder,
    Sanctions,
    TheftReport,
    HolderRequest,
    MisIssuance,
    Dispute,
    Redemption,
    SecurityIncident,
}

impl FreezeRow {
    /// Tells whether the coin can't move now.
    pub const fn is_active(&self) -> bool {
        matches!(self.state, FreezeState::Active { .. })
    }
}

impl Tier {
    /// Returns the tier's name.
    pub fn name(self, t: &Lang) -> &'static str {
        match self {
            Self::Emergency => t.tier_emergency(),
            Self::Order => t.tier_order(),
        }
    }
}

impl Reason {
    /// Returns the reason's name.
    pub fn name(self, t: &Lang) -> &'static str {
        match self {
            Self::CourtOrder => t.reason_court_order(),
            Self::Sanctions => t.reason_sanctions(),
            Self::TheftReport => t.reason_theft_report(),
            Self::HolderRequest => t.reason_holder_request(),
            Self::MisIssuance => t.reason_mis_issuance(),
            Self::Dispute => t.reason_dispute(),
            Self::Redemption => t.reason_redemption(),
            Self::SecurityIncident => t.reason_security_incident(),
        }
    }
}
