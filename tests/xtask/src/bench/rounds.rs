//! Alternated rounds: both sides meet the same noise, and medians forget the worst of it.
use std::hint::black_box;
use std::time::Instant;

/// Rounds of each side; odd, so that the median is one of them.
const ROUNDS: usize = 7;

/// Returns the median seconds of one call of each side, measured in alternated rounds.
pub(super) fn alternate<A, B>(
    mut ours: impl FnMut() -> A,
    mut theirs: impl FnMut() -> B,
) -> (f64, f64) {
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_times.push(time(&mut ours));
        their_times.push(time(&mut theirs));
    }
    (median(our_times), median(their_times))
}

/// Prints one figure: how many times faster than the peer we are.
pub(super) fn ratio(name: &str, ours: f64, theirs: f64, goal: f64) {
    println!("ratio {name} {:.2} goal {goal}", theirs / ours);
}

fn time<T>(work: &mut impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

/// Returns the middle one of an odd number of times.
pub(super) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
