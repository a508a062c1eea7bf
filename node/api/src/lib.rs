//! How anyone outside speaks to a node: one port, plain data.
//!
//! Readers follow the chain by pulling: [`NodeApi::step_from`] answers, for the block a reader last saw,
//! which single step comes next. A reader that stops, crashes or sleeps loses nothing: it asks again.

mod event;
mod mempool;
mod rejection;
mod view;

use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint, ScriptBuf, Transaction, Txid};
use moneta_chain::{Height, Params};
use moneta_mips::{Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId, RegisterIdentity};

pub use event::{BlockInfo, ChainEvent, ConnectedBlock, ConnectedTransaction, Tip};
pub use mempool::{
    AcceptedPackage, MempoolEntry, MempoolInfo, MempoolRemoval, MempoolSnapshot, RemovalReason,
};
pub use rejection::{NodeError, Rejection};
pub use view::NodeView;

/// A node as everybody outside sees it. The in-process node implements it; a remote one can.
#[async_trait]
pub trait NodeApi: Send + Sync + 'static {
    /// Returns the constants of the node's network.
    fn params(&self) -> &Params;

    /// Returns the best block.
    async fn tip(&self) -> Tip;

    /// Returns chain and mempool as they are now, to be read more than once: the reads below are each about the tip
    /// of its own moment.
    async fn view(&self) -> Arc<dyn NodeView>;

    /// Returns the one step that leads from `from` towards the tip; `None` if `from` is the tip.
    ///
    /// # Errors
    /// The node knows no block `from`.
    async fn step_from(&self, from: BlockHash) -> Result<Option<ChainEvent>, NodeError>;

    /// Returns a block with its place in the chain, or `None` if the node does not have it.
    async fn block(&self, id: BlockHash) -> Result<Option<BlockInfo>, NodeError>;

    /// Returns the id of the block at `height` of the best chain.
    async fn block_id_at(&self, height: Height) -> Option<BlockHash>;

    /// Returns an unspent coin of the best chain, the mempool left aside.
    async fn coin(&self, outpoint: OutPoint) -> Option<Coin>;

    /// Returns an asset of the registry at the tip.
    async fn asset(&self, id: AssetId) -> Option<Asset>;

    /// Returns the asset with this symbol under this issuer.
    async fn asset_of_symbol(&self, issuer: IdentityId, symbol: &str) -> Option<AssetId>;

    /// Returns the freeze of a coin under an asset, if one holds at the tip's next height.
    async fn freeze(&self, asset: AssetId, coin: OutPoint) -> Option<FreezeRecord>;

    /// Returns an identity of the registry at the tip.
    async fn identity(&self, id: IdentityId) -> Option<Identity>;

    /// Returns the identity with this handle.
    async fn identity_of_handle(&self, handle: &str) -> Option<IdentityId>;

    /// Says whether an identity could be registered in the next block, commitment and price left aside: what
    /// to ask before committing to a handle.
    ///
    /// # Errors
    /// The rule of MIP-2 that it would break.
    async fn check_registration(&self, register: RegisterIdentity) -> Result<(), Rejection>;

    /// Returns the mempool as it is now.
    async fn mempool(&self) -> Arc<MempoolSnapshot>;

    /// Says whether the mempool would take `transaction`, and changes nothing.
    ///
    /// # Errors
    /// The rule it breaks.
    async fn check_transaction(&self, transaction: Transaction) -> Result<MempoolEntry, Rejection>;

    /// Puts `transaction` into the mempool. One that is there already is accepted again.
    ///
    /// # Errors
    /// The rule it breaks; nothing has changed then.
    async fn submit_transaction(&self, transaction: Transaction) -> Result<Txid, Rejection>;

    /// Puts a child and its parents into the mempool, all or none, if they pay enough together: so a child
    /// can pay for a parent that pays too little by itself. `package` holds parents before children, the
    /// child last; what is there already is accepted again.
    ///
    /// # Errors
    /// The rule that it, or one of its transactions, breaks; nothing has changed then.
    async fn submit_package(&self, package: Vec<Transaction>)
    -> Result<AcceptedPackage, Rejection>;

    /// Says how full the mempool is and what it asks for.
    async fn mempool_info(&self) -> MempoolInfo;

    /// Returns what left the mempool other than into a block after removal number `seen`, oldest first; start
    /// with 0. The node remembers the last few thousand: a gap in the numbers tells of those it forgot.
    async fn mempool_removals(&self, seen: u64) -> Vec<MempoolRemoval>;

    /// Mines `blocks` blocks that pay `payout`, each on disk before the next. Fewer, but at least one, where
    /// the chain's clock runs too far ahead on the way.
    ///
    /// # Errors
    /// Storage failed, or the chain's clock has run too far ahead for even one block.
    async fn mine(&self, blocks: u32, payout: ScriptBuf) -> Result<Vec<BlockHash>, NodeError>;

    /// Waits until the chain or the mempool differs from what `seen` names; returns the present revision.
    /// Start with 0.
    async fn changed(&self, seen: u64) -> u64;
}
