//! The index against chains written by hand.

mod follow;
mod freezing;
mod open;
mod pending;
mod queries;
mod search;
mod undo;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bitcoin::OutPoint;
use moneta_chain::{Params, ScriptId};
use moneta_mips::{AssetId, Attachment};
use moneta_node_api::{ChainEvent, ConnectedBlock};
use moneta_testkit::scripted::{Draft, ScriptedChain, out_to, script_of};
use tempfile::TempDir;

use crate::{Index, Table};

/// Rows by table.
type Dump = BTreeMap<&'static str, Vec<(Vec<u8>, Vec<u8>)>>;

/// An index in a folder of its own.
struct Bench {
    folder: TempDir,
    index: Index,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let index = open(&folder);
        Self { folder, index }
    }

    fn of(chain: &ScriptedChain) -> Self {
        let bench = Self::new();
        chain.blocks()[1..]
            .iter()
            .for_each(|block| bench.connect(block));
        bench
    }

    fn connect(&self, block: &Arc<ConnectedBlock>) {
        let event = ChainEvent::Connected(Arc::clone(block));
        self.index.apply(&event).expect("the next block");
    }

    fn disconnect(&self, block: &Arc<ConnectedBlock>) {
        let event = ChainEvent::Disconnected(Arc::clone(block));
        self.index.apply(&event).expect("the last block");
    }

    /// Every row of every table, and what can be suggested.
    fn dump(&self) -> Dump {
        let moment = self.index.store.moment().expect("a moment");
        let mut dump = BTreeMap::new();
        for table in Table::ALL {
            let rows = moment.rows(*table, &[], None).expect("a table");
            let rows = rows.collect::<Result<Vec<_>, _>>().expect("rows");
            dump.insert(table.name(), rows);
        }
        dump.insert("names", self.index.names.dump());
        dump
    }
}

fn open(folder: &TempDir) -> Index {
    Index::open(folder.path(), &Params::dev()).expect("an index")
}

fn id_of(owner: u8) -> ScriptId {
    ScriptId::of(&script_of(owner))
}

fn units(id: u8, amount: u64) -> Option<Attachment> {
    let id = AssetId([id; 32]);
    Some(Attachment::Asset { id, amount })
}

/// A transaction that spends `inputs` and pays plain coins.
fn pay(inputs: &[OutPoint], outputs: &[(u8, u64)]) -> Draft {
    Draft {
        inputs: inputs.to_vec(),
        outputs: outputs
            .iter()
            .map(|(owner, grains)| (out_to(*owner, *grains), None))
            .collect(),
        ..Draft::default()
    }
}

/// The first output of a block's coinbase.
fn reward_of(block: &ConnectedBlock) -> OutPoint {
    OutPoint::new(block.transactions[0].txid, 0)
}

/// Runs a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a scripted node answers at once"),
    }
}
