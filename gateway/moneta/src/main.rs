//! moneta
fn main() {}
