//! One thing that a freeze can be on, and which of them stop a given coin.
use std::fmt;

use bitcoin::OutPoint;

use crate::{
    AssetId, Attachment, Change, Coin, Entry, FreezeRecord, Key, Record, ScriptDigest, Targets,
};

/// One thing that a freeze is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A coin, where it holds units of the asset.
    Coin {
        /// Units of which asset.
        asset: AssetId,
        /// Which coin.
        coin: OutPoint,
    },
    /// Every coin of a script that holds units of the asset.
    Script {
        /// Units of which asset.
        asset: AssetId,
        /// Which script.
        script: ScriptDigest,
    },
    /// Every coin that holds units of the asset: a pause.
    All {
        /// Which asset.
        asset: AssetId,
    },
}

impl Target {
    /// Returns all of an operation's targets.
    pub fn each(asset: AssetId, targets: &Targets) -> Vec<Self> {
        match targets {
            Targets::Coins(coins) => {
                let coins = coins.iter();
                coins
                    .map(|coin| Self::Coin { asset, coin: *coin })
                    .collect()
            }
            Targets::Scripts(scripts) => {
                let script = |script: &ScriptDigest| Self::Script {
                    asset,
                    script: *script,
                };
                scripts.iter().map(script).collect()
            }
            Targets::All => vec![Self::All { asset }],
        }
    }

    /// Returns units of which asset it is about.
    pub const fn asset(&self) -> AssetId {
        match self {
            Self::Coin { asset, .. } | Self::Script { asset, .. } | Self::All { asset } => *asset,
        }
    }

    /// Returns every target under which a freeze stops this coin; none if it holds no units.
    pub fn stopping(outpoint: &OutPoint, coin: &Coin) -> Option<[Self; 3]> {
        let digest = || Some(ScriptDigest::of(&coin.output.script_pubkey));
        Self::stopping_of(outpoint, coin, digest)
    }

    /// The same, where somebody may have hashed the coin's script already.
    pub(super) fn stopping_of(
        outpoint: &OutPoint,
        coin: &Coin,
        digest: impl FnOnce() -> Option<ScriptDigest>,
    ) -> Option<[Self; 3]> {
        let Some(Attachment::Asset { id: asset, .. }) = coin.attachment else {
            return None;
        };
        let coin_itself = Self::Coin {
            asset,
            coin: *outpoint,
        };
        let script = digest()?;
        Some([
            coin_itself,
            Self::Script { asset, script },
            Self::All { asset },
        ])
    }

    /// Returns where the registry keeps its freeze.
    pub const fn key(&self) -> Key {
        match *self {
            Self::Coin { asset, coin } => Key::Freeze { asset, coin },
            Self::Script { asset, script } => Key::ScriptFreeze { asset, script },
            Self::All { asset } => Key::Pause(asset),
        }
    }

    /// Returns the change of its record, if there is one.
    pub(super) fn change(
        &self,
        before: Option<FreezeRecord>,
        after: Option<FreezeRecord>,
    ) -> Option<Change> {
        if before == after {
            return None;
        }
        let record = match *self {
            Self::Coin { asset, coin } => {
                return Some(Change::Freeze {
                    asset,
                    coin,
                    before,
                    after,
                });
            }
            Self::Script { .. } => Record::ScriptFreeze,
            Self::All { .. } => Record::Pause,
        };
        Some(Change::Record(Box::new(Entry {
            key: self.key(),
            before: before.map(record),
            after: after.map(record),
        })))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coin { coin, .. } => write!(f, "coin {coin}"),
            Self::Script { script, .. } => write!(f, "script {script}"),
            Self::All { asset } => write!(f, "asset {asset}"),
        }
    }
}
