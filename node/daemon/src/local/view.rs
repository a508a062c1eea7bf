//! Chain and mempool as they were at one moment.
use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint};
use moneta_chain::Height;
use moneta_consensus::CoinView;
use moneta_mips::{Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId, RegistryView};
use moneta_node_api::{MempoolSnapshot, NodeView, Tip};
use moneta_store::StateView;

use super::core::Core;

/// The best chain at one tip, and the mempool on top of it.
pub(super) struct LocalView {
    /// For the ids below the tip: blocks never change, and none is ever forgotten.
    core: Arc<Core>,
    tip: Tip,
    state: StateView,
    mempool: Arc<MempoolSnapshot>,
}

impl LocalView {
    /// Takes a view of this moment.
    pub(super) fn take(core: &Arc<Core>) -> Self {
        let present = core.read();
        Self {
            tip: present.chain.tip(),
            state: present.chain.state().view(),
            mempool: core.mempool_of(&present),
            core: Arc::clone(core),
        }
    }
}

#[async_trait]
impl NodeView for LocalView {
    fn tip(&self) -> Tip {
        self.tip
    }

    fn mempool(&self) -> Arc<MempoolSnapshot> {
        Arc::clone(&self.mempool)
    }

    async fn block_id_at(&self, height: Height) -> Option<BlockHash> {
        self.core.read().chain.ancestor(self.tip.id, height)
    }

    async fn coin(&self, outpoint: OutPoint) -> Option<Coin> {
        self.state.coin(&outpoint)
    }

    async fn asset(&self, id: AssetId) -> Option<Asset> {
        self.state.asset(&id)
    }

    async fn asset_of_symbol(&self, issuer: IdentityId, symbol: &str) -> Option<AssetId> {
        self.state.asset_of_symbol(&issuer, symbol)
    }

    async fn freeze(&self, asset: AssetId, coin: OutPoint) -> Option<FreezeRecord> {
        let record = self.state.freeze(&asset, &coin);
        record.filter(|record| record.holds_at(self.tip.height.next()))
    }

    async fn identity(&self, id: IdentityId) -> Option<Identity> {
        self.state.identity(&id)
    }

    async fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        self.state.identity_of_handle(handle)
    }
}
