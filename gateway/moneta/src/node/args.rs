//! What an operator may choose.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::ensure;
use moneta_chain::{Network, Params};
use moneta_daemon::{NetConfig, NetOptions};

use super::peers;

/// Longest user agent, in bytes (as Bitcoin Core has it).
const MAX_USER_AGENT: usize = 256;

/// Arguments of `moneta node`.
#[derive(clap::Args, Debug)]
pub(crate) struct NodeArgs {
    /// Which chain: main, test or dev
    #[arg(long, default_value = "main", value_parser = crate::store::network)]
    pub(super) network: Network,
    /// Folder for the chain [default: ~/.local/share/moneta/ and its name]
    #[arg(long, value_name = "DIR", env = "MONETA_DATA_DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// Address and port where other nodes reach this one [default: every address and the network's port; on dev
    /// this machine only]
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "no_listen")]
    listen: Option<SocketAddr>,
    /// Port where other nodes reach this one; 0 for any [default: 17333, 27333 or 18444]
    #[arg(long, conflicts_with_all = ["no_listen", "listen"])]
    port: Option<u16>,
    /// Let nobody connect to this node; it connects with others all the same
    #[arg(long)]
    no_listen: bool,
    /// Address to tell others, where it is not the one listened on (behind a router, say)
    #[arg(long, value_name = "ADDR:PORT")]
    advertise: Option<SocketAddr>,
    /// Connect with this node and with no other that was not named so (may be repeated)
    #[arg(long, value_name = "HOST[:PORT]")]
    connect: Vec<String>,
    /// Always keep a connection with this node, beside those the node finds itself (may be repeated)
    #[arg(long, value_name = "HOST[:PORT]")]
    add_peer: Vec<String>,
    /// Look this host up when few nodes are known: each of its addresses may be one (may be repeated)
    #[arg(long, value_name = "HOST[:PORT]", conflicts_with = "connect")]
    dns_seed: Vec<String>,
    /// Most peers, those included that the node connects with itself
    #[arg(long, value_name = "N", default_value_t = 125)]
    max_peers: usize,
    /// What the node calls itself to others
    #[arg(long, value_name = "TEXT")]
    user_agent: Option<String>,
    /// Show how the node is doing at http://ADDR:PORT, and as JSON at /status.json. Anybody who reaches it can read it
    #[arg(long, value_name = "ADDR:PORT")]
    pub(super) status: Option<SocketAddr>,
}

impl NodeArgs {
    /// Returns what the network is started with.
    pub(super) fn options(&self, dir: &Path) -> anyhow::Result<NetOptions> {
        let params = Params::of(self.network);
        let mut config = NetConfig::of(self.network);
        let outbound = config.outbound_full + config.outbound_blocks_only + 1;
        config.max_inbound = self.max_peers.saturating_sub(outbound);
        if self.network == Network::Dev {
            // Everybody comes from this machine.
            config.max_per_address = config.max_inbound;
        }
        config.advertised = self.advertise;
        config.manual_only = !self.connect.is_empty();
        for host in self.connect.iter().chain(&self.add_peer) {
            peers::add(&mut config, host, params.port)?;
        }
        if let Some(user_agent) = &self.user_agent {
            ensure!(
                user_agent.len() <= MAX_USER_AGENT,
                "--user-agent is longer than {MAX_USER_AGENT} bytes: other nodes would not speak with this one"
            );
            config.user_agent.clone_from(user_agent);
        }
        Ok(NetOptions {
            config,
            listen: self.listening(&params),
            magic: params.magic,
            book: Some(dir.join("peers.dat")),
            name_servers: self.name_servers(&params),
        })
    }

    fn name_servers(&self, params: &Params) -> Vec<String> {
        let named = |host: &String| match host.rsplit_once(':') {
            Some(_) => host.clone(),
            None => format!("{host}:{}", params.port),
        };
        self.dns_seed.iter().map(named).collect()
    }

    fn listening(&self, params: &Params) -> Option<SocketAddr> {
        if self.no_listen {
            return None;
        }
        let everywhere = match self.network {
            Network::Dev => Ipv4Addr::LOCALHOST,
            Network::Main | Network::Test => Ipv4Addr::UNSPECIFIED,
        };
        let port = self.port.unwrap_or(params.port);
        Some(self.listen.unwrap_or((IpAddr::V4(everywhere), port).into()))
    }
}
