//! Two hundred stories, and that each can be told again.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const SEEDS: u64 = 200;

#[test]
fn two_hundred_stories_keep_every_promise() {
    let (next, failed) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(seed) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < SEEDS)
                {
                    if let Err(violation) = moneta_simulation::run(seed) {
                        failed
                            .lock()
                            .expect("nobody panics here")
                            .push(format!("seed {seed}: {violation}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("nobody panics here");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_seed_is_the_same_story_every_time() {
    for seed in [3, 14, 159] {
        let one = moneta_simulation::run(seed);
        let other = moneta_simulation::run(seed);
        let (one, other) = (
            one.map_err(|e| e.to_string()),
            other.map_err(|e| e.to_string()),
        );
        assert_eq!(one, other, "seed {seed}");
    }
}

#[test]
fn a_block_takes_half_a_round_trip_a_hop_and_two_at_most_when_its_transactions_are_not_known() {
    let warm = moneta_simulation::round_trips_a_hop(true).unwrap();
    let cold = moneta_simulation::round_trips_a_hop(false).unwrap();
    assert!(warm < 0.75, "{warm} round trips a hop");
    assert!(cold <= 2.0, "{cold} round trips a hop");
}
