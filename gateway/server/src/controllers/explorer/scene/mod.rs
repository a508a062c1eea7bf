//! What a page can see: one view of the index, one mempool, and the words for what is in them.

mod freezes;
mod names;
mod operations;
mod rows;
mod told;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::Script;
use bitcoin::hex::DisplayHex;
use moneta_chain::{Height, Params, address_of};
use moneta_index::{IndexError, Pending, Place, View};
use moneta_mips::AssetId;
use moneta_node_api::{MempoolSnapshot, NodeApi};
use moneta_pages::format::Moment;
use moneta_pages::parts::{CoinRef, Party, Standing};
use moneta_pages::{Shell, Tip};

use crate::state::AppState;

pub(super) use names::{NamedAsset, rights_of};
pub(super) use rows::{pager, read_cursor};
pub(super) use told::{Told, tell_waiting};

/// What a page can see.
pub(super) struct Scene {
    /// The frame of the page, with the tip of the view.
    pub(super) shell: Shell,
    /// The index at that tip.
    pub(super) view: View,
    /// The mempool by owner.
    pub(super) pending: Arc<Pending>,
    node: Arc<dyn NodeApi>,
    /// Assets looked up so far: a page names the same few again and again.
    assets: RefCell<BTreeMap<AssetId, NamedAsset>>,
}

impl Scene {
    pub(super) fn new(
        state: &AppState,
        snapshot: Arc<MempoolSnapshot>,
        shell: Shell,
    ) -> Result<Self, IndexError> {
        let view = state.index.view()?;
        let tip = view.tip();
        let tip = Tip {
            height: tip.height.to_u32(),
            id: tip.id.to_string(),
            moment: Moment(u64::from(tip.time)),
        };
        Ok(Self {
            shell: Shell {
                tip: Some(tip),
                ..shell
            },
            view,
            pending: state.index.pending(snapshot),
            node: Arc::clone(&state.node),
            assets: RefCell::default(),
        })
    }

    /// Returns the constants of the network.
    pub(super) fn params(&self) -> &Params {
        self.node.params()
    }

    /// Returns how deep a block at `height` is, itself included.
    pub(super) fn confirmations(&self, height: Height) -> u32 {
        self.view
            .tip()
            .height
            .blocks_since(height)
            .saturating_add(1)
    }

    /// Returns the time of the block at `height`.
    pub(super) fn moment_at(&self, height: Height) -> Result<Option<Moment>, IndexError> {
        let block = self.view.block(height)?;
        Ok(block.map(|block| Moment(u64::from(block.header.time))))
    }

    /// Returns where a confirmed transaction stands.
    pub(super) fn standing_at(&self, place: Place) -> Result<Option<Standing>, IndexError> {
        let block = self.view.block(place.height)?;
        Ok(block.map(|block| Standing::Confirmed {
            height: place.height.to_u32(),
            block: block.id.to_string(),
            moment: Moment(u64::from(block.header.time)),
            confirmations: self.confirmations(place.height),
        }))
    }

    /// Returns who can spend an output with this script.
    pub(super) fn party(&self, script: &Script) -> Party {
        if let Some(address) = address_of(script, self.params().network) {
            return Party::Address(address);
        }
        let kind = match script {
            s if s.is_op_return() => return Party::Unspendable,
            s if s.is_p2pk() => "p2pk",
            s if s.is_p2pkh() => "p2pkh",
            s if s.is_p2sh() => "p2sh",
            s if s.is_multisig() => "multisig",
            _ => "nonstandard",
        };
        Party::Script(kind.to_owned())
    }
}

/// Names an output as pages do.
pub(super) fn coin_ref(coin: &bitcoin::OutPoint) -> CoinRef {
    CoinRef {
        txid: coin.txid.to_string(),
        vout: coin.vout,
    }
}

/// Writes a digest in hexadecimal; all zero means there is none.
pub(super) fn digest(bytes: &[u8; 32]) -> Option<String> {
    (*bytes != [0; 32]).then(|| bytes.to_lower_hex_string())
}
