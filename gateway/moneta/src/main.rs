//! moneta: its parts wait for the node and the gateway they wire.
fn main() {}
