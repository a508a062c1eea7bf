//! A network of real processes: `moneta node`, links that can be cut, and peers that say what a test wants said.

mod hostile;
mod link;
mod node;
mod speaker;

pub use hostile::{ATTACKS, Attack, Siege};
pub use link::Link;
pub use node::{Node, digest};
pub use speaker::Speaker;

use std::time::{Duration, Instant};

/// Waits until something is so, and returns how long that took.
///
/// # Panics
/// It is not so within `patience`.
pub fn wait_until(what: &str, patience: Duration, mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        assert!(
            began.elapsed() < patience,
            "not within {patience:?}: {what}"
        );
        std::thread::sleep(Duration::from_millis(25));
    }
    began.elapsed()
}
