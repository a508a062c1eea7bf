//! Bytes as they arrive, however they are cut, to messages.
use bitcoin::VarInt;
use bitcoin::consensus::Decodable;

use super::command::{MAX_EARLY_PAYLOAD, MAX_PAYLOAD, Shape, shape};
use super::message::{FRAME, checksum};
use super::{Message, WireError};

/// Most room that is made ahead of what has arrived of a message, in bytes (Bitcoin Core).
const AHEAD: usize = 256 << 10;

/// Reads one peer's bytes. It holds no more than has arrived of the message at hand, and nothing of a message that
/// nobody here reads.
#[derive(Debug)]
pub struct Decoder {
    magic: [u8; 4],
    is_established: bool,
    /// The frame at hand, as far as it has arrived.
    frame: Vec<u8>,
    /// What the frame's first bytes said, once they are there.
    head: Option<Head>,
    /// Bytes of a message nobody reads that are still to come.
    to_skip: usize,
}

#[derive(Debug)]
struct Head {
    command: String,
    shape: Shape,
    payload: usize,
}

impl Decoder {
    /// Returns a decoder for the network with this magic.
    pub const fn new(magic: [u8; 4]) -> Self {
        Self {
            magic,
            is_established: false,
            frame: Vec::new(),
            head: None,
            to_skip: 0,
        }
    }

    /// Allows long messages: the handshake is done.
    pub const fn establish(&mut self) {
        self.is_established = true;
    }

    /// Returns how much memory the message at hand takes, in bytes: all peers together are to stay below a bound.
    pub const fn held_bytes(&self) -> usize {
        self.frame.capacity()
    }

    /// Takes bytes from `input` up to the end of the next message, which is returned; `None` when all are taken.
    ///
    /// # Errors
    /// The bytes are no message that may be sent now. The decoder is of no use afterwards.
    pub fn read(&mut self, input: &mut &[u8]) -> Result<Option<Message>, WireError> {
        let frame = self.read_frame(input)?;
        frame.map(Frame::decode).transpose()
    }

    /// Does the same without looking into the message, which takes more memory once it is decoded.
    ///
    /// # Errors
    /// The bytes are no message that may be sent now. The decoder is of no use afterwards.
    pub fn read_frame(&mut self, input: &mut &[u8]) -> Result<Option<Frame>, WireError> {
        loop {
            let skipped = self.to_skip.min(input.len());
            *input = &input[skipped..];
            self.to_skip -= skipped;
            let Some(head) = &self.head else {
                if self.to_skip > 0 || !self.fill(FRAME, input) {
                    return Ok(None);
                }
                self.head = self.read_head()?;
                continue;
            };
            if !self.fill(FRAME + head.payload, input) {
                return Ok(None);
            }
            return Ok(Some(self.finish()));
        }
    }

    /// Takes bytes until the frame has this length; tells whether it has.
    fn fill(&mut self, length: usize, input: &mut &[u8]) -> bool {
        let missing = length.saturating_sub(self.frame.len());
        let (taken, rest) = input.split_at(missing.min(input.len()));
        if self.frame.capacity() - self.frame.len() < taken.len() {
            let ahead = self.frame.len().min(AHEAD);
            self.frame
                .reserve_exact(missing.min(taken.len().max(ahead)));
        }
        self.frame.extend_from_slice(taken);
        *input = rest;
        taken.len() == missing
    }

    /// Judges the frame's first bytes; `None` when the message is to be skipped.
    fn read_head(&mut self) -> Result<Option<Head>, WireError> {
        let head: &[u8; FRAME] = self.frame[..FRAME].try_into().expect("the head is whole");
        let (mut found, mut name, mut length) = ([0; 4], [0; 12], [0; 4]);
        found.copy_from_slice(&head[..4]);
        name.copy_from_slice(&head[4..16]);
        length.copy_from_slice(&head[16..20]);
        if found != self.magic {
            return Err(WireError::Magic { found });
        }
        let command = read_command(name)?;
        let length = u32::from_le_bytes(length);
        let shape = shape(&command);
        let widest = shape.map_or(MAX_PAYLOAD, |shape| shape.max_payload);
        let limit = if self.is_established {
            widest
        } else {
            widest.min(MAX_EARLY_PAYLOAD)
        };
        if length > limit {
            return Err(WireError::TooLong {
                command,
                length,
                limit,
            });
        }
        let payload = usize::try_from(length).expect("a payload is shorter than memory is wide");
        let Some(shape) = shape else {
            self.to_skip = payload;
            self.frame.clear();
            return Ok(None);
        };
        Ok(Some(Head {
            command,
            shape,
            payload,
        }))
    }

    /// Hands out the frame, which is whole, and makes room for the next.
    fn finish(&mut self) -> Frame {
        let Head { command, shape, .. } = self.head.take().expect("a whole frame has its head");
        Frame {
            command,
            shape,
            bytes: std::mem::take(&mut self.frame),
        }
    }
}

/// A message whose bytes have all arrived, and that nobody has looked into.
#[derive(Debug)]
pub struct Frame {
    command: String,
    shape: Shape,
    bytes: Vec<u8>,
}

impl Frame {
    /// Most bytes of memory that a decoded message takes for each byte of its frame: a transaction's output of ten bytes
    /// takes a hundred.
    pub const SPREAD: usize = 12;

    /// Returns how many bytes it has.
    pub const fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Reads the message.
    ///
    /// # Errors
    /// The bytes are no message.
    pub fn decode(self) -> Result<Message, WireError> {
        let Self {
            command,
            shape,
            bytes,
        } = self;
        let payload = &bytes[FRAME..];
        if checksum(payload) != bytes[20..FRAME] {
            return Err(WireError::Checksum { command });
        }
        check_list(&command, shape, payload)?;
        Message::decode(&command, payload).map_err(|source| WireError::Payload { command, source })
    }
}

fn read_command(name: [u8; 12]) -> Result<String, WireError> {
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(12);
    let (letters, zeros) = name.split_at(end);
    let is_command = letters.iter().all(u8::is_ascii_graphic)
        && zeros.iter().all(|byte| *byte == 0)
        && !letters.is_empty();
    if !is_command {
        return Err(WireError::Command { found: name });
    }
    Ok(letters.iter().copied().map(char::from).collect())
}

/// Compares the count of a list with what it may hold and what its bytes can hold, before anything is allocated for it.
fn check_list(command: &str, shape: Shape, payload: &[u8]) -> Result<(), WireError> {
    let Some(list) = shape.list else {
        return Ok(());
    };
    let mut rest = payload.get(list.offset..).unwrap_or_default();
    let VarInt(count) =
        VarInt::consensus_decode(&mut rest).map_err(|source| WireError::Payload {
            command: command.to_owned(),
            source,
        })?;
    if count > u64::from(list.limit) {
        return Err(WireError::TooMany {
            command: command.to_owned(),
            count,
            limit: u64::from(list.limit),
        });
    }
    let least = usize::try_from(count * u64::from(list.item)).unwrap_or(usize::MAX);
    if least > rest.len() {
        return Err(WireError::Hollow {
            command: command.to_owned(),
            count,
            length: rest.len(),
        });
    }
    Ok(())
}
