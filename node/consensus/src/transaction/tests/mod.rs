//! Tests that need no chain around them.

mod locks;
mod sigops;
