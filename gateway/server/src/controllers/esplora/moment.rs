//! One moment of chain and mempool together, so that no answer mixes two tips.
use std::sync::Arc;
use std::time::Duration;

use moneta_index::{Pending, View};
use moneta_node_api::MempoolSnapshot;

use super::Chain;
use super::refusal::Refusal;

/// How often the index is waited for when the node is a block ahead of it.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(5);
/// An index that is further behind is catching up; waiting would not help.
const NEAR_BLOCKS: u32 = 3;

/// The best chain at one tip, and the mempool on top of it.
pub(super) struct Moment {
    pub(super) view: View,
    pub(super) pending: Arc<Pending>,
    pub(super) chain: Chain,
}

impl Moment {
    /// Takes a moment at which node and index stand at the same tip, so that a transaction on its way
    /// from the mempool into a block is seen in exactly one of them.
    ///
    /// Where the index can't keep up, the answer is about its own tip, without a mempool.
    async fn take(chain: Chain) -> Result<Self, Refusal> {
        let mut tries = 0;
        loop {
            let node = chain.node.view().await;
            let tip = node.tip();
            let view = chain.index.view()?;
            if view.tip().id == tip.id {
                let pending = chain.index.pending(node.mempool());
                return Ok(Self {
                    view,
                    pending,
                    chain,
                });
            }
            let behind = tip.height.blocks_since(view.tip().height);
            if tries >= TRIES || behind > NEAR_BLOCKS {
                let pending = Arc::new(Pending::of(Arc::new(MempoolSnapshot::default())));
                return Ok(Self {
                    view,
                    pending,
                    chain,
                });
            }
            tries += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Answers out of one moment, on a thread that may wait for the disk.
    pub(super) async fn read<T: Send + 'static>(
        chain: Chain,
        answer: impl FnOnce(&Self) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let moment = Self::take(chain).await?;
        tokio::task::spawn_blocking(move || answer(&moment))
            .await
            .map_err(|_| Refusal::Lost)?
    }
}
