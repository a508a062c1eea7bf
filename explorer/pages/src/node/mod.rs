//! A node's own page: how far it is, and with whom it speaks. For the operator, in English, without a script.
use askama::Template;

use crate::files::STYLE;
use crate::format::group;

/// What a node's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Name of the network, such as `dev`.
    pub network: String,
    /// The node's name and version.
    pub user_agent: String,
    /// Height of the best block.
    pub height: u32,
    /// Height of the best header.
    pub headers: u32,
    /// How quickly blocks come, and how long the rest takes; `None` when nothing is to be fetched.
    pub progress: Option<String>,
    /// Everyone the node speaks with.
    pub peers: Vec<NodePeer>,
}

/// Somebody a node speaks with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePeer {
    /// IP address and port.
    pub address: String,
    /// What the connection is for.
    pub purpose: String,
    /// What it calls itself: its own words.
    pub user_agent: String,
    /// Height of the best header that it is known to have.
    pub height: Option<u32>,
    /// Its quickest answer to a ping, in milliseconds.
    pub ping_ms: Option<u64>,
}

#[derive(Template)]
#[template(path = "node/page.html")]
struct Page<'a> {
    style: &'static str,
    v: &'a Node,
}

impl Node {
    fn height_text(&self) -> String {
        group(&self.height.to_string())
    }

    fn headers_text(&self) -> String {
        group(&self.headers.to_string())
    }
}

impl NodePeer {
    fn height_text(&self) -> String {
        self.height
            .map_or_else(String::new, |height| group(&height.to_string()))
    }

    fn ping_text(&self) -> String {
        self.ping_ms
            .map_or_else(String::new, |millis| format!("{millis} ms"))
    }
}

/// Returns a node's page.
pub fn render_node(node: &Node) -> String {
    crate::written(&Page {
        style: STYLE.path(),
        v: node,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_calls_itself_stays_text() {
        let page = render_node(&Node {
            network: "dev".to_owned(),
            user_agent: "/moneta:1/".to_owned(),
            height: 1_234,
            headers: 20_000,
            progress: Some("5 blocks a second".to_owned()),
            peers: vec![NodePeer {
                address: "127.0.0.1:18444".to_owned(),
                purpose: "inbound".to_owned(),
                user_agent: "<script>alert(1)</script>".to_owned(),
                height: None,
                ping_ms: Some(3),
            }],
        });
        assert!(!page.contains("<script"), "{page}");
        for text in [
            "Block 1,234 of 20,000",
            "value=\"1234\"",
            "5 blocks a second",
            "3 ms",
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
    }
}
