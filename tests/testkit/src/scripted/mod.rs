//! A chain written by hand: events and a node without a single rule being checked.
//!
//! For readers of the chain (index, Esplora, pages): a test says what each block did and looks at what
//! the reader makes of it. Nothing is mined, signed or judged.

mod chain;
mod node;
mod registry;
mod view;

pub use chain::{Draft, ScriptedChain, out_to, script_of};
pub use node::ScriptedNode;
pub use registry::{freeze, identity, issue, lift, supply};
