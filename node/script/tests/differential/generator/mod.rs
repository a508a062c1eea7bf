//! Makes spends: valid ones of every kind, random scripts, sizes at their limits, and broken versions of all.
//!
//! A case is a function of its seed and number, so one line of output is enough to meet it again.

mod case;
mod keys;
mod limits;
mod lock;
mod mutation;
mod program;
mod rng;
mod sign;
mod soup;

pub(crate) use case::Case;
pub(crate) use keys::{public, x_only};
pub(crate) use lock::{Lock, Tree};
pub(crate) use program::{Argument, Place, Program};

/// A tapscript that checks one signature `checks` times, with `padding` bytes that pay for it.
pub(crate) fn budget_edge(checks: usize, padding: usize) -> Lock {
    let mut program = Program::new(Place::Tapscript);
    limits::checks_of_one_signature(&mut program, 1, checks, padding);
    program.op(bitcoin::opcodes::all::OP_PUSHNUM_1);
    Lock::Taproot(Box::new(Tree::single(program, 0xc0)))
}
