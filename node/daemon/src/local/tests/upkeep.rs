//! Checking, rebuilding, pruning and carrying a chain elsewhere, while no node runs on it.
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io};

use bitcoin::hashes::{Hash, sha256, sha256d};
use moneta_chain::{Height, Params};
use moneta_disk::{Folder, MemoryFolder, Storage, View};
use moneta_node_api::NodeApi;
use moneta_store::upkeep::prune_opened;
use moneta_store::{Opened, open_over};

use super::fixture::{Fixture, NOW, anyone, anyone_else, open};
use super::network::chain_of;
use crate::upkeep;

/// A chain with a reorganisation in its past.
async fn travelled() -> Fixture {
    let one = Fixture::with_coins(3).await;
    let two = Fixture::fresh();
    two.follow(&one).await;
    one.mine(2).await;
    let tx = two.pay(&[two.coinbase(1).await], 3, 1_000).await;
    two.submit(&tx).await.unwrap();
    for id in two.node.mine(3, anyone_else()).await.unwrap() {
        one.node.submit_block(two.block(id).await).await.unwrap();
    }
    one
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 4;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_check_reads_everything_and_names_what_is_wrong() {
    let fixture = travelled().await;
    let digest = fixture.digest().await;
    let Fixture { node, dir, .. } = fixture;
    drop(node);
    let params = Params::dev();
    let report = upkeep::check(dir.path(), &params, |_, _| ()).unwrap();
    assert_eq!(report.damages, Vec::<String>::new());
    assert_eq!(report.digest, Some(digest));
    assert_eq!((report.figures.blocks, report.figures.bodies), (107, 107));
    assert_eq!(
        upkeep::figures(dir.path(), &params).unwrap().coins,
        report.figures.coins
    );

    flip(&dir.path().join("blocks.archive"), 5_000);
    let report = upkeep::check(dir.path(), &params, |_, _| ()).unwrap();
    let [lost] = &report.lost[..] else {
        panic!("{:?}", report.lost);
    };
    assert!(lost.contains("at height 12: the archived block"), "{lost}");
    assert_eq!((report.digest, report.damages), (Some(digest), Vec::new()));
}

#[tokio::test]
async fn a_rebuilt_state_is_the_same_and_past_states_can_be_told() {
    let fixture = travelled().await;
    let mut digests = vec![(fixture.height().await, fixture.digest().await)];
    for _ in 0..3 {
        fixture.mine(1).await;
        digests.push((fixture.height().await, fixture.digest().await));
    }
    let Fixture { node, dir, .. } = fixture;
    drop(node);
    let params = Params::dev();
    let mut steps = 0;
    let rebuilt = upkeep::rebuild(dir.path(), &params, |_| steps += 1).unwrap();
    let height = Height::new(108);
    assert_eq!((rebuilt.height, rebuilt.before), (height, Some(height)));
    assert_eq!(steps, 110);
    for (height, digest) in digests {
        let told = upkeep::digest_at(dir.path(), &params, Height::new(height)).unwrap();
        assert_eq!(told, Some(digest), "at {height}");
    }
    let beyond = upkeep::digest_at(dir.path(), &params, Height::new(109));
    assert_eq!(beyond.unwrap(), None);
    // The past was looked at aside.
    let report = upkeep::check(dir.path(), &params, |_, _| ()).unwrap();
    assert_eq!(report.figures.tip.map(|(_, height)| height), Some(height));
}

#[tokio::test]
async fn a_snapshot_carries_the_state_to_a_node_that_goes_on_from_there() {
    let fixture = travelled().await;
    let (tip, digest) = (fixture.node.tip().await, fixture.digest().await);
    let Fixture { node, dir, clock } = fixture;
    drop(node);
    let params = Params::dev();
    let file = dir.path().join("state.snapshot");
    let facts = upkeep::export(dir.path(), &params, &file, 0).unwrap();
    assert_eq!(
        (facts.tip, facts.height, facts.digest),
        (tip.id, tip.height, digest)
    );

    let elsewhere = tempfile::tempdir().unwrap();
    let wrong =
        upkeep::import(elsewhere.path(), &params, &file, Some(hash(7)), NOW, |_| ()).unwrap_err();
    assert!(matches!(wrong, upkeep::SnapshotError::OtherDigest { .. }));
    let whole = fs::read(&file).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        flip(&file, at);
        upkeep::import(elsewhere.path(), &params, &file, None, NOW, |_| ()).unwrap_err();
        fs::write(&file, &whole).unwrap();
    }
    let imported =
        upkeep::import(elsewhere.path(), &params, &file, Some(digest), NOW, |_| ()).unwrap();
    assert_eq!(imported, facts);
    let again =
        upkeep::import(elsewhere.path(), &params, &file, Some(digest), NOW, |_| ()).unwrap_err();
    assert!(matches!(again, upkeep::SnapshotError::NotEmpty { .. }));

    let (old, new) = (open(dir.path(), &clock), open(elsewhere.path(), &clock));
    assert_eq!(new.tip().await, tip);
    assert_eq!(new.state_digest().await.unwrap(), digest);
    for id in old.mine(2, anyone()).await.unwrap() {
        let block = old.block(id).await.unwrap().unwrap().block;
        new.submit_block((*block).clone()).await.unwrap();
    }
    assert_eq!(new.tip().await, old.tip().await);
    assert_eq!(
        new.state_digest().await.unwrap(),
        old.state_digest().await.unwrap()
    );
    drop(new);
    let refused = upkeep::rebuild(elsewhere.path(), &params, |_| ()).unwrap_err();
    assert_eq!(refused.code(), "store.no_blocks");
    assert_eq!(open(elsewhere.path(), &clock).tip().await, old.tip().await);
}

#[tokio::test]
async fn a_snapshot_stands_below_the_tip_and_who_imports_it_follows_branches_above_it() {
    let fixture = travelled().await;
    let (blocks, digest) = (chain_of(&fixture).await, fixture.digest().await);
    let Fixture { node, dir, clock } = fixture;
    drop(node);
    let (params, file) = (Params::dev(), dir.path().join("state.snapshot"));
    let export = |depth| upkeep::export(dir.path(), &params, &file, depth);
    let many = u32::try_from(blocks.len()).unwrap();
    let deep = export(many).unwrap_err();
    assert!(
        matches!(deep, upkeep::SnapshotError::TooDeep { most, .. } if most == many - 1),
        "{deep}"
    );
    let facts = export(6).unwrap();
    let height = Height::new(many - 6);
    let there = upkeep::digest_at(dir.path(), &params, height).unwrap();
    assert_eq!((facts.height, Some(facts.digest)), (height, there));
    // The chain itself has not moved.
    let report = upkeep::check(dir.path(), &params, |_, _| ()).unwrap();
    assert_eq!(report.digest, Some(digest));

    let elsewhere = tempfile::tempdir().unwrap();
    let mut proven = Vec::new();
    upkeep::import(elsewhere.path(), &params, &file, there, NOW, |progress| {
        proven.push((progress.blocks, progress.total));
    })
    .unwrap();
    assert_eq!(proven, [(u64::from(many) - 6, u64::from(many) - 6)]);
    let at = blocks.len() - 6;
    let node = open(elsewhere.path(), &clock);
    for block in &blocks[at..] {
        node.submit_block(block.clone()).await.unwrap();
    }
    assert_eq!(node.state_digest().await.unwrap(), digest);
    let rival = Fixture::fresh();
    for block in &blocks[..=at] {
        rival.node.submit_block(block.clone()).await.unwrap();
    }
    for id in rival.node.mine(6, anyone_else()).await.unwrap() {
        node.submit_block(rival.block(id).await).await.unwrap();
    }
    assert_eq!(node.tip().await.id, rival.node.tip().await.id);
    assert_eq!(node.state_digest().await.unwrap(), rival.digest().await);
}

/// Bytes of a snapshot before its blocks, and of each of these.
const HEAD: usize = 84;
const BLOCK: usize = 152;

/// Changes a snapshot, and makes its checksum right again.
fn forge(whole: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = whole[..whole.len() - 32].to_vec();
    change(&mut bytes);
    let checksum = sha256::Hash::hash(&bytes);
    bytes.extend_from_slice(checksum.as_byte_array());
    bytes
}

#[tokio::test]
async fn nothing_in_a_snapshot_can_be_forged() {
    let fixture = Fixture::with_coins(3).await;
    let Fixture { node, dir, .. } = fixture;
    drop(node);
    let (params, file) = (Params::dev(), dir.path().join("state.snapshot"));
    let facts = upkeep::export(dir.path(), &params, &file, 0).unwrap();
    let whole = fs::read(&file).unwrap();
    let last = HEAD + (facts.height.to_u32() as usize - 1) * BLOCK;
    let elsewhere = tempfile::tempdir().unwrap();
    // Without a digest to compare: what the rules alone find.
    let import = |change: &dyn Fn(&mut Vec<u8>)| {
        fs::write(&file, forge(&whole, change)).unwrap();
        upkeep::import(elsewhere.path(), &params, &file, None, NOW, |_| ())
    };
    let code = |change: &dyn Fn(&mut Vec<u8>)| match import(change).unwrap_err() {
        upkeep::SnapshotError::Header { height, error } => (height.to_u32(), error.code()),
        other => panic!("{other}"),
    };
    // A last header that claims enormous work, or comes from the future; the file names it as its tip.
    let tip = |at: usize, value: u32| {
        move |bytes: &mut Vec<u8>| {
            bytes[last + at..last + at + 4].copy_from_slice(&value.to_le_bytes());
            let id = sha256d::Hash::hash(&bytes[last..last + 80]);
            bytes[16..48].copy_from_slice(id.as_byte_array());
        }
    };
    assert_eq!(code(&tip(72, 0x0300_ffff)), (102, "header.wrong_bits"));
    assert_eq!(code(&tip(68, u32::MAX)), (102, "header.time_too_new"));
    assert_eq!(code(&tip(68, 1)), (102, "header.time_too_old"));
    assert_eq!(code(&|bytes| bytes[last + 88] ^= 1).0, 102);
    let seal = code(&|bytes| bytes[HEAD + 9 * BLOCK + 88] ^= 1);
    assert!(seal.0 == 10 && seal.1.starts_with("seal."), "{seal:?}");
    let merkle_root = code(&|bytes| bytes[HEAD + 9 * BLOCK + 40] ^= 1);
    assert!((10..=11).contains(&merkle_root.0), "{merkle_root:?}");
    // Filter hashes are bound by the digest.
    let filter = import(&|bytes| bytes[HEAD + 4 * BLOCK + 130] ^= 1).unwrap_err();
    assert!(
        matches!(filter, upkeep::SnapshotError::OtherDigest { .. }),
        "{filter}"
    );
    // A coin twice, wherever the second stands.
    let twice = import(&|bytes| {
        let first = last + BLOCK;
        let key = usize::from(u16::from_le_bytes([bytes[first], bytes[first + 1]]));
        let value = usize::from(u16::from_le_bytes([bytes[first + 2], bytes[first + 3]]));
        let pair = bytes[first..first + 6 + key + value].to_vec();
        let end = bytes.len() - 6;
        bytes.splice(end..end, pair);
    });
    assert!(twice.unwrap_err().to_string().contains("twice"));
    assert_eq!(import(&|_| ()).unwrap(), facts);
}

#[tokio::test]
async fn pruned_bodies_are_gone_and_the_chain_goes_on() {
    let fixture = Fixture::with_coins(1_100).await;
    let (tip, digest) = (fixture.node.tip().await, fixture.digest().await);
    let Fixture { node, dir, clock } = fixture;
    drop(node);
    let params = Params::dev();
    let few = upkeep::prune(dir.path(), &params, upkeep::MIN_KEPT - 1).unwrap_err();
    assert!(matches!(few, upkeep::PruneError::TooFew { .. }));
    let freed = upkeep::prune(dir.path(), &params, upkeep::MIN_KEPT).unwrap();
    assert!(freed > 198 * 200, "{freed}");
    assert_eq!(
        upkeep::prune(dir.path(), &params, upkeep::MIN_KEPT).unwrap(),
        0
    );
    let report = upkeep::check(dir.path(), &params, |_, _| ()).unwrap();
    assert_eq!(report.damages, Vec::<String>::new());
    assert_eq!(
        (report.figures.blocks, report.figures.bodies),
        (1_199, 1_001)
    );

    let node = open(dir.path(), &clock);
    assert_eq!(
        (node.tip().await, node.state_digest().await.unwrap()),
        (tip, digest)
    );
    let gone = node.block_id_at(Height::new(198)).await.unwrap();
    let kept = node.block_id_at(Height::new(199)).await.unwrap();
    assert!(node.block(gone).await.unwrap().is_none());
    assert!(node.block(kept).await.unwrap().is_some());
    node.mine(1, anyone()).await.unwrap();
    drop(node);
    // There is nothing to make the state from, so it is left alone.
    let refused = upkeep::rebuild(dir.path(), &params, |_| ()).unwrap_err();
    assert_eq!(refused.code(), "store.no_blocks");
    assert_eq!(
        open(dir.path(), &clock).tip().await.height,
        tip.height.next()
    );
}

#[tokio::test]
async fn an_operator_in_the_wrong_folder_makes_nothing_there() {
    let empty = tempfile::tempdir().unwrap();
    let (dir, params) = (empty.path(), Params::dev());
    let codes = [
        upkeep::figures(dir, &params).unwrap_err().code(),
        upkeep::check(dir, &params, |_, _| ()).unwrap_err().code(),
        upkeep::rebuild(dir, &params, |_| ()).unwrap_err().code(),
        upkeep::digest_at(dir, &params, Height::new(1))
            .unwrap_err()
            .code(),
    ];
    assert_eq!(codes, ["store.no_chain"; 4]);
    upkeep::prune(dir, &params, upkeep::MIN_KEPT).unwrap_err();
    upkeep::export(dir, &params, &dir.join("file"), 0).unwrap_err();
    assert_eq!(fs::read_dir(dir).unwrap().count(), 0);
}

#[tokio::test]
async fn lost_files_are_missed_and_what_is_left_is_told() {
    let fixture = travelled().await;
    let digest = fixture.digest().await;
    let Fixture { node, dir, .. } = fixture;
    drop(node);
    let (params, dir) = (Params::dev(), dir.path());
    let (archive, aside) = (dir.join("blocks.archive"), dir.join("aside"));
    // No other archive is begun where one was.
    fs::rename(&archive, &aside).unwrap();
    let missed = upkeep::check(dir, &params, |_, _| ()).unwrap_err();
    assert_eq!(missed.code(), "store.missing");
    assert!(!archive.exists());
    fs::rename(&aside, &archive).unwrap();
    // Without a state all blocks wait for one.
    fs::rename(dir.join("state"), &aside).unwrap();
    let figures = upkeep::figures(dir, &params).unwrap();
    assert_eq!((figures.waiting, figures.blocks), (107, 0));
    fs::rename(&aside, dir.join("state")).unwrap();
    assert_eq!(upkeep::figures(dir, &params).unwrap().waiting, 0);
    // A snapshot is not written over another file, and a part of one is none.
    let file = dir.join("snapshot");
    upkeep::export(dir, &params, &file, 0).unwrap();
    let taken = upkeep::export(dir, &params, &file, 0).unwrap_err();
    assert!(matches!(taken, upkeep::SnapshotError::Taken));
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let cut = upkeep::import(elsewhere.path(), &params, &file, None, NOW, |_| ()).unwrap_err();
    assert!(cut.to_string().contains("cut short"), "{cut}");
    // Whoever rebuilds over an archive that lost its end is told how far it went before.
    let len = fs::metadata(&archive).unwrap().len();
    let cut = fs::OpenOptions::new().write(true).open(&archive).unwrap();
    cut.set_len(len - 10).unwrap();
    let shortened = upkeep::figures(dir, &params).unwrap_err();
    assert_eq!(shortened.code(), "store.shortened");
    let rebuilt = upkeep::rebuild(dir, &params, |_| ()).unwrap();
    assert!(rebuilt.before > Some(rebuilt.height), "{rebuilt:?}");
    let report = upkeep::check(dir, &params, |_, _| ()).unwrap();
    assert_eq!((report.damages, report.lost), (Vec::new(), Vec::new()));
    assert_ne!(report.digest, Some(digest));
}

/// Returns how many bytes the files of a folder have.
fn room(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let room = |entry: fs::DirEntry| match entry.file_type().unwrap().is_dir() {
        true => room(&entry.path()),
        false => entry.metadata().unwrap().len(),
    };
    entries.map(room).sum()
}

#[tokio::test]
async fn an_empty_chain_takes_less_than_10_mb_while_it_runs_and_when_it_rests() {
    let fixture = Fixture::fresh();
    assert!(room(fixture.dir.path()) < 10_000_000);
    let fixture = fixture.reopened();
    assert!(room(fixture.dir.path()) < 10_000_000);
    // A small one takes what is in it: about 400 bytes a block, twice where the state's log holds it too.
    fixture.mine(20).await;
    let fixture = fixture.reopened();
    assert!(room(fixture.dir.path()) < 40_000);
}

fn hash(byte: u8) -> crate::StateDigest {
    crate::StateDigest::from_byte_array([byte; 32])
}

/// The blocks of a node in memory, on a file system that may not give back room.
struct Reluctant {
    blocks: Arc<dyn Storage>,
    /// How often it gives back room before it fails.
    patience: Arc<AtomicUsize>,
    failure: io::ErrorKind,
}

impl Storage for Reluctant {
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
        let left = self.patience.load(Ordering::Relaxed);
        let left = left.checked_sub(1).ok_or(self.failure)?;
        self.patience.store(left, Ordering::Relaxed);
        self.blocks.forget(offset, len)
    }

    fn sync(&self) -> io::Result<()> {
        self.blocks.sync()
    }

    fn view(&self, len: u64) -> io::Result<View> {
        self.blocks.view(len)
    }
}

#[tokio::test]
async fn what_a_prune_did_not_come_to_give_back_the_next_one_does() {
    let fixture = Fixture::with_coins(1_000).await;
    let folder = MemoryFolder::default();
    let node = super::crashes::node(&folder).unwrap();
    for block in chain_of(&fixture).await {
        node.accept_block(block, crate::Durability::Soon)
            .await
            .unwrap();
    }
    drop(node);
    let patience = Arc::new(AtomicUsize::new(0));
    let open = |failure| {
        let blocks = Reluctant {
            blocks: folder.open("blocks.archive").unwrap(),
            patience: Arc::clone(&patience),
            failure,
        };
        open_over(blocks, Arc::new(folder.clone()), &Params::dev()).unwrap()
    };
    let here = |opened: &Opened| {
        let blocks = opened.state.blocks().unwrap();
        let here = blocks
            .iter()
            .filter(|block| opened.state.has_body(block.place));
        here.count()
    };
    let blocks = |folder: &MemoryFolder| folder.contents().remove("blocks.archive").unwrap();
    let before = blocks(&folder);

    // Where room can't be given back nothing is gone.
    let mut opened = open(io::ErrorKind::Unsupported);
    let unable = prune_opened(&mut opened, upkeep::MIN_KEPT).unwrap_err();
    assert!(matches!(unable, upkeep::PruneError::Unable(_)), "{unable}");
    assert_eq!((here(&opened), blocks(&folder)), (1_099, before.clone()));
    drop(opened);
    // A stop after it was noted, and before it was done.
    patience.store(1, Ordering::Relaxed);
    let mut opened = open(io::ErrorKind::Other);
    prune_opened(&mut opened, upkeep::MIN_KEPT).unwrap_err();
    assert_eq!((here(&opened), blocks(&folder)), (1_001, before.clone()));
    drop(opened);

    patience.store(usize::MAX, Ordering::Relaxed);
    let mut opened = open(io::ErrorKind::Other);
    prune_opened(&mut opened, upkeep::MIN_KEPT).unwrap();
    assert_eq!(here(&opened), 1_001);
    let first = opened.state.blocks().unwrap()[98].place;
    let after = blocks(&folder);
    assert_eq!(after.len(), before.len());
    let kept = usize::try_from(before.len() as u64 * 90 / 100).unwrap();
    let given_back = after.iter().skip(64).take_while(|byte| **byte == 0).count();
    assert!(opened.archive.read(first).is_ok());
    assert!(given_back > 98 * 200, "{given_back}");
    assert_eq!(after[kept..], before[kept..]);
}

/// A node that writes tables every few blocks, with `blocks` blocks.
async fn with_tables(blocks: u32) -> Fixture {
    let dir = Arc::new(tempfile::tempdir().unwrap());
    let clock = Arc::new(crate::FixedClock::new(NOW));
    let node = crate::LocalNode::open(crate::NodeConfig {
        dir: dir.path().to_owned(),
        params: Params::dev(),
        clock: clock.clone(),
        state_memory: 96 << 10,
    });
    let node = node.unwrap();
    node.mine_history(blocks, anyone()).await.unwrap();
    Fixture { node, clock, dir }
}

#[tokio::test]
async fn damaged_pages_of_the_state_are_named_and_a_rebuild_mends_them() {
    let fixture = with_tables(400).await;
    let digest = fixture.digest().await;
    let Fixture { node, dir, .. } = fixture;
    drop(node);
    let (dir, params) = (dir.path(), Params::dev());
    let files = fs::read_dir(dir.join("state")).unwrap().map(Result::unwrap);
    let mut tables = files.map(|file| file.path()).collect::<Vec<_>>();
    tables.retain(|path| path.extension().is_some_and(|kind| kind == "table"));
    assert!(!tables.is_empty());
    let mut named = 0;
    for table in &tables {
        let whole = fs::read(table).unwrap();
        for at in (0..whole.len()).step_by(2_001) {
            flip(table, at);
            match upkeep::check(dir, &params, |_, _| ()) {
                Ok(report) if report.damages.is_empty() => {
                    // A filter, or zeros: nothing that was asked for reads wrong.
                    assert_eq!(report.digest, Some(digest), "byte {at} of {table:?}");
                }
                Ok(report) => {
                    named += 1;
                    assert_eq!((report.digest, &report.lost[..]), (None, &[][..]));
                    assert_eq!((report.figures.blocks, report.figures.bodies), (400, 400));
                }
                // Not even opened.
                Err(error) => assert!(error.blames_state(), "{error}"),
            }
            fs::write(table, &whole).unwrap();
        }
    }
    assert!(named > 10, "{named}");
    let len = fs::metadata(&tables[0]).unwrap().len();
    flip(&tables[0], usize::try_from(len / 2).unwrap());
    upkeep::rebuild(dir, &params, |_| ()).unwrap();
    let report = upkeep::check(dir, &params, |_, _| ()).unwrap();
    assert_eq!((report.digest, report.damages), (Some(digest), Vec::new()));
}
