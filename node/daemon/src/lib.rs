//! The node: chain, mempool, miner and the in-process port, wired
