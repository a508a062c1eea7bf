//! The state as it was at one block, whatever is applied or taken back later.
use std::sync::{Arc, OnceLock};

use bitcoin::{BlockHash, OutPoint};
use moneta_chain::Height;
use moneta_consensus::CoinView;
use moneta_kv::Snapshot;
use moneta_mips::{Coin, Key, Record, RegistryView};

use super::pending::Pending;
use super::{ChainState, coin_key, records};
use crate::codec::decode_coin;

/// Coins and registry at one block. While it lives, the memory and the files that it sees are kept: for one answer, not
/// for long.
#[derive(Clone)]
pub struct StateView {
    tip: Option<(BlockHash, Height)>,
    pub(super) snapshot: Snapshot,
    pub(super) pending: Arc<Pending>,
    /// The state's own: what can't be read through a view stops the node as well.
    damage: Arc<OnceLock<String>>,
}

impl ChainState {
    /// Returns the state as it is now. Costs nothing that grows with it.
    pub fn view(&self) -> StateView {
        StateView {
            tip: self.meta.tip,
            snapshot: self.store.snapshot(),
            pending: Arc::clone(&self.pending),
            damage: Arc::clone(&self.damage),
        }
    }
}

impl StateView {
    /// Returns the block that it stands at; `None` at genesis.
    pub const fn tip(&self) -> Option<(BlockHash, Height)> {
        self.tip
    }

    fn read<T>(&self, key: &[u8], parse: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        read(
            &self.pending,
            || self.snapshot.clone(),
            &self.damage,
            key,
            parse,
        )
    }
}

/// Reads a value; what is damaged counts as absent, and is noted so that nothing is concluded from that.
pub(super) fn read<T>(
    pending: &Pending,
    snapshot: impl FnOnce() -> Snapshot,
    damage: &OnceLock<String>,
    key: &[u8],
    parse: impl FnOnce(&[u8]) -> Option<T>,
) -> Option<T> {
    let read = match pending.get(key) {
        Some(value) => Ok(value.map(parse)),
        None => snapshot().read(key, parse),
    };
    let what = match read {
        Ok(Some(Some(value))) => return Some(value),
        Ok(None) => return None,
        Ok(Some(None)) => "a record is not what was written".to_owned(),
        Err(error) => error.to_string(),
    };
    tracing::error!(what, "the state can't be read");
    // The first is enough.
    let _ = damage.set(what);
    None
}

impl CoinView for StateView {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        self.read(&coin_key(outpoint), decode_coin)
    }
}

impl RegistryView for StateView {
    fn record(&self, key: &Key) -> Option<Record> {
        self.read(&records::record_key(key), records::decode)
    }
}
