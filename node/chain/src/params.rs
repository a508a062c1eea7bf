//! What differs between networks: data, never code.
use bitcoin::blockdata::constants::genesis_block;
use bitcoin::{Amount, Block, CompactTarget};

use crate::{Height, Seal, genesis};

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

/// How a network's difficulty goes (MIP-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difficulty {
    /// The same for every block: a chain on which blocks are made on demand.
    Fixed,
    /// ASERT, anchored at genesis.
    Asert {
        /// Seconds between blocks when hash rate is steady.
        spacing: u32,
        /// Seconds of lateness after which the target has doubled.
        half_life: u32,
    },
}

/// How large Ethash's cache and dataset are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EthashSize {
    /// As the Ethash specification grows them with the epoch.
    Standard,
    /// The same in every epoch: tiny, for a chain of one's own.
    Fixed {
        /// Bytes of the light cache.
        cache: u64,
        /// Bytes of the full dataset.
        dataset: u64,
    },
}

/// The constants of one network.
#[derive(Debug, Clone)]
pub struct Params {
    /// Which network these are the constants of.
    pub network: Network,
    /// Block 0: valid by definition. Its difficulty is the easiest there is.
    pub genesis: Block,
    /// The seal of block 0; on dev all zero, as nobody sealed Bitcoin's regtest genesis.
    pub genesis_seal: Seal,
    /// First four bytes of every peer message and archive record.
    pub magic: [u8; 4],
    /// The TCP port on which peers listen.
    pub port: u16,
    /// How difficulty goes from block to block.
    pub difficulty: Difficulty,
    /// Blocks in one Ethash epoch.
    pub epoch_length: u32,
    /// How large Ethash is.
    pub ethash: EthashSize,
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
    /// Returns the constants of a network.
    pub fn of(network: Network) -> Self {
        match network {
            Network::Main => Self::main(),
            Network::Test => Self::test(),
            Network::Dev => Self::dev(),
        }
    }

    /// Returns the constants of the main network.
    pub fn main() -> Self {
        Self {
            network: Network::Main,
            genesis: genesis::main(),
            genesis_seal: genesis::MAIN_SEAL,
            magic: [0xd7, 0xa1, 0xc4, 0xe9],
            port: 17_333,
            difficulty: Difficulty::Asert {
                spacing: 60,
                half_life: 7_200,
            },
            epoch_length: 262_144,
            ethash: EthashSize::Standard,
            first_subsidy: Amount::from_sat(5 * COIN),
            halving_interval: 2_100_000,
            coinbase_maturity: 100,
            max_block_weight: 4_000_000,
            max_block_sigop_cost: 80_000,
            max_future_seconds: 120,
        }
    }

    /// Returns the constants of the test network: the main network's rules, worthless coins, easier blocks.
    pub fn test() -> Self {
        Self {
            network: Network::Test,
            genesis: genesis::test(),
            genesis_seal: genesis::TEST_SEAL,
            magic: [0xd8, 0xa2, 0xc5, 0xea],
            port: 27_333,
            ..Self::main()
        }
    }

    /// Returns the constants of the dev network: Bitcoin's regtest genesis and tiny Ethash.
    pub fn dev() -> Self {
        Self {
            network: Network::Dev,
            genesis: genesis_block(bitcoin::Network::Regtest),
            genesis_seal: Seal::default(),
            magic: bitcoin::p2p::Magic::REGTEST.to_bytes(),
            port: 18_444,
            difficulty: Difficulty::Fixed,
            ethash: EthashSize::Fixed {
                cache: 1_024,
                dataset: 32 * 1_024,
            },
            halving_interval: 10_000,
            ..Self::main()
        }
    }

    /// Returns the easiest difficulty there is: that of genesis. On dev it is the only one.
    pub const fn easiest_bits(&self) -> CompactTarget {
        self.genesis.header.bits
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_networks_can_be_taken_for_each_other() {
        let all = Network::ALL.map(Params::of);
        for (at, one) in all.iter().enumerate() {
            assert_eq!(Network::ALL[at], one.network);
            for other in &all[at + 1..] {
                assert_ne!(one.magic, other.magic);
                assert_ne!(one.port, other.port);
                assert_ne!(one.genesis.block_hash(), other.genesis.block_hash());
                assert_ne!(one.network.hrp(), other.network.hrp());
            }
        }
    }

    #[test]
    fn there_will_never_be_21_million_coins() {
        for params in Network::ALL.map(Params::of) {
            let mut grains = 0_u64;
            for halving in 0..64 {
                let height = Height::new(params.halving_interval * halving);
                grains += params.subsidy(height).to_sat() * u64::from(params.halving_interval);
            }
            assert!(grains < 21_000_000 * COIN, "{:?}: {grains}", params.network);
            let last = Height::new(u32::MAX);
            assert_eq!(params.subsidy(last), Amount::ZERO);
        }
    }
}
