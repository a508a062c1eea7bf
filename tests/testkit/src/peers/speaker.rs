//! A peer that says what a test wants said, cut as it wants.
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::Address;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_network::VersionMessage;
use moneta_chain::Params;
use moneta_p2p::{Decoder, Message, VERSION, encode};

/// How long a node may take to answer on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// One end of a connection with a node of the dev network.
pub struct Speaker {
    stream: TcpStream,
    decoder: Decoder,
    unread: Vec<u8>,
    magic: [u8; 4],
    piece: usize,
}

impl Speaker {
    /// Connects, and says nothing.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let magic = Params::dev().magic;
        let mut decoder = Decoder::new(magic);
        decoder.establish();
        Ok(Self {
            stream,
            decoder,
            unread: Vec::new(),
            magic,
            piece: usize::MAX,
        })
    }

    /// Sends so many bytes at a time from now on.
    pub const fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = bytes;
        self
    }

    /// Greets as a light client does, or as a node if it wants seals.
    ///
    /// # Errors
    /// The node hangs up.
    pub fn greet(mut self, wants_seals: bool) -> io::Result<Self> {
        self.say(NetworkMessage::Version(version()))?;
        if wants_seals {
            self.say(Message::SendSeals)?;
        }
        self.say(NetworkMessage::Verack)?;
        while self.hear()? != NetworkMessage::Verack.into() {}
        Ok(self)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// The node hung up.
    pub fn say(&mut self, message: impl Into<Message>) -> io::Result<()> {
        self.say_bytes(&encode(self.magic, &message.into()))
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// The node hung up.
    pub fn say_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(self.piece) {
            self.stream.write_all(piece)?;
        }
        Ok(())
    }

    /// Returns the next message.
    ///
    /// # Errors
    /// The node hung up, or says nothing for a minute.
    ///
    /// # Panics
    /// The node sends bytes that are no message.
    pub fn hear(&mut self) -> io::Result<Message> {
        loop {
            let mut bytes = &self.unread[..];
            let message = self.decoder.read(&mut bytes).expect("a node makes sense");
            self.unread = bytes.to_vec();
            if let Some(message) = message {
                return Ok(message);
            }
            let mut chunk = vec![0; 65_536];
            match self.stream.read(&mut chunk)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => self.unread.extend_from_slice(&chunk[..count]),
            }
        }
    }

    /// Returns the next message that `wanted` makes something of.
    ///
    /// # Errors
    /// The node hung up, or says nothing for a minute.
    pub fn hear_about<T>(&mut self, wanted: impl Fn(Message) -> Option<T>) -> io::Result<T> {
        loop {
            if let Some(found) = wanted(self.hear()?) {
                return Ok(found);
            }
        }
    }

    /// Sets how long to wait for the node to speak or listen.
    ///
    /// # Errors
    /// The system can't.
    pub fn set_patience(&self, patience: Duration) -> io::Result<()> {
        self.stream.set_read_timeout(Some(patience))?;
        self.stream.set_write_timeout(Some(patience))
    }
}

fn version() -> VersionMessage {
    let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
    VersionMessage {
        version: VERSION,
        services: ServiceFlags::NETWORK | ServiceFlags::WITNESS,
        timestamp: 0,
        receiver: Address::new(&nowhere, ServiceFlags::NONE),
        sender: Address::new(&nowhere, ServiceFlags::NONE),
        nonce: 7,
        user_agent: "/test:1/".to_owned(),
        start_height: 0,
        relay: true,
    }
}
