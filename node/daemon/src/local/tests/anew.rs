//! A state that is of no use is made again from the blocks, and nobody is asked.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use moneta_chain::{Height, Params};
use moneta_node_api::NodeApi;
use moneta_store::OpenError;
use moneta_testkit::random::Random;

use super::fixture::{Fixture, NOW, anyone};
use crate::{FixedClock, LocalNode, NodeConfig, OpenProgress, upkeep};

/// So little that blocks get into tables at once.
const LITTLE_MEMORY: usize = 40_000;

/// Opens the node in `dir`, and returns how many blocks were applied to its state.
fn open(dir: &Path) -> Result<(Arc<LocalNode>, u64), OpenError> {
    let config = NodeConfig {
        dir: dir.to_path_buf(),
        params: Params::dev(),
        clock: Arc::new(FixedClock::new(NOW)),
        state_memory: LITTLE_MEMORY,
    };
    let mut applied = 0;
    let tell = |progress: OpenProgress| applied = progress.blocks;
    let node = LocalNode::open_reporting(config, tell)?;
    Ok((node, applied))
}

type Files = BTreeMap<String, Vec<u8>>;

fn read(dir: &Path) -> Files {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    };
    files.map(read).collect()
}

fn write(dir: &Path, files: &Files) {
    let _ = fs::remove_dir_all(dir);
    fs::create_dir_all(dir).unwrap();
    for (name, bytes) in files {
        fs::write(dir.join(name), bytes).unwrap();
    }
}

/// Says another format in the manifest of a state, under a checksum that holds.
fn set_format(state: &Path, format: u32) {
    let manifest = state.join("MANIFEST");
    let mut bytes = fs::read(&manifest).unwrap();
    let end = bytes.len() - 4;
    bytes[8..12].copy_from_slice(&format.to_le_bytes());
    let crc = crc32fast::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&crc.to_le_bytes());
    fs::write(manifest, bytes).unwrap();
}

/// Does to a file what disks and people do: it ends early, or in zeros, or one bit of it is another.
fn spoil(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
    match random.below(3) {
        0 => bytes.truncate(at),
        1 => bytes[at..].fill(0),
        _ => bytes[at] ^= 1 << random.below(8),
    }
}

/// A chain in a folder, with tables, and no node on it.
async fn at_rest(blocks: u32) -> (Fixture, moneta_store::StateDigest) {
    let fixture = Fixture::fresh();
    fixture.node.mine_history(blocks, anyone()).await.unwrap();
    let digest = fixture.digest().await;
    let dir = Arc::clone(&fixture.dir);
    let clock = Arc::clone(&fixture.clock);
    drop(fixture);
    let (node, _) = open(dir.path()).unwrap();
    (Fixture { node, clock, dir }, digest)
}

#[tokio::test]
async fn a_state_of_an_older_format_is_made_again_with_progress_and_a_newer_one_is_left_alone() {
    let (Fixture { node, dir, .. }, digest) = at_rest(60).await;
    let tip = node.tip().await;
    drop(node);
    let state = dir.path().join("state");
    set_format(&state, 0);
    // Who looks without a node is told, and changes nothing.
    let told = upkeep::figures(dir.path(), &Params::dev()).unwrap_err();
    assert!(told.to_string().contains("format 0"), "{told}");
    let (node, applied) = open(dir.path()).unwrap();
    assert_eq!(applied, 60);
    assert_eq!(
        (node.tip().await, node.state_digest().await.unwrap()),
        (tip, digest)
    );
    drop(node);

    set_format(&state, 3);
    let before = read(&state);
    let refused = open(dir.path()).map(|_| ()).unwrap_err();
    assert!(
        refused.to_string().contains("format 3") && refused.to_string().contains("newer"),
        "{refused}"
    );
    assert_eq!(read(&state), before);
}

#[tokio::test]
async fn whatever_byte_or_file_of_a_state_is_lost_the_node_opens_where_it_stood_or_says_so_later() {
    let (Fixture { node, dir, .. }, digest) = at_rest(60).await;
    let tip = node.tip().await;
    drop(node);
    let state = dir.path().join("state");
    let whole = read(&state);
    assert!(whole.keys().any(|name| name.ends_with(".table")));
    let names: Vec<&String> = whole.keys().collect();
    let mut random = Random::new(11);
    let mut again = 0;
    for number in 0..200 {
        let name = names[number % names.len()];
        let mut files = whole.clone();
        let bytes = files.get_mut(name).unwrap();
        if number < names.len() {
            files.remove(name);
        } else {
            spoil(bytes, &mut random);
        }
        write(&state, &files);
        let (node, applied) = open(dir.path()).unwrap();
        again += usize::from(applied == 60);
        assert_eq!(node.tip().await, tip, "{name}");
        // A page that opening did not need is found when it is read.
        if let Ok(found) = node.state_digest().await {
            assert_eq!(found, digest, "{name}");
        }
    }
    assert!(again > 50, "made again {again} times");
}

#[tokio::test]
async fn blocks_that_were_there_and_are_not_any_more_are_refused_by_name_wherever_the_file_is_cut()
{
    let (Fixture { node, dir, .. }, digest) = at_rest(60).await;
    let tip = node.tip().await;
    let (mut ids, mut blocks) = (Vec::new(), Vec::new());
    for height in 0..=60 {
        let id = node.block_id_at(Height::new(height)).await;
        let block = node.block(id.unwrap()).await.unwrap();
        ids.extend(id);
        blocks.extend(block.map(|found| found.block));
    }
    drop(node);
    let archive = dir.path().join("blocks.archive");
    let (whole, state) = (fs::read(&archive).unwrap(), read(&dir.path().join("state")));
    let mut random = Random::new(12);
    let mut refused = 0;
    for _ in 0..200 {
        let mut bytes = whole.clone();
        spoil(&mut bytes, &mut random);
        write(&dir.path().join("state"), &state);
        fs::write(&archive, bytes).unwrap();
        match open(dir.path()) {
            // Its state needs none of the bytes that are gone. Whoever asks for the block is told.
            Ok((node, _)) => {
                let found = (node.tip().await, node.state_digest().await.unwrap());
                assert_eq!(found, (tip, digest));
                for (id, block) in ids.iter().zip(&blocks) {
                    if let Ok(found) = node.block(*id).await {
                        assert_eq!(found.map(|found| found.block), Some(Arc::clone(block)));
                    }
                }
            }
            Err(error) => {
                assert!(error.code().starts_with("store."), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 60, "refused {refused} times");
}

#[tokio::test]
async fn a_state_that_did_not_read_back_under_a_running_node_is_made_again_at_its_next_start() {
    let (Fixture { node, dir, .. }, digest) = at_rest(120).await;
    let tip = node.tip().await;
    drop(node);
    let state = dir.path().join("state");
    let (node, applied) = open(dir.path()).unwrap();
    assert_eq!(applied, 0);
    // What a node does that meets damage.
    let error = moneta_store::StoreError::BadRecord { what: "a test" };
    node.core.stop(&error);
    assert_eq!(node.fatal().await.code(), "node.storage");
    drop(node);
    assert!(state.join("DISTRUSTED").exists());
    let (node, applied) = open(dir.path()).unwrap();
    assert_eq!(applied, 120);
    assert_eq!(
        (node.tip().await, node.state_digest().await.unwrap()),
        (tip, digest)
    );
    drop(node);
    assert_eq!(open(dir.path()).unwrap().1, 0);
}

#[tokio::test]
async fn what_can_not_be_made_again_is_left_as_it_is_and_both_reasons_are_told() {
    let keep = upkeep::MIN_KEPT;
    let (Fixture { node, dir, .. }, _) = at_rest(keep + 100).await;
    drop(node);
    upkeep::prune(dir.path(), &Params::dev(), keep).unwrap();
    let state = dir.path().join("state");
    set_format(&state, 0);
    let before = (read(&state), read(dir.path()));
    let refused = open(dir.path()).map(|_| ()).unwrap_err();
    assert_eq!(refused.code(), "store.unmakeable");
    let told = refused.to_string();
    assert!(
        told.contains("format 0") && told.contains("blocks.archive"),
        "{told}"
    );
    assert_eq!((read(&state), read(dir.path())), before);
}

#[tokio::test]
async fn whoever_looks_at_a_chain_changes_nothing_in_it_whatever_state_it_is_in() {
    let (Fixture { node, dir, .. }, digest) = at_rest(60).await;
    node.mine(2, anyone()).await.unwrap();
    drop(node);
    let (dir, params) = (dir.path(), Params::dev());
    let state = dir.join("state");
    // As a power cut leaves them: a block and a commit that were never finished.
    for path in [
        dir.join("blocks.archive"),
        newest(&state, ".log"),
        state.join("00009999.table"),
    ] {
        let mut bytes = fs::read(&path).unwrap_or_default();
        bytes.extend_from_slice(&[7; 50]);
        fs::write(path, bytes).unwrap();
    }
    let before = (read(&state), read(dir));
    let report = upkeep::check(dir, &params, |_, _| ()).unwrap();
    assert_eq!((report.damages, report.lost), (Vec::new(), Vec::new()));
    assert_eq!(upkeep::figures(dir, &params).unwrap(), report.figures);
    let elsewhere = tempfile::tempdir().unwrap();
    let facts = upkeep::export(dir, &params, &elsewhere.path().join("snapshot"), 0).unwrap();
    assert_eq!(Some(facts.digest), report.digest);
    assert_ne!(facts.digest, digest);
    assert!(before == (read(&state), read(dir)), "something was changed");
}

fn newest(state: &Path, kind: &str) -> std::path::PathBuf {
    let names = read(state).into_keys().filter(|name| name.ends_with(kind));
    state.join(names.max().expect("there is one"))
}
