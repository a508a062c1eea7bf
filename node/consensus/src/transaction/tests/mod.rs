//! Tests that need no chain around them.

mod ids;
mod locks;
mod sigops;
