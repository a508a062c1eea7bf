//! A chain written by hand, as it was at one moment.
use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint};
use moneta_chain::Height;
use moneta_mips::{Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId, RegistryView};
use moneta_node_api::{MempoolSnapshot, NodeView, Tip};

use super::ScriptedChain;
use super::node::tip_of;

/// A copy of the chain and of the mempool.
pub(super) struct ScriptedView {
    pub(super) chain: ScriptedChain,
    pub(super) mempool: Arc<MempoolSnapshot>,
}

#[async_trait]
impl NodeView for ScriptedView {
    fn tip(&self) -> Tip {
        tip_of(self.chain.tip())
    }

    fn mempool(&self) -> Arc<MempoolSnapshot> {
        Arc::clone(&self.mempool)
    }

    async fn block_id_at(&self, height: Height) -> Option<BlockHash> {
        let mut blocks = self.chain.blocks().iter();
        blocks
            .find(|block| block.height == height)
            .map(|block| block.id)
    }

    async fn coin(&self, outpoint: OutPoint) -> Option<Coin> {
        self.chain.coins().get(&outpoint).cloned()
    }

    async fn asset(&self, id: AssetId) -> Option<Asset> {
        self.chain.registry().asset(&id)
    }

    async fn asset_of_symbol(&self, issuer: IdentityId, symbol: &str) -> Option<AssetId> {
        self.chain.registry().asset_of_symbol(&issuer, symbol)
    }

    async fn freeze(&self, asset: AssetId, coin: OutPoint) -> Option<FreezeRecord> {
        self.chain.registry().freeze(&asset, &coin)
    }

    async fn identity(&self, id: IdentityId) -> Option<Identity> {
        self.chain.registry().identity(&id)
    }

    async fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        self.chain.registry().identity_of_handle(handle)
    }
}
