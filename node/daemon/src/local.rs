//! The node in this process.
use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint, ScriptBuf, Transaction, Txid};
use moneta_chain::{Height, Params, SealedBlock};
use moneta_mips::{Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId};
use moneta_node_api::{
    BlockInfo, ChainEvent, MempoolEntry, MempoolSnapshot, NodeApi, NodeError, Rejection, Tip,
};

use crate::{NodeConfig, OpenError, OpenProgress};

/// A node in this process: chain, mempool and miner over one folder.
pub struct LocalNode {}

impl LocalNode {
    /// Opens the chain in `config.dir`, or begins a new one there.
    ///
    /// # Errors
    /// The folder is in use or can't be written, or what lies in it is damaged or of another network.
    pub fn open(config: NodeConfig) -> Result<Arc<Self>, OpenError> {
        Self::open_reporting(config, |_| ())
    }

    /// The same, and tells how far the replay of a long chain has come.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_reporting(
        _config: NodeConfig,
        _progress: impl FnMut(OpenProgress),
    ) -> Result<Arc<Self>, OpenError> {
        unimplemented!("node")
    }

    /// Offers a block. One that is known already is accepted again.
    ///
    /// # Errors
    /// The rule it breaks.
    pub async fn submit_block(&self, _block: SealedBlock) -> Result<BlockHash, Rejection> {
        unimplemented!("node")
    }

    /// Mines `blocks` blocks whose times lie 60 s apart and end now, so that a fresh chain has coins to
    /// spend at once. Does nothing to a chain that has blocks already.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn mine_history(
        &self,
        _blocks: u32,
        _payout: ScriptBuf,
    ) -> Result<Vec<BlockHash>, NodeError> {
        unimplemented!("node")
    }

    /// Waits until the node can't go on (its storage failed) and returns why. The process should then
    /// exit with an error: what it would acknowledge from here on might not last.
    pub async fn fatal(&self) -> NodeError {
        unimplemented!("node")
    }
}

#[async_trait]
impl NodeApi for LocalNode {
    fn params(&self) -> &Params {
        unimplemented!("node")
    }
    async fn tip(&self) -> Tip {
        unimplemented!("node")
    }
    async fn step_from(&self, _from: BlockHash) -> Result<Option<ChainEvent>, NodeError> {
        unimplemented!("node")
    }
    async fn block(&self, _id: BlockHash) -> Result<Option<BlockInfo>, NodeError> {
        unimplemented!("node")
    }
    async fn block_id_at(&self, _height: Height) -> Option<BlockHash> {
        unimplemented!("node")
    }
    async fn coin(&self, _outpoint: OutPoint) -> Option<Coin> {
        unimplemented!("node")
    }
    async fn asset(&self, _id: AssetId) -> Option<Asset> {
        unimplemented!("node")
    }
    async fn asset_of_symbol(&self, _issuer: IdentityId, _symbol: &str) -> Option<AssetId> {
        unimplemented!("node")
    }
    async fn freeze(&self, _asset: AssetId, _coin: OutPoint) -> Option<FreezeRecord> {
        unimplemented!("node")
    }
    async fn identity(&self, _id: IdentityId) -> Option<Identity> {
        unimplemented!("node")
    }
    async fn identity_of_handle(&self, _handle: &str) -> Option<IdentityId> {
        unimplemented!("node")
    }
    async fn mempool(&self) -> Arc<MempoolSnapshot> {
        unimplemented!("node")
    }
    async fn check_transaction(
        &self,
        _transaction: Transaction,
    ) -> Result<MempoolEntry, Rejection> {
        unimplemented!("node")
    }
    async fn submit_transaction(&self, _transaction: Transaction) -> Result<Txid, Rejection> {
        unimplemented!("node")
    }
    async fn mine(&self, _blocks: u32, _payout: ScriptBuf) -> Result<Vec<BlockHash>, NodeError> {
        unimplemented!("node")
    }
    async fn changed(&self, _seen: u64) -> u64 {
        unimplemented!("node")
    }
}
