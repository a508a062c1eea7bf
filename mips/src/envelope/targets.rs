//! What a freeze names (MIP-1), bytes <-> values: coins, scripts, or the whole asset.
use bitcoin::OutPoint;

use super::reader::Reader;
use super::writer::Writer;
use super::{EnvelopeError, holders};
use crate::ScriptDigest;

const COINS: u8 = 0;
const SCRIPTS: u8 = 1;
const ALL: u8 = 2;

/// What a freeze, an unfreeze or a contest is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// 0: coins: sorted, unique, 1 to 64.
    Coins(Vec<OutPoint>),
    /// 1: every coin of these scripts, those to come included: sorted, unique, 1 to 64.
    Scripts(Vec<ScriptDigest>),
    /// 2: every coin of the asset: a pause.
    All,
}

impl Targets {
    /// Returns how many records it is about.
    pub const fn len(&self) -> usize {
        match self {
            Self::Coins(coins) => coins.len(),
            Self::Scripts(scripts) => scripts.len(),
            Self::All => 1,
        }
    }

    /// Tells whether it names nothing.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the coins that it names one by one.
    pub fn coins(&self) -> &[OutPoint] {
        match self {
            Self::Coins(coins) => coins,
            Self::Scripts(_) | Self::All => &[],
        }
    }

    /// Returns the scripts that it names.
    pub fn scripts(&self) -> &[ScriptDigest] {
        match self {
            Self::Scripts(scripts) => scripts,
            Self::Coins(_) | Self::All => &[],
        }
    }

    /// Returns the same in the order of the encoding, each once.
    pub fn sorted(&self) -> Self {
        match self {
            Self::Coins(coins) => Self::Coins(ascending(coins)),
            Self::Scripts(scripts) => Self::Scripts(ascending(scripts)),
            Self::All => Self::All,
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Coins(coins) => {
                writer.u8(COINS);
                writer.targets(coins);
            }
            Self::Scripts(scripts) => {
                writer.u8(SCRIPTS);
                holders::write_scripts(writer, scripts);
            }
            Self::All => writer.u8(ALL),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        match reader.u8()? {
            COINS => reader.targets().map(Self::Coins),
            SCRIPTS => holders::read_scripts(reader).map(Self::Scripts),
            ALL => Ok(Self::All),
            value => Err(EnvelopeError::UnknownValue {
                field: "targets",
                value,
            }),
        }
    }
}

impl From<Vec<OutPoint>> for Targets {
    fn from(coins: Vec<OutPoint>) -> Self {
        Self::Coins(coins)
    }
}

impl From<Vec<ScriptDigest>> for Targets {
    fn from(scripts: Vec<ScriptDigest>) -> Self {
        Self::Scripts(scripts)
    }
}

fn ascending<T: Copy + Ord>(list: &[T]) -> Vec<T> {
    let mut list = list.to_vec();
    list.sort_unstable();
    list.dedup();
    list
}
