//! What an operator chooses about the network.
use std::net::SocketAddr;

use bitcoin::p2p::ServiceFlags;
use moneta_chain::{ChainWork, Network as ChainName};

use crate::Scope;

/// What an operator chooses about the network.
#[derive(Debug, Clone)]
pub struct NetConfig {
    /// Which chain.
    pub chain: ChainName,
    /// Our name and version, as BIP14 has it: `/moneta:0.1.0/`.
    pub user_agent: String,
    /// What we offer.
    pub services: ServiceFlags,
    /// Where others reach us, if anywhere: told to peers.
    pub advertised: Option<SocketAddr>,
    /// Connections that the operator asked for.
    pub manual: Vec<SocketAddr>,
    /// Such connections with hosts by their names (`host:port`): who is behind a name may change at any time.
    pub named: Vec<String>,
    /// Whether to connect with nobody else (`--connect`).
    pub manual_only: bool,
    /// Most peers that may connect to us.
    pub max_inbound: usize,
    /// How many full connections to open ourselves.
    pub outbound_full: usize,
    /// How many connections for blocks only.
    pub outbound_blocks_only: usize,
    /// Most inbound connections from one address: more on loopback and in tests.
    pub max_per_address: usize,
    /// The least work a chain of headers must have before its seals are looked at.
    pub minimum_work: ChainWork,
}

impl NetConfig {
    /// Returns what an ordinary node does: 8 full connections, 2 for blocks only, 115 inbound.
    pub fn of(chain: ChainName) -> Self {
        Self {
            chain,
            user_agent: concat!("/moneta:", env!("CARGO_PKG_VERSION"), "/").to_owned(),
            services: ServiceFlags::NETWORK
                | ServiceFlags::WITNESS
                | ServiceFlags::COMPACT_FILTERS
                | ServiceFlags::NETWORK_LIMITED,
            advertised: None,
            manual: Vec::new(),
            named: Vec::new(),
            manual_only: false,
            max_inbound: 115,
            outbound_full: 8,
            outbound_blocks_only: 2,
            max_per_address: 1,
            minimum_work: ChainWork::default(),
        }
    }

    /// Returns which addresses are of use: on the dev network those of this machine are, too.
    pub const fn scope(&self) -> Scope {
        match self.chain {
            ChainName::Dev => Scope::Everywhere,
            ChainName::Main | ChainName::Test => Scope::Public,
        }
    }
}
