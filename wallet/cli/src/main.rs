//! moneta-wallet
fn main() {}
