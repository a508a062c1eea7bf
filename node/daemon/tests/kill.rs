//! A real process, killed without warning again and again: nothing it acknowledged is lost.
//!
//! The test starts itself as a child that mines and says so line by line, and kills it after some lines.
//! What the child wrote but did not sync stays in the page cache here: power cuts are the crash recorder's
//! business (`moneta-store`, and `local/tests/reopen.rs`); this is about half-done work and the lock.
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use bitcoin::ScriptBuf;
use moneta_chain::{Height, Params};
use moneta_daemon::{FixedClock, LocalNode, NodeConfig};
use moneta_node_api::NodeApi;

/// Names the folder to the child; whoever runs the tests does not set it.
const CHILD_DIR: &str = "MONETA_KILL_TEST_DIR";
const KILLS: usize = 25;

/// Opens a node whose clock stands at the latest time a block can have, so that none is ever too early.
fn open(dir: &Path) -> (Arc<LocalNode>, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::new(u64::from(u32::MAX)));
    let config = NodeConfig {
        dir: dir.to_path_buf(),
        params: Params::dev(),
        clock: clock.clone(),
        state_memory: NodeConfig::STATE_MEMORY,
    };
    let node = LocalNode::open(config).expect("a folder that nobody else uses");
    (node, clock)
}

fn spawn_child(dir: &Path) -> Child {
    let exe = std::env::current_exe().expect("a test runs from a file");
    Command::new(exe)
        .args(["--exact", "child_mines_until_it_is_killed", "--nocapture"])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test can start itself")
}

#[test]
fn child_mines_until_it_is_killed() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (node, clock) = open(Path::new(&dir));
        clock.set(u64::from(node.tip().await.time));
        while let Ok(ids) = node.mine(1, ScriptBuf::new()).await {
            let tip = node.tip().await;
            println!("\nacknowledged {} {}", tip.height, ids[0]);
            clock.advance(1);
        }
    });
}

/// Reads acknowledgements until there are `lines` of them.
fn acknowledged(child: &mut Child, lines: usize) -> Vec<(u32, String)> {
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let mut found = Vec::new();
    for line in output.lines() {
        let line = line.expect("the child writes text");
        if let Some(rest) = line.strip_prefix("acknowledged ") {
            let (height, id) = rest.split_once(' ').expect("height and id");
            found.push((height.parse().expect("a height"), id.to_owned()));
        }
        if found.len() == lines {
            break;
        }
    }
    found
}

#[tokio::test]
async fn a_node_killed_at_work_keeps_every_block_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let twin_dir = tempfile::tempdir().unwrap();
    let (twin, _) = open(twin_dir.path());
    for round in 0..KILLS {
        let mut child = spawn_child(dir.path());
        let promised = acknowledged(&mut child, 1 + round % 7);
        child.kill().unwrap();
        child.wait().unwrap();

        let (node, _) = open(dir.path());
        let tip = node.tip().await;
        for (height, id) in promised {
            let kept = node.block_id_at(Height::new(height)).await;
            assert_eq!(kept.map(|id| id.to_string()), Some(id), "round {round}");
        }
        // A twin that never crashed holds the same state.
        for height in twin.tip().await.height.to_u32() + 1..=tip.height.to_u32() {
            let id = node.block_id_at(Height::new(height)).await.unwrap();
            let block = node.block(id).await.unwrap().unwrap().block;
            twin.submit_block(block.as_ref().clone()).await.unwrap();
        }
        assert_eq!(twin.tip().await, tip);
        assert_eq!(
            twin.state_digest().await.unwrap(),
            node.state_digest().await.unwrap()
        );
    }
}
