//! The other end of a connection: says what a test wants said, cut as it wants.
use std::net::SocketAddr;
use std::time::Duration;

use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::Address;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_network::VersionMessage;
use moneta_p2p::{Decoder, Message, VERSION, encode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a node may take to answer on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct TestPeer {
    stream: TcpStream,
    decoder: Decoder,
    unread: Vec<u8>,
    magic: [u8; 4],
}

impl TestPeer {
    pub(super) async fn connect(address: SocketAddr, magic: [u8; 4]) -> Self {
        let mut decoder = Decoder::new(magic);
        decoder.establish();
        Self {
            stream: TcpStream::connect(address).await.expect("it listens"),
            decoder,
            unread: Vec::new(),
            magic,
        }
    }

    /// Sends a message in pieces of so many bytes.
    pub(super) async fn say(&mut self, message: impl Into<Message>, piece: usize) {
        let bytes = encode(self.magic, &message.into());
        for piece in bytes.chunks(piece) {
            self.stream.write_all(piece).await.expect("it is heard");
        }
    }

    /// Sends bytes; tells whether there is room for them.
    pub(super) async fn say_bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Returns the next message; `None` once the node hung up.
    pub(super) async fn hear(&mut self) -> Option<Message> {
        let hearing = async {
            loop {
                let mut bytes = &self.unread[..];
                let message = self.decoder.read(&mut bytes).expect("a node makes sense");
                self.unread = bytes.to_vec();
                if message.is_some() {
                    return message;
                }
                let mut chunk = vec![0; 65_536];
                let count = self.stream.read(&mut chunk).await.unwrap_or(0);
                if count == 0 {
                    return None;
                }
                self.unread.extend_from_slice(&chunk[..count]);
            }
        };
        let heard = tokio::time::timeout(PATIENCE, hearing);
        heard.await.expect("the node says something")
    }

    /// Greets as a stock client does.
    pub(super) async fn greet(&mut self, piece: usize) {
        self.say(NetworkMessage::Version(version()), piece).await;
        self.say(NetworkMessage::Verack, piece).await;
        while self.hear().await.expect("a greeting") != NetworkMessage::Verack.into() {}
    }
}

/// Returns what a light client says first.
pub(super) fn version() -> VersionMessage {
    let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
    VersionMessage {
        version: VERSION,
        services: ServiceFlags::NONE,
        timestamp: 0,
        receiver: Address::new(&nowhere, ServiceFlags::NONE),
        sender: Address::new(&nowhere, ServiceFlags::NONE),
        nonce: 7,
        user_agent: "/test:1/".to_owned(),
        start_height: 0,
        relay: false,
    }
}
