//! Power cuts under a whole node, archive and state on one disk: connecting, paying, reorganising, recovering.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::{Height, Params, SealedBlock};
use moneta_disk::{Folder, MemoryFolder, RecordedFolder};
use moneta_node_api::NodeApi;
use moneta_store::{Durability, StateDigest};
use moneta_testkit::random::Random;

use super::fixture::{Fixture, NOW, anyone_else};
use super::network::chain_of;
use crate::local::core::Core;
use crate::{FixedClock, LocalNode, NodeConfig};

const ARCHIVE: &str = "blocks.archive";
/// Bytes that disks write whole or not at all: sectors of old ones and new ones.
const PIECES: [usize; 2] = [512, 4_096];
/// Says how many images are tried in the gate's stead, by `cargo xtask soak node-crash-images`.
const IMAGES: &str = "MONETA_CRASH_IMAGES";

pub(super) type Image = BTreeMap<String, Vec<u8>>;

/// Opens a node over a folder that holds its archive and its state.
pub(super) fn node(folder: &(impl Folder + Clone)) -> Result<Arc<LocalNode>, String> {
    node_at(folder, Arc::new(FixedClock::new(NOW)))
}

fn node_at(
    folder: &(impl Folder + Clone),
    clock: Arc<FixedClock>,
) -> Result<Arc<LocalNode>, String> {
    let archive = match folder.open(ARCHIVE) {
        Ok(archive) => archive,
        Err(_) => folder.create(ARCHIVE).map_err(|error| error.to_string())?,
    };
    let config = NodeConfig {
        dir: std::path::PathBuf::new(),
        params: Params::dev(),
        clock,
        state_memory: NodeConfig::STATE_MEMORY,
    };
    let opened = moneta_store::open_over(archive, Arc::new(folder.clone()), &config.params);
    let opened = opened.map_err(|error| error.to_string())?;
    let core = Core::over(opened, config, |_| ()).map_err(|error| error.to_string())?;
    Ok(Arc::new(LocalNode {
        core: Arc::new(core),
    }))
}

/// The blocks of a story, in the order in which a node meets them: payments on one branch, then another branch with
/// more work, and on.
struct Story {
    blocks: Vec<SealedBlock>,
    /// Digest of the state at each block, as a node has it that never crashed.
    digests: HashMap<BlockHash, StateDigest>,
}

impl Story {
    async fn tell() -> Self {
        let one = Fixture::with_coins(6).await;
        let two = Fixture::fresh();
        two.follow(&one).await;
        let mut story = Self {
            blocks: Vec::new(),
            digests: HashMap::new(),
        };
        for height in 1..=one.height().await {
            let id = one.node.block_id_at(Height::new(height)).await.unwrap();
            story.blocks.push(one.block(id).await);
        }
        for coin in 1..=3 {
            let tx = one.pay(&[one.coinbase(coin).await], 5, 1_000).await;
            one.submit(&tx).await.unwrap();
            let id = one.mine(1).await[0];
            story.blocks.push(one.block(id).await);
            story.note(&one, id).await;
        }
        for coin in [2, 4, 5, 6] {
            let tx = two.pay(&[two.coinbase(coin).await], 3, 2_000).await;
            two.submit(&tx).await.unwrap();
            let id = two.node.mine(1, anyone_else()).await.unwrap()[0];
            story.blocks.push(two.block(id).await);
            story.note(&two, id).await;
        }
        story
    }

    async fn note(&mut self, node: &Fixture, id: BlockHash) {
        self.digests.insert(id, node.digest().await);
    }

    /// Where the two branches part.
    fn base(&self) -> usize {
        self.blocks.len() - self.digests.len()
    }

    /// Returns the files of a node that stands where the branches part.
    async fn files(&self) -> (Image, BlockHash, StateDigest) {
        let folder = MemoryFolder::default();
        let node = node(&folder).unwrap();
        for block in &self.blocks[..self.base()] {
            node.submit_block(block.clone()).await.unwrap();
        }
        let (tip, digest) = (node.tip().await.id, node.state_digest().await.unwrap());
        drop(node);
        (folder.contents(), tip, digest)
    }
}

/// What was acknowledged by which step of the disk: the height of the tip.
type Acknowledged = Vec<(usize, Height)>;

/// When the blocks that a node meets are to last.
#[derive(Debug, Clone, Copy)]
enum Hurry {
    /// Each at once.
    Always,
    /// Most of them when others follow, some at once; at times all that came are made to last.
    Seldom,
}

impl Hurry {
    fn durability(self, random: &mut Random) -> Durability {
        match self {
            Self::Seldom if random.below(4) > 0 => Durability::Soon,
            _ => Durability::Now,
        }
    }

    fn flushes(self, random: &mut Random) -> bool {
        matches!(self, Self::Seldom) && random.below(6) == 0
    }
}

/// Lets a node meet the rest of the story on a disk that remembers.
async fn live(
    image: Image,
    blocks: &[SealedBlock],
    hurry: Hurry,
    random: &mut Random,
) -> Result<(RecordedFolder, Acknowledged), String> {
    let disk = RecordedFolder::new(image);
    let node = node(&disk)?;
    let mut acknowledged = vec![(0, node.tip().await.height)];
    for block in blocks {
        let durability = hurry.durability(random);
        // A branch that the node has left already is no news to it.
        let _ = node.accept_block(block.clone(), durability).await;
        if hurry.flushes(random) {
            node.flush().await.map_err(|error| error.to_string())?;
        } else if durability == Durability::Soon {
            continue;
        }
        acknowledged.push((disk.steps(), node.tip().await.height));
    }
    // The end of a node makes all of it last; a power cut does not wait for that.
    let steps = disk.steps();
    disk.fail_after(0);
    drop(node);
    assert_eq!(disk.steps(), steps);
    Ok((disk, acknowledged))
}

/// Opens what a power cut has left and holds it against the node that never crashed.
async fn judge(image: Image, promised: Height, story: &Story) -> Result<(), String> {
    let node = node(&MemoryFolder::new(image))?;
    let tip = node.tip().await;
    if tip.height < promised {
        return Err(format!(
            "height {promised} was promised, {} is the tip",
            tip.height
        ));
    }
    let digest = node
        .state_digest()
        .await
        .map_err(|error| error.to_string())?;
    match story.digests.get(&tip.id) {
        Some(twin) if *twin == digest => Ok(()),
        Some(_) => Err(format!("another state at {}", tip.height)),
        None => Err(format!("an unknown tip at {}", tip.height)),
    }
}

fn cut(
    (disk, acknowledged): &(RecordedFolder, Acknowledged),
    random: &mut Random,
) -> (Image, Height) {
    let steps = usize::try_from(random.below(disk.steps() as u64 + 1)).unwrap();
    let odds = random.below(5);
    let piece = PIECES[usize::try_from(random.below(2)).unwrap()];
    let image = disk.crash_in(piece, steps, || random.below(4) < odds);
    let by_then = acknowledged.iter().filter(|(at, _)| *at <= steps);
    (image, by_then.map(|(_, height)| *height).max().unwrap())
}

/// Cuts the power under a node at random moments, and again while it recovers and goes on.
async fn survive(images: usize, hurry: Hurry, seed: u64) {
    let mut story = Story::tell().await;
    let (files, parting, digest) = story.files().await;
    story.digests.insert(parting, digest);
    let rest = &story.blocks[story.base() + 1..];
    // A long run sees others than the gate.
    let asked: Option<usize> = std::env::var(IMAGES)
        .ok()
        .and_then(|number| number.parse().ok());
    let (images, seed) = asked.map_or((images, seed), |images| (images, seed << 32));
    let mut random = Random::new(seed);
    let mut whole = live(files.clone(), rest, hurry, &mut random).await.unwrap();
    for number in 0..images {
        if number % 10 == 9 {
            whole = live(files.clone(), rest, hurry, &mut random).await.unwrap();
        }
        let (image, promised) = cut(&whole, &mut random);
        judge(image.clone(), promised, &story)
            .await
            .unwrap_or_else(|error| panic!("image {number}: {error}"));
        // And again while it recovers and goes on.
        let again = live(image, rest, hurry, &mut random).await.unwrap();
        let (image, promised) = cut(&again, &mut random);
        judge(image, promised, &story)
            .await
            .unwrap_or_else(|error| panic!("image {number}, second cut: {error}"));
    }
}

#[tokio::test]
async fn r19_a_power_cut_at_any_moment_leaves_a_node_where_it_was_or_is_going() {
    survive(100, Hurry::Always, 19).await;
}

#[tokio::test]
async fn a_power_cut_in_a_first_sync_takes_whole_blocks_from_the_end_and_none_that_was_acknowledged()
 {
    survive(150, Hurry::Seldom, 20).await;
}

#[tokio::test]
async fn a_first_sync_syncs_once_for_many_blocks() {
    let peer = Fixture::fresh();
    peer.mine(60).await;
    let count = async |durability| {
        let disk = RecordedFolder::default();
        let node = node(&disk).unwrap();
        let before = disk.syncs_of(ARCHIVE);
        for height in 1..=60 {
            let id = peer.node.block_id_at(Height::new(height)).await.unwrap();
            node.accept_block(peer.block(id).await, durability)
                .await
                .unwrap();
        }
        node.flush().await.unwrap();
        node.flush().await.unwrap();
        assert_eq!(node.state_digest().await.unwrap(), peer.digest().await);
        disk.syncs_of(ARCHIVE) - before
    };
    assert_eq!(count(Durability::Soon).await, 1);
    assert_eq!(count(Durability::Now).await, 60);
}

#[tokio::test]
async fn a_group_does_not_wait_longer_than_a_few_seconds_of_the_clock() {
    let peer = Fixture::fresh();
    peer.mine(3).await;
    let disk = RecordedFolder::default();
    let clock = Arc::new(FixedClock::new(NOW));
    let node = node_at(&disk, clock.clone()).unwrap();
    for (height, syncs) in [(1, 0), (2, 0), (3, 1)] {
        let before = disk.syncs_of(ARCHIVE);
        let id = peer.node.block_id_at(Height::new(height)).await.unwrap();
        let block = peer.block(id).await;
        node.accept_block(block, Durability::Soon).await.unwrap();
        assert_eq!(disk.syncs_of(ARCHIVE) - before, syncs, "block {height}");
        clock.advance(3);
    }
}

#[tokio::test]
async fn a_reader_is_led_only_onto_blocks_that_last() {
    let peer = Fixture::fresh();
    peer.mine(2).await;
    let node = node(&MemoryFolder::default()).unwrap();
    let genesis = node.tip().await.id;
    let ids = [1, 2].map(Height::new);
    let first = peer.node.block_id_at(ids[0]).await.unwrap();
    let second = peer.node.block_id_at(ids[1]).await.unwrap();
    let block = peer.block(first).await;
    node.accept_block(block, Durability::Soon).await.unwrap();
    assert_eq!(node.tip().await.id, first);
    assert!(node.step_from(genesis).await.unwrap().is_none());
    let revision = node.changed(0).await;
    node.flush().await.unwrap();
    assert_ne!(node.changed(0).await, revision, "readers are told");
    assert!(node.step_from(genesis).await.unwrap().is_some());
    // One that is acknowledged takes those before it along, and so does one that is known already.
    let block = peer.block(second).await;
    node.accept_block(block.clone(), Durability::Soon)
        .await
        .unwrap();
    assert!(node.step_from(first).await.unwrap().is_none());
    node.submit_block(block).await.unwrap();
    assert!(node.step_from(first).await.unwrap().is_some());
}

#[tokio::test]
async fn a_disk_that_fails_on_the_way_to_another_branch_leaves_the_chain_where_it_was() {
    // So much to take back that the state commits a part of it on the way.
    let one = Fixture::with_coins(35).await;
    let two = Fixture::fresh();
    two.follow(&one).await;
    let parting = one.height().await;
    for first in (1..=35).step_by(7) {
        for coin in first..first + 7 {
            let tx = one.pay(&[one.coinbase(coin).await], 2_300, 2_000_000).await;
            one.submit(&tx).await.unwrap();
        }
        one.mine(1).await;
    }
    two.node.mine(6, anyone_else()).await.unwrap();
    let folder = RecordedFolder::default();
    let node = node(&folder).unwrap();
    let blocks = [chain_of(&one).await, chain_of(&two).await];
    let (branch, rival) = (&blocks[0], &blocks[1][parting as usize..]);
    for block in branch.iter().chain(&rival[..5]) {
        node.submit_block(block.clone()).await.unwrap();
    }
    let tip = node.tip().await;
    assert_eq!(tip, one.node.tip().await);
    folder.fail_after(0);
    let failed = node.submit_block(rival[5].clone()).await.unwrap_err();
    assert_eq!(failed.code, "node.storage", "{failed:?}");
    assert_eq!(node.tip().await, tip);
    assert_eq!(node.state_digest().await.unwrap(), one.digest().await);
}
