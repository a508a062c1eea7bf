//! Bitcoin Core's engine on the blocks of a file: each number read from standard input is a count of blocks to
//! connect, and is answered with the nanoseconds that they took. `cargo xtask bench connect` drives it.
#![allow(clippy::print_stdout)]

use std::io::{BufRead, Error, Write};
use std::time::Instant;

use bitcoinkernel::{
    Block, ChainType, ChainstateManager, ContextBuilder, ProcessBlockResult, prelude::*,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dir, file, workers] = &arguments[..] else {
        return Err("usage: moneta-peers FOLDER BLOCKS WORKERS".into());
    };
    let blocks = std::fs::read(file)?;
    let mut blocks = Blocks { bytes: &blocks };
    let context = ContextBuilder::new()
        .chain_type(ChainType::Regtest)
        .build()?;
    let engine = ChainstateManager::builder(&context, dir, &format!("{dir}/blocks"))?
        .worker_threads(workers.parse()?)
        .chainstate_db_in_memory(true)
        .block_tree_db_in_memory(true)
        .build()?;
    engine.import_blocks()?;
    for line in std::io::stdin().lock().lines() {
        let count: usize = line?.trim().parse()?;
        let start = Instant::now();
        for _ in 0..count {
            connect(&engine, blocks.next().ok_or("no block is left")?)?;
        }
        println!("{}", start.elapsed().as_nanos());
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// Connects a block; it must become the tip.
fn connect(engine: &ChainstateManager, bytes: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let block = Block::new(bytes)?;
    let taken = engine.process_block(&block);
    let tip = engine.active_chain().tip();
    if !matches!(taken, ProcessBlockResult::NewBlock)
        || tip.block_hash().to_bytes() != block.hash().to_bytes()
    {
        return Err(Error::other(format!("the block after {} is refused", tip.height())).into());
    }
    Ok(())
}

/// Blocks in a row, each behind its length: 4 bytes, little-endian.
struct Blocks<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Blocks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (len, rest) = self.bytes.split_first_chunk()?;
        let (block, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        self.bytes = rest;
        Some(block)
    }
}
