//! One hash over the whole state, the same on every machine: for tests, and to compare two nodes.
//!
//! Every coin is taken apart field by field, so that a new field does not compile until it is hashed.
use bitcoin::OutPoint;
use bitcoin::consensus::Encodable;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::Height;
use moneta_mips::{Attachment, Coin};

use super::ChainState;

/// Hash over every coin and every registry record, in canonical order.
pub type StateDigest = sha256::Hash;

impl ChainState {
    /// Returns the digest of the state: coins by outpoint with what is attached, then the registry's records
    /// by key. Before each of the two stands their number.
    pub fn digest(&self) -> StateDigest {
        let mut sink = Sink(sha256::Hash::engine());
        let mut coins: Vec<(&OutPoint, &Coin)> = self.coins.iter().collect();
        coins.sort_unstable_by_key(|(outpoint, _)| **outpoint);
        sink.number(coins.len());
        for (outpoint, coin) in coins {
            sink.encodable(outpoint);
            sink.coin(coin);
        }
        let records = self.registry.records();
        sink.number(records.count());
        for (key, record) in self.registry.records() {
            sink.chunk(&key.encode());
            sink.chunk(&record.encode());
        }
        StateDigest::from_engine(sink.0)
    }
}

/// Takes values in an encoding in which no two lists of values look alike.
struct Sink(sha256::HashEngine);

impl Sink {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.input(bytes);
    }

    fn number(&mut self, number: usize) {
        self.bytes(&(number as u64).to_le_bytes());
    }

    fn chunk(&mut self, chunk: &[u8]) {
        self.number(chunk.len());
        self.bytes(chunk);
    }

    fn height(&mut self, height: Height) {
        self.bytes(&height.to_u32().to_le_bytes());
    }

    fn encodable(&mut self, value: &impl Encodable) {
        let written = value.consensus_encode(&mut self.0);
        written.expect("a hash engine takes every byte");
    }

    fn coin(&mut self, coin: &Coin) {
        let Coin {
            output,
            height,
            coinbase,
            attachment,
        } = coin;
        self.encodable(output);
        self.height(*height);
        self.bytes(&[u8::from(*coinbase)]);
        match attachment {
            None => self.bytes(&[0]),
            Some(Attachment::Asset { id, amount }) => {
                self.bytes(&[1]);
                self.bytes(&id.0);
                self.bytes(&amount.to_le_bytes());
            }
            Some(Attachment::Authority { asset, rights }) => {
                self.bytes(&[2]);
                self.bytes(&asset.0);
                self.bytes(&[rights.bits()]);
            }
            Some(Attachment::Identity { id }) => {
                self.bytes(&[3]);
                self.bytes(&id.0);
            }
        }
    }
}
