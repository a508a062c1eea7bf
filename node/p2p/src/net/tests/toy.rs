//! A chain and a mempool small enough to see through: a seal holds if its mix hash is zero, a block if it has a coinbase.
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::bip158::{BlockFilter, FilterHash, FilterHeader};
use bitcoin::block::Header;
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Block, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Witness, Wtxid,
};
use moneta_chain::{ChainWork, Height, Params, Seal, SealedBlock, SealedHeader};
use moneta_consensus::ParentBlock;

use crate::{
    BlockVerdict, HeaderPoint, HeadersVerdict, NodePort, PeerId, TransactionNotice,
    TransactionVerdict,
};

/// A transaction that is unlike any with another serial.
pub(super) fn transaction(serial: u32) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: ScriptBuf::new(),
            sequence: Sequence(serial),
            witness: Witness::from_slice(&[serial.to_le_bytes()]),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(u64::from(serial)),
            script_pubkey: ScriptBuf::new(),
        }],
    }
}

fn notice(tx: &Transaction) -> TransactionNotice {
    TransactionNotice {
        txid: tx.compute_txid(),
        wtxid: tx.compute_wtxid(),
        // The serial is the fee as well.
        fee_per_kvb: u64::from(tx.input[0].sequence.0),
    }
}

#[derive(Debug, Clone)]
struct Known {
    sealed: SealedHeader,
    height: Height,
    work: ChainWork,
    body: Option<Block>,
    is_condemned: bool,
}

#[derive(Debug)]
struct State {
    blocks: BTreeMap<BlockHash, Known>,
    tip: BlockHash,
    best: BlockHash,
    pool: BTreeMap<Wtxid, Arc<Transaction>>,
    arrivals: Vec<TransactionNotice>,
    serial: u32,
    least_fee: u64,
}

/// A chain and a mempool.
#[derive(Debug)]
pub(super) struct Toy {
    state: RefCell<State>,
    /// Blocks whose version is this break a rule.
    pub(super) bad_version: i32,
    /// Headers are refused, and nobody is to blame: they leave the chain where it can't be taken back.
    pub(super) is_rooted: Cell<bool>,
    /// Blocks and filters that were read.
    pub(super) reads: Cell<usize>,
}

impl Toy {
    pub(super) fn new(serial: u32) -> Self {
        let params = Params::dev();
        let genesis = params.genesis.clone();
        let id = genesis.block_hash();
        let known = Known {
            sealed: SealedHeader {
                header: genesis.header,
                seal: Seal::default(),
            },
            height: Height::GENESIS,
            work: ChainWork::of(&genesis.header),
            body: Some(genesis),
            is_condemned: false,
        };
        Self {
            state: RefCell::new(State {
                blocks: BTreeMap::from([(id, known)]),
                tip: id,
                best: id,
                pool: BTreeMap::new(),
                arrivals: Vec::new(),
                serial: serial * 1_000_000,
                least_fee: 0,
            }),
            bad_version: 666,
            is_rooted: Cell::default(),
            reads: Cell::new(0),
        }
    }

    /// Mines a block of all that waits, and returns its id.
    pub(super) fn mine(&self) -> BlockHash {
        self.mine_with(4)
    }

    pub(super) fn mine_with(&self, version: i32) -> BlockHash {
        let block = self.forge(version);
        let sealed = SealedHeader {
            header: block.header,
            seal: Seal::default(),
        };
        assert!(matches!(
            self.accept_headers(&[sealed]),
            HeadersVerdict::Accepted { .. }
        ));
        let id = block.block_hash();
        let mut state = self.state.borrow_mut();
        state.connect(block);
        id
    }

    /// Makes a block that stands on the tip.
    pub(super) fn forge(&self, version: i32) -> Block {
        let mut state = self.state.borrow_mut();
        state.serial += 1;
        let serial = state.serial;
        let parent = &state.blocks[&state.tip];
        let mut txdata = vec![transaction(serial)];
        txdata.extend(state.pool.values().map(|tx| (**tx).clone()));
        let mut block = Block {
            header: Header {
                version: bitcoin::block::Version::from_consensus(version),
                prev_blockhash: state.tip,
                merkle_root: bitcoin::TxMerkleNode::all_zeros(),
                time: parent.sealed.header.time + 60,
                nonce: serial,
                bits: parent.sealed.header.bits,
            },
            txdata,
        };
        block.header.merkle_root = block.compute_merkle_root().unwrap();
        block
    }

    /// Lets a transaction in by hand.
    pub(super) fn submit(&self, serial: u32) -> Wtxid {
        self.submit_whole(transaction(serial))
    }

    pub(super) fn submit_whole(&self, tx: Transaction) -> Wtxid {
        let wtxid = tx.compute_wtxid();
        self.state.borrow_mut().admit(tx);
        wtxid
    }

    /// Has the mempool ask for so much from now on.
    pub(super) fn ask_for_fee(&self, least: u64) {
        self.state.borrow_mut().least_fee = least;
    }

    pub(super) fn waits(&self, wtxid: &Wtxid) -> bool {
        self.state.borrow().pool.contains_key(wtxid)
    }
}

impl State {
    fn point(&self, id: &BlockHash) -> Option<HeaderPoint> {
        let known = self.blocks.get(id).filter(|known| !known.is_condemned)?;
        Some(HeaderPoint {
            id: *id,
            height: known.height,
            work: known.work,
            time: known.sealed.header.time,
            has_body: known.body.is_some(),
        })
    }

    fn way(&self, id: &BlockHash) -> Vec<BlockHash> {
        let mut way = vec![*id];
        while let Some(known) = way.last().and_then(|id| self.blocks.get(id)) {
            if known.height == Height::GENESIS {
                break;
            }
            way.push(known.sealed.header.prev_blockhash);
        }
        way.reverse();
        way
    }

    fn admit(&mut self, tx: Transaction) -> TransactionNotice {
        let notice = notice(&tx);
        self.pool.insert(notice.wtxid, Arc::new(tx));
        self.arrivals.push(notice);
        notice
    }

    fn connect(&mut self, block: Block) -> bool {
        let id = block.block_hash();
        self.blocks.get_mut(&id).unwrap().body = Some(block);
        let before = self.tip;
        if self.blocks[&id].sealed.header.prev_blockhash == before {
            self.tip = id;
            self.settle();
            let next =
                |known: &&Known| known.body.is_some() && known.sealed.header.prev_blockhash == id;
            let next = self
                .blocks
                .values()
                .find(next)
                .and_then(|known| known.body.clone());
            return next.is_none_or(|next| self.connect(next));
        }
        let whole = |way: &[BlockHash]| way.iter().all(|id| self.blocks[id].body.is_some());
        let best = self
            .blocks
            .keys()
            .filter(|id| whole(&self.way(id)))
            .max_by_key(|id| (self.blocks[*id].work, **id == before))
            .copied();
        self.tip = best.unwrap();
        self.tip != before && self.settle()
    }

    /// Takes what is in the tip out of the pool.
    fn settle(&mut self) -> bool {
        let tip = self.blocks[&self.tip].body.as_ref().unwrap();
        for tx in &tip.txdata {
            self.pool.remove(&tx.compute_wtxid());
        }
        true
    }

    fn choose_best(&mut self) {
        let candidates = self.blocks.iter().filter(|(_, known)| !known.is_condemned);
        let best = candidates.max_by_key(|(id, known)| (known.work, **id == self.best));
        self.best = *best.unwrap().0;
    }
}

impl NodePort for Toy {
    fn tip(&self) -> HeaderPoint {
        let state = self.state.borrow();
        state.point(&state.tip).unwrap()
    }

    fn best_header(&self) -> HeaderPoint {
        let state = self.state.borrow();
        state.point(&state.best).unwrap()
    }

    fn header(&self, id: &BlockHash) -> Option<HeaderPoint> {
        self.state.borrow().point(id)
    }

    fn is_condemned(&self, id: &BlockHash) -> bool {
        let state = self.state.borrow();
        state.blocks.get(id).is_some_and(|known| known.is_condemned)
    }

    fn locator(&self, from: &BlockHash) -> Vec<BlockHash> {
        let way = self.state.borrow().way(from);
        let sparse = way.iter().rev().enumerate();
        let mut locator: Vec<BlockHash> = sparse
            .filter(|(at, _)| *at < 10 || at % 50 == 0)
            .map(|(_, id)| *id)
            .collect();
        locator.push(way[0]);
        locator
    }

    fn headers_after(
        &self,
        locator: &[BlockHash],
        stop: &BlockHash,
        max: usize,
    ) -> Vec<SealedHeader> {
        let state = self.state.borrow();
        let way = state.way(&state.tip);
        let common = locator
            .iter()
            .find_map(|id| way.iter().position(|at| at == id));
        let mut headers = Vec::new();
        for id in way.iter().skip(common.unwrap_or(0) + 1).take(max) {
            headers.push(state.blocks[id].sealed);
            if id == stop {
                break;
            }
        }
        headers
    }

    fn id_on_best(&self, height: Height) -> Option<BlockHash> {
        let state = self.state.borrow();
        let at = usize::try_from(height.to_u32()).unwrap();
        state.way(&state.best).get(at).copied()
    }

    fn id_on_active(&self, height: Height) -> Option<BlockHash> {
        let state = self.state.borrow();
        let at = usize::try_from(height.to_u32()).unwrap();
        state.way(&state.tip).get(at).copied()
    }

    fn common_height(&self, id: &BlockHash) -> Option<Height> {
        let state = self.state.borrow();
        state.point(id)?;
        let best: BTreeSet<BlockHash> = state.way(&state.best).into_iter().collect();
        let way = state.way(id);
        let common = way.iter().rev().find(|id| best.contains(*id))?;
        Some(state.blocks[common].height)
    }

    fn wanted_bodies(&self, max: usize) -> Vec<HeaderPoint> {
        let state = self.state.borrow();
        let way = state.way(&state.best);
        way.iter()
            .filter_map(|id| state.point(id))
            .filter(|point| !point.has_body)
            .take(max)
            .collect()
    }

    fn waiting_bytes(&self) -> usize {
        0
    }

    fn accept_headers(&self, headers: &[SealedHeader]) -> HeadersVerdict {
        if self.is_rooted.get() {
            return HeadersVerdict::Refused {
                held: 0,
                code: "block.out_of_reach",
                is_offence: false,
            };
        }
        let mut state = self.state.borrow_mut();
        let mut fresh = 0;
        for (held, sealed) in headers.iter().enumerate() {
            let id = sealed.header.block_hash();
            if state.blocks.contains_key(&id) {
                continue;
            }
            let Some(parent) = state.blocks.get(&sealed.header.prev_blockhash) else {
                return HeadersVerdict::Unconnected;
            };
            if sealed.seal.mix_hash != [0; 32] {
                return HeadersVerdict::Refused {
                    held,
                    code: "seal.wrong_mix",
                    is_offence: true,
                };
            }
            let known = Known {
                sealed: *sealed,
                height: parent.height.next(),
                work: parent.work.saturating_add(ChainWork::of(&sealed.header)),
                body: None,
                is_condemned: parent.is_condemned,
            };
            state.blocks.insert(id, known);
            fresh += 1;
        }
        state.choose_best();
        let last = headers.last().unwrap().header.block_hash();
        match state.point(&last) {
            Some(last) => HeadersVerdict::Accepted { last, fresh },
            None => HeadersVerdict::Refused {
                held: 0,
                code: "block.on_invalid",
                is_offence: true,
            },
        }
    }

    fn parent(&self, id: &BlockHash) -> Option<ParentBlock> {
        let state = self.state.borrow();
        state.point(id)?;
        let mut way = state.way(id).into_iter();
        way.next();
        let genesis = ParentBlock::genesis(&Params::dev());
        Some(way.fold(genesis, |parent, id| {
            parent.child(&state.blocks[&id].sealed.header)
        }))
    }

    fn claimed_work(&self, headers: &[SealedHeader]) -> Option<ChainWork> {
        let state = self.state.borrow();
        let parent = state.blocks.get(&headers.first()?.header.prev_blockhash)?;
        let work = headers.iter().map(|sealed| ChainWork::of(&sealed.header));
        Some(work.fold(parent.work, ChainWork::saturating_add))
    }

    fn accept_block(&self, block: Block) -> BlockVerdict {
        let mut state = self.state.borrow_mut();
        let id = block.block_hash();
        let Some(known) = state.blocks.get_mut(&id) else {
            return BlockVerdict::UnknownHeader;
        };
        if known.body.is_some() {
            return BlockVerdict::Known;
        }
        if block.compute_merkle_root() != Some(block.header.merkle_root) {
            return BlockVerdict::Mutated {
                code: "block.wrong_merkle_root",
            };
        }
        if block.header.version.to_consensus() == self.bad_version {
            known.is_condemned = true;
            state.choose_best();
            return BlockVerdict::Invalid {
                code: "block.toy_rule",
            };
        }
        let moved = state.connect(block);
        BlockVerdict::Accepted { moved }
    }

    fn block(&self, id: &BlockHash) -> Option<Arc<SealedBlock>> {
        self.reads.set(self.reads.get() + 1);
        let state = self.state.borrow();
        let known = state.blocks.get(id)?;
        Some(Arc::new(SealedBlock {
            block: known.body.clone()?,
            seal: known.sealed.seal,
        }))
    }

    fn sealed_header(&self, id: &BlockHash) -> Option<SealedHeader> {
        let state = self.state.borrow();
        state.blocks.get(id).map(|known| known.sealed)
    }

    fn accept_transaction(&self, _peer: PeerId, tx: Transaction) -> TransactionVerdict {
        if self.has_wtxid(&tx.compute_wtxid()) {
            return TransactionVerdict::Known;
        }
        // Of ten thousand serials one is refused.
        if tx.input[0].sequence.0.is_multiple_of(10_000) {
            return TransactionVerdict::Refused {
                code: "tx.toy_rule".to_owned(),
            };
        }
        let notice = self.state.borrow_mut().admit(tx);
        TransactionVerdict::Accepted(vec![notice])
    }

    fn forget_peer(&self, _peer: PeerId) {}

    fn has_txid(&self, txid: &Txid) -> bool {
        self.by_txid(txid).is_some()
    }

    fn has_wtxid(&self, wtxid: &Wtxid) -> bool {
        self.waits(wtxid)
    }

    fn by_txid(&self, txid: &Txid) -> Option<Arc<Transaction>> {
        let state = self.state.borrow();
        let mut pool = state.pool.values();
        pool.find(|tx| tx.compute_txid() == *txid).cloned()
    }

    fn by_wtxid(&self, wtxid: &Wtxid) -> Option<Arc<Transaction>> {
        self.state.borrow().pool.get(wtxid).cloned()
    }

    fn each_waiting(&self, look: &mut dyn FnMut(&Wtxid, &Arc<Transaction>)) {
        let state = self.state.borrow();
        state.pool.iter().for_each(|(id, tx)| look(id, tx));
    }

    fn arrivals(&self) -> Vec<TransactionNotice> {
        std::mem::take(&mut self.state.borrow_mut().arrivals)
    }

    fn inventory(&self) -> Vec<TransactionNotice> {
        let state = self.state.borrow();
        state.pool.values().map(|tx| notice(tx)).collect()
    }

    fn fee_filter(&self) -> u64 {
        self.state.borrow().least_fee
    }

    fn filter(&self, id: &BlockHash) -> Option<BlockFilter> {
        self.reads.set(self.reads.get() + 1);
        Some(BlockFilter::new(&id.to_byte_array()[..4]))
    }

    fn filter_hash(&self, height: Height) -> Option<FilterHash> {
        let id = self.id_on_active(height)?;
        Some(FilterHash::hash(&self.filter(&id)?.content))
    }

    fn filter_header(&self, height: Height) -> Option<FilterHeader> {
        let heights = (0..=height.to_u32()).map(Height::new);
        heights
            .map(|height| self.filter_hash(height))
            .try_fold(FilterHeader::all_zeros(), |before, hash| {
                Some(hash?.filter_header(&before))
            })
    }

    fn header_at(&self, height: Height) -> Option<Header> {
        let id = self.id_on_active(height)?;
        Some(self.state.borrow().blocks[&id].sealed.header)
    }
}
