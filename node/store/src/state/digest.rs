//! One hash over the whole state, the same on every machine: for tests, and to compare two nodes.
//!
//! Every record is taken apart field by field, so that a new field does not compile until it is hashed.
use bitcoin::OutPoint;
use bitcoin::consensus::Encodable;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::Height;
use moneta_mips::{Asset, Attachment, Coin, FreezeRecord, Identity};

use super::ChainState;

/// Hash over every coin and every registry record, in canonical order.
pub type StateDigest = sha256::Hash;

impl ChainState {
    /// Returns the digest of the state: coins by outpoint with what is attached, assets by id, freezes by
    /// asset and coin, identities by id. Before each of the four stands their number.
    pub fn digest(&self) -> StateDigest {
        let mut sink = Sink(sha256::Hash::engine());
        let mut coins: Vec<(&OutPoint, &Coin)> = self.coins.iter().collect();
        coins.sort_unstable_by_key(|(outpoint, _)| **outpoint);
        sink.number(coins.len());
        for (outpoint, coin) in coins {
            sink.encodable(outpoint);
            sink.coin(coin);
        }
        let registry = &self.registry;
        sink.number(registry.assets().count());
        registry.assets().for_each(|asset| sink.asset(asset));
        sink.number(registry.freezes().count());
        for (asset, coin, freeze) in registry.freezes() {
            sink.bytes(&asset.0);
            sink.encodable(&coin);
            sink.freeze(freeze);
        }
        sink.number(registry.identities().count());
        registry
            .identities()
            .for_each(|identity| sink.identity(identity));
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

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.bytes(text.as_bytes());
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

    fn asset(&mut self, asset: &Asset) {
        let Asset {
            id,
            symbol,
            issuer,
            decimals,
            supply,
            burned,
            cap,
            powers,
            holders,
            name,
            contract_hash,
            issued_in,
            issued_at,
        } = asset;
        self.bytes(&id.0);
        self.text(symbol);
        self.bytes(&[u8::from(issuer.is_some())]);
        self.bytes(&issuer.map_or([0; 32], |issuer| issuer.0));
        self.bytes(&[*decimals]);
        for units in [supply, burned, cap] {
            self.bytes(&units.to_le_bytes());
        }
        self.bytes(&[powers.bits(), holders.number()]);
        self.text(name);
        self.bytes(contract_hash);
        self.encodable(issued_in);
        self.height(*issued_at);
    }

    fn freeze(&mut self, freeze: &FreezeRecord) {
        let FreezeRecord {
            tier,
            start,
            stop,
            reason,
            jurisdiction,
            document,
            frozen_in,
        } = freeze;
        self.bytes(&[tier.number(), reason.number()]);
        self.height(*start);
        self.height(*stop);
        self.bytes(jurisdiction);
        self.bytes(document);
        self.encodable(frozen_in);
    }

    fn identity(&mut self, identity: &Identity) {
        let Identity {
            id,
            handle,
            document,
            recovery,
            registered_in,
            registered_at,
        } = identity;
        self.bytes(&id.0);
        self.text(handle);
        self.text(document);
        self.bytes(recovery);
        self.encodable(registered_in);
        self.height(*registered_at);
    }
}
