//! Messages and their frames: bytes that came from anybody to a [`Message`], and back.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 4 | the network's magic |
//! | 4 | 12 | command, ASCII, padded with zeros |
//! | 16 | 4 | length of the payload, u32 little endian |
//! | 20 | 4 | first bytes of the payload's double SHA-256 |
//! | 24 | | payload |

mod command;
mod decoder;
mod error;
mod message;
mod seals;
#[cfg(test)]
mod spread;
mod stock;
#[cfg(test)]
mod tests;

pub use command::{MAX_HEADERS, MAX_PAYLOAD};
pub use decoder::{Decoder, Frame};
pub use error::WireError;
pub use message::{Message, encode};
