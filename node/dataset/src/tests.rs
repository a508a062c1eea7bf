//! Builds, kills and damage, on a tiny dataset of many small segments.
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use moneta_disk::{FileFolder, Folder, MemoryFolder, RecordedFolder};
use moneta_ethash::{Dataset, LightCache, seed_hash};

use super::*;

const SIZE: u64 = 32 * 1_024;
const SEGMENTS: usize = 32;
/// Tells a copy of this test which folder to build in until it is killed.
const VICTIM: &str = "MONETA_DATASET_VICTIM";

fn cache(epoch: u32) -> LightCache {
    LightCache::new(1_024, &seed_hash(epoch))
}

fn recipe(epoch: u32, cache: &LightCache) -> Recipe<'_> {
    Recipe {
        segment: 1_024,
        ..Recipe::new(epoch, cache, SIZE)
    }
}

fn threads(number: usize) -> NonZero<usize> {
    NonZero::new(number).expect("not 0")
}

/// Builds to the end and tells how many segments were written.
fn build_all(folder: &dyn Folder, recipe: &Recipe<'_>) -> (DatasetFile, usize) {
    let written = AtomicUsize::new(0);
    let count = |_| {
        written.fetch_add(1, Ordering::Relaxed);
        ControlFlow::Continue(())
    };
    let dataset = build(folder, recipe, threads(1), &count).expect("it is built");
    (dataset, written.into_inner())
}

fn code(folder: &dyn Folder, recipe: &Recipe<'_>) -> &'static str {
    open(folder, recipe).map_or_else(|error| error.code(), |_| "opened")
}

#[test]
fn a_built_dataset_is_that_of_memory_and_is_opened_the_second_time() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = FileFolder::open(home.path()).expect("a folder");
    let cache = cache(3);
    let recipe = recipe(3, &cache);
    let (built, written) = build_all(&folder, &recipe);
    assert_eq!(built.as_bytes(), Dataset::new(&cache, SIZE).as_bytes());
    assert_eq!(
        built.as_bytes().as_ptr() as usize % 4_096,
        0,
        "aligned to a page"
    );
    assert_eq!(written, SEGMENTS);
    let (again, written) = build_all(&folder, &recipe);
    assert_eq!((again.as_bytes(), written), (built.as_bytes(), 0));
    assert_eq!(folder.names().expect("names"), ["dataset-3"]);
}

#[test]
fn many_threads_build_the_same_and_progress_ends_at_the_whole() {
    let (one, many) = (MemoryFolder::default(), MemoryFolder::default());
    let cache = cache(0);
    let recipe = recipe(0, &cache);
    build_all(&one, &recipe);
    let heard = Mutex::new(Vec::new());
    let watch = |progress: Progress| {
        heard.lock().expect("no panic").push(progress.done_bytes);
        assert_eq!(progress.total_bytes, SIZE);
        ControlFlow::Continue(())
    };
    build(&many, &recipe, threads(7), &watch).expect("it is built");
    assert_eq!(many.contents(), one.contents());
    let mut heard = heard.into_inner().expect("no panic");
    heard.sort_unstable();
    let each_once: Vec<u64> = (1..=SEGMENTS as u64).map(|done| done * 1_024).collect();
    assert_eq!(heard, each_once);
}

#[test]
fn a_build_that_was_stopped_goes_on_where_it_was() {
    let folder = MemoryFolder::default();
    let cache = cache(0);
    let recipe = recipe(0, &cache);
    let stop = |progress: Progress| {
        if progress.done_bytes < 10 * 1_024 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let stopped = build(&folder, &recipe, threads(1), &stop).err();
    assert!(matches!(
        stopped,
        Some(DatasetError::Stopped { done_bytes: 10_240 })
    ));
    assert_eq!(code(&folder, &recipe), "dataset.io", "nothing to open yet");
    let (built, written) = build_all(&folder, &recipe);
    assert_eq!(written, SEGMENTS - 10);
    assert_eq!(built.as_bytes(), Dataset::new(&cache, SIZE).as_bytes());
}

/// Not a test of its own: the process that the next test kills.
#[test]
fn builds_a_few_segments_and_waits_when_it_is_told_to_be_killed() {
    let Some(home) = std::env::var_os(VICTIM) else {
        return;
    };
    let folder = FileFolder::open(Path::new(&home)).expect("a folder");
    let cache = cache(1);
    let wait = |progress: Progress| {
        if progress.done_bytes == 7 * 1_024 {
            eprintln!("kill me");
            loop {
                std::thread::park();
            }
        }
        ControlFlow::Continue(())
    };
    let _ = build(&folder, &recipe(1, &cache), threads(1), &wait);
}

#[test]
fn a_build_killed_in_the_middle_is_resumed_by_the_next_process() {
    let home = tempfile::tempdir().expect("a folder");
    let mut victim = Command::new(std::env::current_exe().expect("this test's own file"))
        .args([
            "--nocapture",
            "--exact",
            "tests::builds_a_few_segments_and_waits_when_it_is_told_to_be_killed",
        ])
        .env(VICTIM, home.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a second process");
    let said = BufReader::new(victim.stderr.take().expect("piped"))
        .lines()
        .map_while(Result::ok)
        .any(|line| line == "kill me");
    victim.kill().expect("SIGKILL");
    victim.wait().expect("it is dead");
    assert!(said, "the build came as far as seven segments");
    let folder = FileFolder::open(home.path()).expect("a folder");
    assert_eq!(folder.names().expect("names"), ["dataset-1.part"]);
    let cache = cache(1);
    let (built, written) = build_all(&folder, &recipe(1, &cache));
    assert_eq!(written, SEGMENTS - 7);
    assert_eq!(built.as_bytes(), Dataset::new(&cache, SIZE).as_bytes());
}

#[test]
fn after_a_power_cut_at_any_step_nothing_wrong_is_opened_and_the_build_ends_well() {
    let recorded = RecordedFolder::default();
    let cache = cache(2);
    let recipe = recipe(2, &cache);
    build_all(&recorded, &recipe);
    let right = Dataset::new(&cache, SIZE);
    let state = Cell::new(0x9e37_79b9_u32);
    let coin = || {
        state.set(state.get().wrapping_mul(0x2545_f491).rotate_left(9) ^ 0x55);
        state.get() & 0x100 != 0
    };
    for steps in 0..=recorded.steps() {
        for _ in 0..4 {
            let left = MemoryFolder::new(recorded.crash(steps, coin));
            if let Ok(opened) = open(&left, &recipe) {
                assert_eq!(opened.as_bytes(), right.as_bytes(), "after step {steps}");
            }
            let (built, _) = build_all(&left, &recipe);
            assert_eq!(built.as_bytes(), right.as_bytes(), "after step {steps}");
        }
    }
}

#[test]
fn a_disk_that_fails_ends_the_build_and_the_next_one_goes_on() {
    let folder = RecordedFolder::default();
    let cache = cache(0);
    let recipe = recipe(0, &cache);
    folder.fail_after(20);
    let go_on = |_| ControlFlow::Continue(());
    let failed = build(&folder, &recipe, threads(3), &go_on).err();
    assert_eq!(failed.map(|error| error.code()), Some("dataset.io"));
    folder.heal();
    let (built, written) = build_all(&folder, &recipe);
    assert_eq!(built.as_bytes(), Dataset::new(&cache, SIZE).as_bytes());
    assert!(
        written < SEGMENTS,
        "{written} of {SEGMENTS} were still missing"
    );
}

/// A folder with the whole dataset of epoch 0, after something was done to its file.
fn spoilt(cache: &LightCache, spoil: impl FnOnce(&mut Vec<u8>)) -> MemoryFolder {
    let folder = MemoryFolder::default();
    build_all(&folder, &recipe(0, cache));
    let mut contents = folder.contents();
    spoil(contents.get_mut("dataset-0").expect("it was built"));
    MemoryFolder::new(contents)
}

#[test]
fn torn_and_damaged_files_are_refused_and_only_what_is_bad_is_built_anew() {
    let cache = cache(0);
    let recipe = recipe(0, &cache);
    let data_at = usize::try_from(recipe.data_at()).expect("small");
    let check = |name: &str, written: usize, spoil: &dyn Fn(&mut Vec<u8>)| {
        let folder = spoilt(&cache, spoil);
        assert_eq!(code(&folder, &recipe), name);
        let (built, again) = build_all(&folder, &recipe);
        assert_eq!(built.as_bytes(), Dataset::new(&cache, SIZE).as_bytes());
        assert_eq!(again, written, "{name}");
    };
    check("opened", 0, &|_| {});
    check("dataset.wrong_length", 2, &|file| {
        file.truncate(file.len() - 1_025)
    });
    check("dataset.wrong_length", 0, &|file| file.push(0));
    check("dataset.damaged", 1, &|file| file[data_at + 5_000] ^= 1);
    check("dataset.damaged", 1, &|file| file[4_096 + 8 * 9] ^= 1);
    check("dataset.damaged", 2, &|file| {
        let (one, two) = file[data_at..].split_at_mut(1_024);
        one.swap_with_slice(&mut two[..1_024]);
    });
    // Written by a miner that computes wrongly, with checksums that hold.
    check("dataset.wrong_item", SEGMENTS, &|file| {
        file[data_at..data_at + 1_024].fill(7);
        let checksum = recipe.checksum(0, &[7; 1_024]);
        file[4_096..4_104].copy_from_slice(&checksum);
    });
}

#[test]
fn a_foreign_file_is_refused_and_left_as_it_is() {
    let cache = cache(0);
    let recipe = recipe(0, &cache);
    let other = BTreeMap::from([("dataset-0".to_owned(), b"something else".to_vec())]);
    let of_epoch_1 = MemoryFolder::default();
    let cache_1 = self::cache(1);
    build_all(&of_epoch_1, &self::recipe(1, &cache_1));
    of_epoch_1
        .rename("dataset-1", "dataset-0")
        .expect("it is there");
    let header = spoilt(&cache, |file| file[60] ^= 1);
    for folder in [MemoryFolder::new(other), of_epoch_1, header] {
        let before = folder.contents();
        assert_eq!(code(&folder, &recipe), "dataset.foreign");
        let go_on = |_| ControlFlow::Continue(());
        let built = build(&folder, &recipe, threads(1), &go_on).err();
        assert_eq!(built.map(|error| error.code()), Some("dataset.foreign"));
        assert_eq!(folder.contents(), before);
    }
}

#[test]
fn what_an_earlier_version_left_half_built_is_begun_anew() {
    let left = BTreeMap::from([("dataset-0.part".to_owned(), vec![3; 100_000])]);
    let folder = MemoryFolder::new(left);
    let cache = cache(0);
    let recipe = recipe(0, &cache);
    let (built, written) = build_all(&folder, &recipe);
    assert_eq!((written, built.as_bytes().len() as u64), (SEGMENTS, SIZE));
}

#[test]
fn datasets_of_epochs_that_are_over_are_removed_and_nothing_else() {
    let names = [
        "dataset-0",
        "dataset-1.part",
        "dataset-2",
        "dataset-3.part",
        "dataset-",
        "dataset-x",
        "blocks.archive",
    ];
    let contents = names.map(|name| (name.to_owned(), Vec::new()));
    let folder = MemoryFolder::new(BTreeMap::from(contents));
    let removed = remove_stale(&folder, 2).expect("removed");
    assert_eq!(removed, ["dataset-0", "dataset-1.part"]);
    let left: Vec<String> = folder.contents().into_keys().collect();
    assert_eq!(
        left,
        [
            "blocks.archive",
            "dataset-",
            "dataset-2",
            "dataset-3.part",
            "dataset-x"
        ]
    );
}
