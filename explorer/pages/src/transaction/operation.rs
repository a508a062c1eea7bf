//! What an envelope can do, as a page shows it.
use super::{Amount, CoinRef, Lang, Rights};
use crate::parts::{AssetRef, Deed, IdentityRef, Reason, Right, Tier, count};

/// One operation of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Creates an asset.
    Issue(Box<Issue>),
    /// Creates more units.
    Mint(Amount),
    /// Destroys units.
    Burn(Amount),
    /// Gives up rights.
    Renounce {
        /// Over which asset.
        asset: AssetRef,
        /// Which.
        rights: Vec<Right>,
    },
    /// Freezes coins.
    Freeze {
        /// Of which asset.
        asset: AssetRef,
        /// Which.
        coins: Vec<CoinRef>,
        /// How much it rests on.
        tier: Tier,
        /// Why.
        reason: Reason,
        /// Country code.
        jurisdiction: String,
        /// First height at which the coins move again.
        stop: u32,
        /// Hash of the document behind it.
        document: Option<String>,
    },
    /// Lifts freezes.
    Unfreeze {
        /// Of which asset.
        asset: AssetRef,
        /// Of which coins.
        coins: Vec<CoinRef>,
    },
    /// Creates an identity.
    Register(IdentityRef),
    /// Notarises a document.
    Anchor {
        /// Its digest.
        digest: String,
    },
    /// Something that has no card of its own, in the sentence that a signer reads.
    Said {
        /// In one word.
        deed: Deed,
        /// In English.
        english: String,
        /// In Chinese.
        chinese: String,
    },
}

/// Creation of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Which.
    pub asset: AssetRef,
    /// Its name for people.
    pub name: String,
    /// Its first units.
    pub initial: Amount,
    /// The most there may ever be.
    pub cap: Amount,
    /// Rights declared over it.
    pub powers: Vec<Right>,
    /// Hash of its terms.
    pub document: Option<String>,
}

impl Operation {
    /// Returns the operation in one word.
    pub const fn deed(&self) -> Deed {
        match self {
            Self::Issue(_) => Deed::Issue,
            Self::Mint(_) => Deed::Mint,
            Self::Burn(_) => Deed::Burn,
            Self::Renounce { .. } => Deed::Renounce,
            Self::Freeze { .. } => Deed::Freeze,
            Self::Unfreeze { .. } => Deed::Unfreeze,
            Self::Register(_) => Deed::Register,
            Self::Anchor { .. } => Deed::Anchor,
            Self::Said { deed, .. } => *deed,
        }
    }

    /// Says what it does, in one sentence.
    pub fn explain(&self, t: &Lang) -> String {
        match self {
            Self::Issue(issue) => t.explain_issue(
                &issue.asset.name(),
                &issue.initial.phrase(),
                &issue.cap.phrase(),
            ),
            Self::Mint(amount) => t.explain_mint(&amount.phrase()),
            Self::Burn(amount) => t.explain_burn(&amount.phrase()),
            Self::Renounce { asset, rights } => {
                t.explain_renounce(&asset.name(), &Rights(rights).list(t))
            }
            Self::Freeze {
                asset,
                coins,
                reason,
                jurisdiction,
                stop,
                ..
            } => t.explain_freeze(
                &t.coins(coins.len()),
                &asset.name(),
                &count(stop),
                reason.name(t),
                jurisdiction,
            ),
            Self::Unfreeze { asset, coins } => {
                t.explain_unfreeze(&t.coins(coins.len()), &asset.name())
            }
            Self::Register(identity) => t.explain_register(&identity.handle),
            Self::Anchor { digest } => t.explain_anchor(digest),
            Self::Said {
                english, chinese, ..
            } => match t {
                Lang::En => english.clone(),
                Lang::Zh => chinese.clone(),
            },
        }
    }
}
