//! Joining a chain with its network.
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use moneta_daemon::{LocalNode, NetConfig, NetOptions, NetService, SystemClock};

/// Lets the node speak with others.
pub(crate) async fn join(node: &Arc<LocalNode>, options: NetOptions) -> anyhow::Result<NetService> {
    let listen = options.listen;
    let port = node.network_port();
    let service = NetService::start(node.clone(), port, Arc::new(SystemClock), options);
    service.await.with_context(|| match listen {
        Some(address) => format!(
            "the node can't be reached on {address} (does another node run here?); choose another port, or --no-listen"
        ),
        None => "the network can't be joined".to_owned(),
    })
}

/// Adds a peer to those that the node always connects with; without a port it is the network's usual one. A name is
/// looked up when the connection is made, and again for each later one.
pub(crate) fn add(config: &mut NetConfig, host: &str, port: u16) -> anyhow::Result<()> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = host.parse() {
        config.manual.push(address);
    } else if let Ok(ip) = bare.parse() {
        config.manual.push(SocketAddr::new(ip, port));
    } else {
        config.named.push(named(host, port)?);
    }
    Ok(())
}

/// Returns a host's name with its port.
fn named(host: &str, usual: u16) -> anyhow::Result<String> {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().ok()),
        None => (host, Some(usual)),
    };
    let is_letter = |letter: char| letter.is_alphanumeric() || "-._".contains(letter);
    let is_name = !name.is_empty() && name.chars().all(is_letter);
    let port: Option<u16> = port.filter(|_| is_name);
    let port = port.with_context(|| format!("{host:?} is neither HOST nor HOST:PORT"))?;
    Ok(format!("{name}:{port}"))
}

#[cfg(test)]
mod tests {
    use moneta_chain::Network;

    use super::*;

    #[test]
    fn a_peer_may_be_named_with_and_without_its_port() {
        let mut config = NetConfig::of(Network::Main);
        for (host, address) in [
            ("10.0.0.1", "10.0.0.1:17333"),
            ("10.0.0.1:5", "10.0.0.1:5"),
            ("::1", "[::1]:17333"),
            ("[::1]", "[::1]:17333"),
            ("[::1]:5", "[::1]:5"),
        ] {
            add(&mut config, host, 17_333).expect(host);
            let found = config.manual.pop().expect("it is an address");
            assert_eq!(found.to_string(), address);
        }
        // Whether anybody is there shows when the node connects: a name server may be down at this moment.
        for (host, name) in [
            ("nowhere.invalid", "nowhere.invalid:17333"),
            ("nowhere.invalid:5", "nowhere.invalid:5"),
        ] {
            add(&mut config, host, 17_333).expect(host);
            assert_eq!(config.named.pop().as_deref(), Some(name));
        }
        for host in ["nowhere.invalid:x", "", ":5", "a b", "nowhere:70000"] {
            let lost = add(&mut config, host, 1).expect_err(host);
            assert!(lost.to_string().contains(host), "{lost}");
        }
    }
}
