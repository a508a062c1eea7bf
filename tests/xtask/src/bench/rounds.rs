//! Alternated rounds: both sides meet the same noise, and medians forget the worst of it.
use std::hint::black_box;
use std::time::Instant;

/// Rounds of each side; odd, so that the median is one of them.
const ROUNDS: usize = 7;

/// Returns the median seconds of one call of each side, measured in alternated rounds.
pub(super) fn alternate<A, B>(ours: impl FnMut() -> A, theirs: impl FnMut() -> B) -> (f64, f64) {
    alternate_by(time, time, ours, theirs)
}

/// As [`alternate`], of work in this thread only: counts the seconds it ran, not those it waited for a
/// processor that others held.
pub(super) fn alternate_on_cpu<A, B>(
    ours: impl FnMut() -> A,
    theirs: impl FnMut() -> B,
) -> (f64, f64) {
    alternate_by(time_on_cpu, time_on_cpu, ours, theirs)
}

fn alternate_by<A, B>(
    time_ours: impl Fn(&mut A) -> f64,
    time_theirs: impl Fn(&mut B) -> f64,
    mut ours: A,
    mut theirs: B,
) -> (f64, f64) {
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_times.push(time_ours(&mut ours));
        their_times.push(time_theirs(&mut theirs));
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

/// Linux counts the nanoseconds a thread ran; elsewhere the clock on the wall has to do.
fn time_on_cpu<T>(work: &mut impl FnMut() -> T) -> f64 {
    let Some(start) = ran_ns() else {
        return time(work);
    };
    black_box(work());
    let ran = ran_ns().map_or(0, |end| end - start);
    std::time::Duration::from_nanos(ran).as_secs_f64()
}

fn ran_ns() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// Returns the middle one of an odd number of times.
pub(super) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
