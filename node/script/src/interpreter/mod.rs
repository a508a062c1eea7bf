//! Runs one script on a stack. Opcodes stand in one file per family.

mod arithmetic;
mod conditions;
mod control;
mod hashing;
mod locktime;
mod machine;
mod multisig;
mod signature;
mod stack_ops;

pub(crate) use machine::{Leaf, ScriptVersion, run};
