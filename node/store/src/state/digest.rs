//! One hash over the whole state, the same on every machine: for tests, and to compare two nodes.
use bitcoin::OutPoint;
use bitcoin::consensus::Encodable;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_mips::{Attachment, Coin};

use super::ChainState;

/// Hash over every coin and every registry record, in canonical order.
pub type StateDigest = sha256::Hash;

impl ChainState {
    /// Returns the digest of the state: coins by outpoint, with what is attached, then the registry.
    pub fn digest(&self) -> StateDigest {
        let mut engine = sha256::Hash::engine();
        let mut coins: Vec<(&OutPoint, &Coin)> = self.coins.iter().collect();
        coins.sort_unstable_by_key(|(outpoint, _)| **outpoint);
        engine.input(&(coins.len() as u64).to_le_bytes());
        for (outpoint, coin) in coins {
            input_coin(&mut engine, outpoint, coin);
        }
        StateDigest::from_engine(engine)
    }
}

fn input_coin(engine: &mut sha256::HashEngine, outpoint: &OutPoint, coin: &Coin) {
    let Coin {
        output,
        height,
        coinbase,
        attachment,
    } = coin;
    let written = outpoint
        .consensus_encode(engine)
        .and_then(|_| output.consensus_encode(engine));
    written.expect("a hash engine takes every byte");
    engine.input(&height.to_u32().to_le_bytes());
    engine.input(&[u8::from(*coinbase)]);
    match attachment {
        None => engine.input(&[0]),
        Some(Attachment::Asset { id, amount }) => {
            engine.input(&[1]);
            engine.input(&id.0);
            engine.input(&amount.to_le_bytes());
        }
        Some(Attachment::Authority { asset, rights }) => {
            engine.input(&[2]);
            engine.input(&asset.0);
            engine.input(&[rights.bits()]);
        }
        Some(Attachment::Identity { id }) => {
            engine.input(&[3]);
            engine.input(&id.0);
        }
    }
}
