//! Power cuts under a whole node, archive and state on one disk: connecting, paying, reorganising, recovering.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::{Height, Params, SealedBlock};
use moneta_disk::{Folder, MemoryFolder, RecordedFolder};
use moneta_node_api::NodeApi;
use moneta_store::StateDigest;
use moneta_testkit::random::Random;

use super::fixture::{Fixture, NOW, anyone_else};
use crate::local::core::Core;
use crate::{FixedClock, LocalNode, NodeConfig};

const ARCHIVE: &str = "blocks.archive";

type Image = BTreeMap<String, Vec<u8>>;

/// Opens a node over a folder that holds its archive and its state.
fn node(folder: &(impl Folder + Clone)) -> Result<Arc<LocalNode>, String> {
    let archive = match folder.open(ARCHIVE) {
        Ok(archive) => archive,
        Err(_) => folder.create(ARCHIVE).map_err(|error| error.to_string())?,
    };
    let config = NodeConfig {
        dir: std::path::PathBuf::new(),
        params: Params::dev(),
        clock: Arc::new(FixedClock::new(NOW)),
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

/// Lets a node meet the rest of the story on a disk that remembers.
async fn live(
    image: Image,
    blocks: &[SealedBlock],
) -> Result<(RecordedFolder, Acknowledged), String> {
    let disk = RecordedFolder::new(image);
    let node = node(&disk)?;
    let mut acknowledged = vec![(0, node.tip().await.height)];
    for block in blocks {
        // A branch that the node has left already is no news to it.
        let _ = node.submit_block(block.clone()).await;
        acknowledged.push((disk.steps(), node.tip().await.height));
    }
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
    let image = disk.crash(steps, || random.below(4) < odds);
    let by_then = acknowledged.iter().filter(|(at, _)| *at <= steps);
    (image, by_then.map(|(_, height)| *height).max().unwrap())
}

#[tokio::test]
async fn r19_a_power_cut_at_any_moment_leaves_a_node_where_it_was_or_is_going() {
    let mut story = Story::tell().await;
    let (files, parting, digest) = story.files().await;
    story.digests.insert(parting, digest);
    let rest = &story.blocks[story.base() + 1..];
    let whole = live(files, rest).await.unwrap();
    let mut random = Random::new(19);
    for number in 0..100 {
        let (image, promised) = cut(&whole, &mut random);
        judge(image.clone(), promised, &story)
            .await
            .unwrap_or_else(|error| panic!("image {number}: {error}"));
        // And again while it recovers and goes on.
        let again = live(image, rest).await.unwrap();
        let (image, promised) = cut(&again, &mut random);
        judge(image, promised, &story)
            .await
            .unwrap_or_else(|error| panic!("image {number}, second cut: {error}"));
    }
}
