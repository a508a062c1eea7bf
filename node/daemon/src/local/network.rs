//! Chain and mempool as the network sees them.
use std::sync::{Arc, PoisonError};

use bitcoin::bip158::{BlockFilter, FilterHash, FilterHeader};
use bitcoin::block::Header;
use bitcoin::{Block, BlockHash, OutPoint, Transaction, Txid, Wtxid};
use moneta_chain::{ChainWork, Height, SealedBlock, SealedHeader};
use moneta_commitments::basic_filter;
use moneta_consensus::{CoinView, ParentBlock, spent_scripts};
use moneta_p2p::{
    BlockVerdict, HeaderPoint, HeadersVerdict, MAX_HEADERS_AHEAD, NodePort, PeerId,
    TransactionNotice, TransactionVerdict,
};
use moneta_store::Durability;

use super::blocks::{NotTaken, Taken};
use super::core::Core;
use super::port::LocalNode;
use super::relay::Relayed;
use crate::chain::{Chain, ChainError, Stage};
use crate::mempool::{Announcement, PeerTag};

/// A node, as the network sees it.
struct NetworkPort {
    core: Arc<Core>,
}

impl LocalNode {
    /// Returns the node as the network sees it.
    pub fn network_port(&self) -> Arc<dyn NodePort + Send + Sync> {
        Arc::new(NetworkPort {
            core: Arc::clone(&self.core),
        })
    }
}

impl NetworkPort {
    /// Asks the chain; nothing else may be asked meanwhile.
    fn chain<T>(&self, ask: impl FnOnce(&Chain) -> T) -> T {
        ask(&self.core.read().chain)
    }
}

/// Returns the place of a verified header that is not condemned.
pub(super) fn point(chain: &Chain, id: &BlockHash) -> Option<HeaderPoint> {
    let block = chain.verified(id)?;
    Some(HeaderPoint {
        id: *id,
        height: block.height,
        work: block.work,
        time: block.header.time,
        has_body: block.stage.has_body(),
    })
}

impl NodePort for NetworkPort {
    fn tip(&self) -> HeaderPoint {
        self.chain(|chain| point(chain, &chain.tip().id).expect("the tip is a verified header"))
    }

    fn best_header(&self) -> HeaderPoint {
        let best = |chain: &Chain| point(chain, &chain.best_header());
        self.chain(best).expect("the best header is a verified one")
    }

    fn header(&self, id: &BlockHash) -> Option<HeaderPoint> {
        self.chain(|chain| point(chain, id))
    }

    fn is_condemned(&self, id: &BlockHash) -> bool {
        self.chain(|chain| chain.is_condemned(id))
    }

    fn locator(&self, from: &BlockHash) -> Vec<BlockHash> {
        self.chain(|chain| chain.locator(from))
    }

    fn headers_after(
        &self,
        locator: &[BlockHash],
        stop: &BlockHash,
        max: usize,
    ) -> Vec<SealedHeader> {
        self.chain(|chain| chain.headers_after(locator, stop, max))
    }

    fn id_on_best(&self, height: Height) -> Option<BlockHash> {
        self.chain(|chain| chain.id_on_best(height))
    }

    fn id_on_active(&self, height: Height) -> Option<BlockHash> {
        self.chain(|chain| chain.id_at(height))
    }

    fn common_height(&self, id: &BlockHash) -> Option<Height> {
        self.chain(|chain| chain.common_height(id))
    }

    fn wanted_bodies(&self, max: usize) -> Vec<HeaderPoint> {
        self.chain(|chain| {
            let wanted = chain.wanted_bodies();
            let points = wanted.map(|(id, block)| HeaderPoint {
                id,
                height: block.height,
                work: block.work,
                time: block.header.time,
                has_body: false,
            });
            points.take(max).collect()
        })
    }

    fn waiting_bytes(&self) -> usize {
        self.chain(Chain::waiting_bytes)
    }

    fn accept_headers(&self, headers: &[SealedHeader]) -> HeadersVerdict {
        self.core.accept_headers(headers, MAX_HEADERS_AHEAD)
    }

    fn parent(&self, id: &BlockHash) -> Option<ParentBlock> {
        self.chain(|chain| chain.verified(id).and_then(|_| chain.as_parent(id)))
    }

    fn claimed_work(&self, headers: &[SealedHeader]) -> Option<ChainWork> {
        self.core.claimed_work(headers)
    }

    fn accept_block(&self, block: Block) -> BlockVerdict {
        let id = block.block_hash();
        let known = self.chain(|chain| chain.verified(&id).map(|known| known.seal));
        let Some(seal) = known else {
            let code = "block.known_invalid";
            let is_condemned = self.is_condemned(&id);
            return if is_condemned {
                BlockVerdict::Invalid { code }
            } else {
                BlockVerdict::UnknownHeader
            };
        };
        let block = SealedBlock { block, seal };
        match self.core.take_block(block, Durability::Soon) {
            Ok(Taken::Known) => BlockVerdict::Known,
            Ok(Taken::Kept { moved }) => BlockVerdict::Accepted { moved },
            Err(NotTaken::Failed(_)) => BlockVerdict::Stopped,
            Err(NotTaken::Refused(error)) => verdict(&error),
        }
    }

    fn flush(&self) {
        // A node that has failed says so everywhere.
        let _ = self.core.flush();
    }

    fn settle(&self) {
        // A node that has failed says so everywhere.
        let _ = self.core.flush_if_due();
    }

    fn block(&self, id: &BlockHash) -> Option<Arc<SealedBlock>> {
        self.core.proven_block(id)
    }

    fn sealed_header(&self, id: &BlockHash) -> Option<SealedHeader> {
        self.chain(|chain| Some(chain.verified(id)?.sealed()))
    }

    fn accept_transaction(&self, peer: PeerId, tx: Transaction) -> TransactionVerdict {
        match self.core.submit_from_peer(PeerTag(peer.0), tx) {
            Ok(Relayed::Accepted(announcements)) => TransactionVerdict::Accepted(
                announcements
                    .into_iter()
                    .map(TransactionNotice::from)
                    .collect(),
            ),
            Ok(Relayed::Known) => TransactionVerdict::Known,
            Ok(Relayed::Orphan { missing }) => TransactionVerdict::Orphan { missing },
            Ok(Relayed::Refused(rejection)) => TransactionVerdict::Refused {
                code: rejection.code,
            },
            Err(error) => TransactionVerdict::Refused {
                code: error.code().to_owned(),
            },
        }
    }

    fn forget_peer(&self, peer: PeerId) {
        // A node that has stopped needs to forget nothing.
        let _ = self.core.forget_peer(PeerTag(peer.0));
    }

    fn has_txid(&self, txid: &Txid) -> bool {
        let present = self.core.read();
        let is_coin = |vout| {
            present
                .chain
                .state()
                .coin(&OutPoint::new(*txid, vout))
                .is_some()
        };
        // Most transactions have an unspent output among the first two for as long as anybody speaks of them.
        present.pool.get(txid).is_some() || is_coin(0) || is_coin(1)
    }

    fn has_wtxid(&self, wtxid: &Wtxid) -> bool {
        self.core.read().pool.has(wtxid)
    }

    fn by_txid(&self, txid: &Txid) -> Option<Arc<Transaction>> {
        self.core.read().pool.transaction(txid)
    }

    fn by_wtxid(&self, wtxid: &Wtxid) -> Option<Arc<Transaction>> {
        self.core.read().pool.transaction_by_wtxid(wtxid)
    }

    fn each_waiting(&self, look: &mut dyn FnMut(&Wtxid, &Arc<Transaction>)) {
        self.core.read().pool.each_transaction(look);
    }

    fn arrivals(&self) -> Vec<TransactionNotice> {
        let arrivals = {
            let mut arrivals = self
                .core
                .arrivals
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *arrivals)
        };
        let present = self.core.read();
        let waiting = |arrival: &Announcement| present.pool.get(&arrival.txid).is_some();
        let arrivals = arrivals.into_iter().filter(waiting);
        arrivals.map(TransactionNotice::from).collect()
    }

    fn inventory(&self) -> Vec<TransactionNotice> {
        let inventory = self.core.read().pool.inventory();
        inventory.into_iter().map(TransactionNotice::from).collect()
    }

    fn fee_filter(&self) -> u64 {
        let now = self.core.clock.now();
        self.core.read().pool.min_fee(now).to_grains_per_kvb()
    }

    fn filter(&self, id: &BlockHash) -> Option<BlockFilter> {
        self.core.filter(id)
    }

    fn filter_hash(&self, height: Height) -> Option<FilterHash> {
        self.chain(|chain| chain.commitments().filter_hash_at(height))
    }

    fn filter_header(&self, height: Height) -> Option<FilterHeader> {
        self.chain(|chain| chain.commitments().filter_header_at(height))
    }

    fn header_at(&self, height: Height) -> Option<Header> {
        self.chain(|chain| chain.header_at(height))
    }
}

impl Core {
    /// Returns a block that was connected at some time: no other is passed on.
    fn proven_block(&self, id: &BlockHash) -> Option<Arc<SealedBlock>> {
        let place = {
            let chain = &self.read().chain;
            if let Some(block) = chain.recent_body(id) {
                return Some(block);
            }
            match chain.verified(id)?.stage {
                Stage::Genesis => return Some(Arc::new(chain.genesis())),
                Stage::Stored { place } if chain.state().has_body(place) => place,
                Stage::Stored { .. } | Stage::Header | Stage::Waiting(_) | Stage::Invalid => {
                    return None;
                }
            }
        };
        let block = self.archive.read(place);
        let block = block.inspect_err(|error| tracing::error!(%error, "a block can't be read"));
        block.ok().map(Arc::new)
    }

    /// Returns the basic filter of a block of the best chain.
    fn filter(&self, id: &BlockHash) -> Option<BlockFilter> {
        let place = {
            let chain = &self.read().chain;
            if !chain.is_active(id) {
                return None;
            }
            match chain.verified(id)?.stage {
                Stage::Stored { place } if chain.state().has_body(place) => place,
                // Nothing is spent there.
                Stage::Genesis => return basic_filter(&chain.params().genesis, []),
                _ => return None,
            }
        };
        let read = self.archive.read(place);
        let read = read.and_then(|block| Ok((block, self.archive.read_effects(place)?)));
        let read = read.inspect_err(|error| tracing::error!(%error, "a block can't be read"));
        let (block, effects) = read.ok()?;
        basic_filter(&block.block, spent_scripts(&effects))
    }
}

/// Says what a refused block of a verified header is.
fn verdict(error: &ChainError) -> BlockVerdict {
    let code = error.code();
    match error {
        ChainError::KnownInvalid(_) | ChainError::OnInvalid(_) => BlockVerdict::Invalid { code },
        ChainError::UnknownParent(_) | ChainError::OutOfReach { .. } => BlockVerdict::UnknownHeader,
        ChainError::Rule(_) if error.condemns() => BlockVerdict::Invalid { code },
        ChainError::Rule(_) => BlockVerdict::Mutated { code },
    }
}

impl From<Announcement> for TransactionNotice {
    fn from(announcement: Announcement) -> Self {
        Self {
            txid: announcement.txid,
            wtxid: announcement.wtxid,
            fee_per_kvb: announcement.fee_per_kvb,
        }
    }
}
