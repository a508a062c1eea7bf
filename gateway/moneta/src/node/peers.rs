//! Joining a chain with its network.
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use moneta_daemon::{LocalNode, NetOptions, NetService, SystemClock};

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

/// Looks up a host; without a port it is the network's usual one.
pub(crate) async fn resolve(host: &str, port: u16) -> anyhow::Result<SocketAddr> {
    if let Ok(address) = host.parse() {
        return Ok(address);
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse() {
        return Ok(SocketAddr::new(ip, port));
    }
    let host = match host.rsplit_once(':') {
        Some(_) => host.to_owned(),
        None => format!("{host}:{port}"),
    };
    let named = tokio::net::lookup_host(&host).await;
    let mut found = named.with_context(|| format!("{host} can't be looked up"))?;
    let address = found.next();
    address.with_context(|| format!("{host} has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_peer_may_be_named_with_and_without_its_port() {
        for (host, address) in [
            ("10.0.0.1", "10.0.0.1:17333"),
            ("10.0.0.1:5", "10.0.0.1:5"),
            ("::1", "[::1]:17333"),
            ("[::1]", "[::1]:17333"),
            ("[::1]:5", "[::1]:5"),
        ] {
            let found = resolve(host, 17_333).await.expect(host);
            assert_eq!(found.to_string(), address);
        }
        let lost = resolve("nowhere.invalid:x", 1).await.expect_err("no port");
        assert!(lost.to_string().contains("nowhere.invalid"), "{lost}");
    }
}
