//! Coins, plans, PSBTs and proofs of a wallet: state without input or output
