//! A view stays at its tip, whatever the chain does.
use std::io;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moneta_chain::{Height, Params};
use moneta_disk::{MemoryFolder, MemoryStorage, Storage, View};
use moneta_node_api::{NodeApi, NodeView};
use moneta_store::{Durability, open_over};

use super::fixture::{Fixture, NOW, anyone, anyone_else};
use crate::local::core::Core;
use crate::{FixedClock, LocalNode, NodeConfig};

/// Two nodes with the same coins.
async fn twins() -> (Fixture, Fixture) {
    let one = Fixture::with_coins(3).await;
    let two = Fixture::fresh();
    two.follow(&one).await;
    (one, two)
}

async fn ids(view: &Arc<dyn NodeView>) -> Vec<Option<bitcoin::BlockHash>> {
    let mut ids = Vec::new();
    for height in 0..=view.tip().height.to_u32() + 2 {
        ids.push(view.block_id_at(Height::new(height)).await);
    }
    ids
}

#[tokio::test]
async fn a_view_answers_as_it_did_when_the_chain_turns_between_two_reads() {
    let (one, two) = twins().await;
    let paid = one.coinbase(1).await;
    let payment = one.pay(&[paid], 2, 1_000).await;
    one.submit(&payment).await.unwrap();
    one.mine(3).await;
    let waiting = one.pay(&[one.coinbase(2).await], 1, 1_000).await;
    one.submit(&waiting).await.unwrap();
    let made = bitcoin::OutPoint::new(payment.compute_txid(), 0);

    let view = one.node.view().await;
    let (tip, before) = (view.tip(), ids(&view).await);
    assert!(view.coin(made).await.is_some() && view.coin(paid).await.is_none());
    let height = two.height().await;
    for id in two.node.mine(5, anyone_else()).await.unwrap() {
        one.node.submit_block(two.block(id).await).await.unwrap();
    }
    // The node has moved to a branch without the payment.
    assert_eq!(one.node.tip().await, two.node.tip().await);
    assert!(one.node.coin(made).await.is_none() && one.node.coin(paid).await.is_some());
    // The view has not.
    assert_eq!(view.tip(), tip);
    assert_eq!(ids(&view).await, before);
    assert!(before[before.len() - 3].is_some() && before[before.len() - 2..] == [None, None]);
    assert!(view.coin(made).await.is_some() && view.coin(paid).await.is_none());
    let pooled: Vec<_> = view
        .mempool()
        .entries
        .iter()
        .map(|entry| entry.txid)
        .collect();
    assert_eq!(pooled, [waiting.compute_txid()]);
    // Both know where the branches parted.
    let parted = Some(two.node.block_id_at(Height::new(height)).await.unwrap());
    assert_eq!(view.block_id_at(Height::new(height)).await, parted);
    assert_eq!(one.node.view().await.tip(), two.node.tip().await);
}

#[tokio::test]
async fn a_view_sees_steps_that_are_not_durable_and_stays_when_they_are() {
    let (one, two) = twins().await;
    let paid = two.coinbase(1).await;
    let payment = two.pay(&[paid], 2, 1_000).await;
    two.submit(&payment).await.unwrap();
    let id = two.mine(1).await[0];
    let made = bitcoin::OutPoint::new(payment.compute_txid(), 0);
    let before = one.node.view().await;
    let block = two.block(id).await;
    one.node
        .accept_block(block, Durability::Soon)
        .await
        .unwrap();
    let between = one.node.view().await;
    one.node.flush().await.unwrap();
    let spent = two.pay(&[made], 1, 1_000).await;
    two.submit(&spent).await.unwrap();
    let id = two.mine(1).await[0];
    one.node.submit_block(two.block(id).await).await.unwrap();
    for (view, has_paid, has_made) in [
        (before, true, false),
        (between, false, true),
        (one.node.view().await, false, false),
    ] {
        assert_eq!(view.coin(paid).await.is_some(), has_paid);
        assert_eq!(view.coin(made).await.is_some(), has_made);
    }
}

/// Who looks whether a writer could write, whenever the archive is read anew.
#[derive(Clone, Default)]
struct Watched {
    blocks: MemoryStorage,
    core: Arc<Mutex<Option<Arc<Core>>>>,
    /// Whether it could, each time.
    seen: Arc<Mutex<Vec<bool>>>,
}

impl Storage for Watched {
    fn len(&self) -> io::Result<u64> {
        self.blocks.len()
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.blocks.write_at(offset, bytes)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.blocks.truncate(len)
    }

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        self.blocks.forget(offset, len)
    }

    fn sync(&self) -> io::Result<()> {
        self.blocks.sync()
    }

    fn view(&self, len: u64) -> io::Result<View> {
        if let Some(core) = self.core.lock().unwrap().clone() {
            let (done, wait) = channel();
            std::thread::spawn(move || {
                drop(core.write());
                let _ = done.send(());
            });
            let could_write = wait.recv_timeout(Duration::from_secs(2)).is_ok();
            self.seen.lock().unwrap().push(could_write);
        }
        self.blocks.view(len)
    }
}

#[tokio::test]
async fn nobody_who_reads_a_block_from_the_disk_keeps_the_chain_from_moving() {
    let watched = Watched::default();
    let params = Params::dev();
    let folder = Arc::new(MemoryFolder::default());
    let opened = open_over(watched.clone(), folder, &params).unwrap();
    let config = NodeConfig {
        dir: std::path::PathBuf::new(),
        params,
        clock: Arc::new(FixedClock::new(NOW)),
        state_memory: NodeConfig::STATE_MEMORY,
    };
    let node = LocalNode::over(opened, config).unwrap();
    let watch = |on: bool| *watched.core.lock().unwrap() = on.then(|| Arc::clone(&node.core));
    // Of the blocks that came last none is read from the disk.
    let first = node.mine(8, anyone()).await.unwrap()[0];
    watch(true);
    assert!(node.block(first).await.unwrap().is_some());
    watch(false);
    let second = node.mine(8, anyone()).await.unwrap()[0];
    watch(true);
    let below = node.block_id_at(Height::new(8)).await.unwrap();
    assert!(node.step_from(below).await.unwrap().is_some());
    assert!(node.block(second).await.unwrap().is_some());
    watch(false);
    let seen = watched.seen.lock().unwrap().clone();
    assert!(
        seen.len() >= 2 && seen.iter().all(|could| *could),
        "{seen:?}"
    );
}
