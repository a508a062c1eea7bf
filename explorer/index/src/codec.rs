//! Values <-> the bytes of a row: Bitcoin consensus encoding for hot rows, JSON for the few registry records.
//!
//! Keys are big endian so that byte order is chain order; values never need an order.
use std::collections::BTreeMap;

use bitcoin::consensus::{Decodable, Encodable};
use bitcoin::hashes::Hash;
use bitcoin::{Amount, BlockHash, OutPoint, ScriptBuf, Transaction, TxOut, Txid};
use moneta_chain::{Height, SEAL_LEN, Seal};
use moneta_mips::{AssetId, Attachment, Coin, Commitment, IdentityId, Rights};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{BlockSummary, Place, ScriptTotals, Spend, Subject};

/// Writes a row. Writing to memory can't fail.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn put(mut self, value: &impl Encodable) -> Self {
        value
            .consensus_encode(&mut self.0)
            .expect("a vector takes every byte");
        self
    }

    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn place(self, place: Place) -> Self {
        self.raw(&place_key(place))
    }

    pub(crate) fn attachment(self, attachment: Option<&Attachment>) -> Self {
        match attachment {
            None => self.put(&0u8),
            Some(Attachment::Asset { id, amount }) => self.put(&1u8).raw(&id.0).put(amount),
            Some(Attachment::Authority { asset, rights }) => {
                self.put(&2u8).raw(&asset.0).put(&rights.bits())
            }
            Some(Attachment::Identity { id }) => self.put(&3u8).raw(&id.0),
            Some(Attachment::Commitment { digest }) => self.put(&4u8).raw(&digest.0),
        }
    }

    pub(crate) fn coin(self, coin: &Coin) -> Self {
        self.put(&coin.output)
            .put(&coin.height.to_u32())
            .put(&coin.coinbase)
            .attachment(coin.attachment.as_ref())
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// Reads a row back; `None` means that the row is damaged.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn take<T: Decodable>(&mut self) -> Option<T> {
        T::consensus_decode(&mut self.0).ok()
    }

    pub(crate) fn raw<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    pub(crate) fn place(&mut self) -> Option<Place> {
        Some(Place {
            height: Height::new(u32::from_be_bytes(self.raw()?)),
            position: u32::from_be_bytes(self.raw()?),
        })
    }

    /// Reads an outpoint from a key (txid, then the index big endian).
    pub(crate) fn outpoint_key(&mut self) -> Option<OutPoint> {
        let txid = Txid::from_byte_array(self.raw()?);
        Some(OutPoint::new(txid, u32::from_be_bytes(self.raw()?)))
    }

    /// The outer `Option` is about damage, the inner one about whether there is an attachment.
    pub(crate) fn attachment(&mut self) -> Option<Option<Attachment>> {
        Some(match self.take::<u8>()? {
            0 => None,
            1 => Some(Attachment::Asset {
                id: AssetId(self.raw()?),
                amount: self.take()?,
            }),
            2 => Some(Attachment::Authority {
                asset: AssetId(self.raw()?),
                rights: Rights::from_bits(self.take()?)?,
            }),
            3 => Some(Attachment::Identity {
                id: IdentityId(self.raw()?),
            }),
            4 => Some(Attachment::Commitment {
                digest: Commitment(self.raw()?),
            }),
            _ => return None,
        })
    }

    pub(crate) fn coin(&mut self) -> Option<Coin> {
        Some(Coin {
            output: self.take::<TxOut>()?,
            height: Height::new(self.take()?),
            coinbase: self.take()?,
            attachment: self.attachment()?,
        })
    }

    /// Returns `value` if the row ends here.
    pub(crate) fn done<T>(self, value: T) -> Option<T> {
        self.0.is_empty().then_some(value)
    }
}

pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("records have string keys and no floats")
}

pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

pub(crate) fn place_key(place: Place) -> [u8; 8] {
    let mut key = [0; 8];
    key[..4].copy_from_slice(&place.height.to_u32().to_be_bytes());
    key[4..].copy_from_slice(&place.position.to_be_bytes());
    key
}

pub(crate) fn outpoint_key(outpoint: &OutPoint) -> [u8; 36] {
    let mut key = [0; 36];
    key[..32].copy_from_slice(outpoint.txid.as_byte_array());
    key[32..].copy_from_slice(&outpoint.vout.to_be_bytes());
    key
}

pub(crate) fn subject_key(subject: &Subject) -> [u8; 33] {
    let (tag, id) = match subject {
        Subject::Asset(id) => (b'a', id.0),
        Subject::Identity(id) => (b'i', id.0),
    };
    let mut key = [tag; 33];
    key[1..].copy_from_slice(&id);
    key
}

/// What the `transactions` table holds of one transaction.
pub(crate) struct TransactionRow {
    pub(crate) place: Place,
    pub(crate) fee: Amount,
    pub(crate) transaction: Transaction,
    pub(crate) spent: Vec<Coin>,
    pub(crate) attachments: BTreeMap<u32, Attachment>,
}

impl TransactionRow {
    pub(crate) fn encode(
        place: Place,
        fee: Amount,
        transaction: &Transaction,
        spent: &[Coin],
        attachments: &BTreeMap<u32, Attachment>,
    ) -> Vec<u8> {
        let mut out = Writer::default()
            .place(place)
            .put(&fee.to_sat())
            .put(transaction)
            .put(&(spent.len() as u64));
        for coin in spent {
            out = out.coin(coin);
        }
        for (vout, attachment) in attachments {
            out = out.put(vout).attachment(Some(attachment));
        }
        out.done()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut row = Reader::new(bytes);
        let place = row.place()?;
        let fee = Amount::from_sat(row.take()?);
        let transaction: Transaction = row.take()?;
        let count: u64 = row.take()?;
        let spent = (0..count).map(|_| row.coin()).collect::<Option<Vec<_>>>()?;
        let mut attachments = BTreeMap::new();
        while !row.0.is_empty() {
            attachments.insert(row.take()?, row.attachment()??);
        }
        Some(Self {
            place,
            fee,
            transaction,
            spent,
            attachments,
        })
    }
}

pub(crate) fn encode_block(block: &BlockSummary) -> Vec<u8> {
    Writer::default()
        .put(&block.id)
        .put(&block.header)
        .raw(&block.seal.encode())
        .put(&block.transactions)
        .put(&block.size)
        .put(&block.weight)
        .put(&block.fees.to_sat())
        .put(&block.reward.to_sat())
        .done()
}

/// Reads a block's row; the median time is not in it and is left 0.
pub(crate) fn decode_block(height: Height, bytes: &[u8]) -> Option<BlockSummary> {
    let mut row = Reader::new(bytes);
    let block = BlockSummary {
        height,
        id: row.take::<BlockHash>()?,
        header: row.take()?,
        seal: Seal::decode(&row.raw::<SEAL_LEN>()?),
        transactions: row.take()?,
        size: row.take()?,
        weight: row.take()?,
        fees: Amount::from_sat(row.take()?),
        reward: Amount::from_sat(row.take()?),
        median_time: 0,
    };
    row.done(block)
}

pub(crate) fn encode_spend(spend: &Spend) -> Vec<u8> {
    Writer::default()
        .put(&spend.txid)
        .put(&spend.vin)
        .place(spend.place)
        .done()
}

pub(crate) fn decode_spend(bytes: &[u8]) -> Option<Spend> {
    let mut row = Reader::new(bytes);
    let spend = Spend {
        txid: row.take()?,
        vin: row.take()?,
        place: row.place()?,
    };
    row.done(spend)
}

pub(crate) fn encode_owner(script: &ScriptBuf, totals: &ScriptTotals) -> Vec<u8> {
    Writer::default()
        .put(&totals.funded_count)
        .put(&totals.funded_grains)
        .put(&totals.spent_count)
        .put(&totals.spent_grains)
        .put(&totals.transactions)
        .put(script)
        .done()
}

pub(crate) fn decode_owner(bytes: &[u8]) -> Option<(ScriptBuf, ScriptTotals)> {
    let mut row = Reader::new(bytes);
    let totals = ScriptTotals {
        funded_count: row.take()?,
        funded_grains: row.take()?,
        spent_count: row.take()?,
        spent_grains: row.take()?,
        transactions: row.take()?,
    };
    let script = row.take()?;
    row.done((script, totals))
}
