//! Where randomness comes in: always an argument; the operating system's is one of them.

/// Fills the buffer with unpredictable bytes.
pub type Randomness<'a> = dyn FnMut(&mut [u8]) + 'a;

/// Fills `bytes` from the operating system.
///
/// # Panics
/// The operating system gives no randomness: nothing that needs a secret may go on then.
pub fn os_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}
