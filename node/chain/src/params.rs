//! What differs between networks: data, never code.
use bitcoin::blockdata::constants::genesis_block;
use bitcoin::{Amount, Block, CompactTarget};

use crate::Height;

/// Grains in one MTA.
pub const COIN: u64 = 100_000_000;

/// The three networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// The public network, `mta1...`.
    Main,
    /// The public test network, `tmta1...`.
    Test,
    /// A chain of one's own, `bcrt1...`: stock Bitcoin clients in regtest mode work with it.
    Dev,
}

impl Network {
    /// All networks.
    pub const ALL: [Self; 3] = [Self::Main, Self::Test, Self::Dev];

    /// Returns the human-readable part of the network's bech32(m) addresses.
    pub const fn hrp(self) -> &'static str {
        match self {
            Self::Main => "mta",
            Self::Test => "tmta",
            Self::Dev => "bcrt",
        }
    }

    /// Returns the name a user types.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Test => "test",
            Self::Dev => "dev",
        }
    }
}

/// The constants of one network.
#[derive(Debug, Clone)]
pub struct Params {
    /// Which network these are the constants of.
    pub network: Network,
    /// Block 0. It carries no seal and is valid by definition.
    pub genesis: Block,
    /// First four bytes of every peer message and archive record.
    pub magic: [u8; 4],
    /// The one difficulty of a network that does not adjust it.
    pub fixed_bits: CompactTarget,
    /// Blocks in one Ethash epoch.
    pub epoch_length: u32,
    /// Size of the light cache in bytes, where the network fixes it (dev does).
    pub cache_size: usize,
    /// Size of the full dataset in bytes, where the network fixes it (dev does).
    pub dataset_size: usize,
    /// New coins of the first blocks.
    pub first_subsidy: Amount,
    /// Blocks after which the subsidy halves.
    pub halving_interval: u32,
    /// Blocks after which a coinbase output may be spent.
    pub coinbase_maturity: u32,
    /// Highest weight of a block, in weight units.
    pub max_block_weight: u64,
    /// Highest signature-operation cost of a block.
    pub max_block_sigop_cost: usize,
    /// Seconds by which a block's time may lie ahead of the reader's clock.
    pub max_future_seconds: u32,
}

impl Params {
    /// Returns the constants of the dev network: Bitcoin's regtest genesis and tiny Ethash.
    pub fn dev() -> Self {
        Self {
            network: Network::Dev,
            genesis: genesis_block(bitcoin::Network::Regtest),
            magic: bitcoin::p2p::Magic::REGTEST.to_bytes(),
            fixed_bits: CompactTarget::from_consensus(0x207f_ffff),
            epoch_length: 262_144,
            cache_size: 1_024,
            dataset_size: 32 * 1_024,
            first_subsidy: Amount::from_sat(5 * COIN),
            halving_interval: 10_000,
            coinbase_maturity: 100,
            max_block_weight: 4_000_000,
            max_block_sigop_cost: 80_000,
            max_future_seconds: 120,
        }
    }

    /// Returns the new coins that a block at `height` may create.
    pub fn subsidy(&self, height: Height) -> Amount {
        let halvings = height.to_u32() / self.halving_interval;
        Amount::from_sat(
            self.first_subsidy
                .to_sat()
                .checked_shr(halvings)
                .unwrap_or(0),
        )
    }

    /// Returns the Ethash epoch of `height`.
    pub const fn epoch(&self, height: Height) -> u32 {
        height.to_u32() / self.epoch_length
    }
}
