//! Crash images: whatever subset of unsynced pieces a power cut leaves, the store opens in a state it was in.
use std::collections::BTreeMap;

use moneta_disk::MemoryFolder;

use super::workload::{Model, Recording, contents, open};
use crate::random::Random;

/// Commits of one recording.
const COMMITS: usize = 60;
/// Images taken of one recording.
const IMAGES: usize = 40;

/// What came of the images.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Images tried.
    pub tried: usize,
    /// Those from which the store opened in a state it was in, with all that was promised.
    pub passed: usize,
    /// Seeds of recordings that failed, and how.
    pub failures: Vec<(u64, String)>,
}

/// Tries `count` crash images or a few more, half of them crashes while recovering from a crash. Seeds start at `seed`.
pub fn run(count: usize, seed: u64) -> Outcome {
    let mut outcome = Outcome::default();
    for seed in seed.. {
        if outcome.tried >= count {
            break;
        }
        let mut random = Random::new(seed);
        let recording = Recording::make(BTreeMap::new(), &[Model::new()], COMMITS, &mut random);
        match recording {
            Ok(recording) => try_images(&recording, seed, &mut random, &mut outcome),
            Err(error) => {
                outcome.tried += 1;
                outcome
                    .failures
                    .push((seed, format!("on a sound disk: {error}")));
            }
        }
    }
    outcome
}

fn try_images(recording: &Recording, seed: u64, random: &mut Random, outcome: &mut Outcome) {
    for _ in 0..IMAGES / 2 {
        let (image, promised) = crash(recording, random);
        let first = judge(image.clone(), promised, &recording.states);
        let is_sound = first.is_ok();
        note(outcome, seed, first);
        if !is_sound {
            continue;
        }
        // Work on from the image, and crash again: at times before it has even opened.
        let again = Recording::make(image, &recording.states, 6, random);
        let second = again.map_err(|error| error.to_string()).and_then(|again| {
            let (image, promised) = crash(&again, random);
            judge(image, promised, &again.states)
        });
        note(outcome, seed, second);
    }
}

/// Returns an image of the disk at a random moment, and the last commit that it must hold.
fn crash(recording: &Recording, random: &mut Random) -> (BTreeMap<String, Vec<u8>>, u64) {
    let steps = random.below(recording.disk.steps() as u64 + 1);
    let steps = usize::try_from(steps).expect("steps fit into memory");
    // From nothing kept to all kept.
    let odds = random.below(5);
    let image = recording.disk.crash(steps, || random.below(4) < odds);
    (image, recording.promised(steps))
}

fn judge(image: BTreeMap<String, Vec<u8>>, promised: u64, states: &[Model]) -> Result<(), String> {
    let store =
        open(MemoryFolder::new(image)).map_err(|error| format!("does not open: {error}"))?;
    let sequence = store.sequence();
    if sequence < promised {
        return Err(format!(
            "commit {promised} was promised, {sequence} is the last there"
        ));
    }
    let found = contents(&store).map_err(|error| format!("does not read: {error}"))?;
    let state = usize::try_from(sequence)
        .ok()
        .and_then(|sequence| states.get(sequence));
    match state {
        Some(state) if *state == found => Ok(()),
        Some(_) => Err(format!("holds what commit {sequence} never left")),
        None => Err(format!("says that there was a commit {sequence}")),
    }
}

fn note(outcome: &mut Outcome, seed: u64, judged: Result<(), String>) {
    outcome.tried += 1;
    match judged {
        Ok(()) => outcome.passed += 1,
        Err(failure) => outcome.failures.push((seed, failure)),
    }
}
