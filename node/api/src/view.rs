//! The chain as it was at one moment, so that an answer made of several reads never mixes two tips.
use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint};
use moneta_chain::Height;
use moneta_mips::{Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId};

use crate::{MempoolSnapshot, Tip};

/// The best chain at one tip with the mempool on top of it. It stays as it is whatever the chain does meanwhile, and
/// neither waits for the writer nor keeps it waiting. Take one for an answer, and let it go with it.
#[async_trait]
pub trait NodeView: Send + Sync {
    /// Returns the best block.
    fn tip(&self) -> Tip;

    /// Returns the mempool.
    fn mempool(&self) -> Arc<MempoolSnapshot>;

    /// Returns the id of the block at `height`, at most that of the tip.
    async fn block_id_at(&self, height: Height) -> Option<BlockHash>;

    /// Returns an unspent coin, the mempool left aside.
    async fn coin(&self, outpoint: OutPoint) -> Option<Coin>;

    /// Returns an asset of the registry.
    async fn asset(&self, id: AssetId) -> Option<Asset>;

    /// Returns the asset with this symbol under this issuer.
    async fn asset_of_symbol(&self, issuer: IdentityId, symbol: &str) -> Option<AssetId>;

    /// Returns the freeze of a coin under an asset, if one holds at the tip's next height.
    async fn freeze(&self, asset: AssetId, coin: OutPoint) -> Option<FreezeRecord>;

    /// Returns an identity of the registry.
    async fn identity(&self, id: IdentityId) -> Option<Identity>;

    /// Returns the identity with this handle.
    async fn identity_of_handle(&self, handle: &str) -> Option<IdentityId>;
}
