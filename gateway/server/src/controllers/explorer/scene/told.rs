//! A transaction with all that is known of it, waiting or confirmed, and how pages tell it.
use std::collections::BTreeMap;

use bitcoin::{Amount as Grains, OutPoint, Transaction, Txid};
use moneta_index::{IndexError, IndexedTransaction};
use moneta_mips::{Attachment, Coin, FoundEnvelope, find_envelope};
use moneta_node_api::MempoolEntry;
use moneta_pages::format::Moment;
use moneta_pages::parts::Standing;

use super::Scene;

/// A transaction with all that is known of it.
pub(crate) struct Told {
    /// Its id.
    pub(crate) txid: Txid,
    /// The transaction.
    pub(crate) transaction: Transaction,
    /// The coins it spends, in input order; none for a coinbase.
    pub(crate) spent: Vec<Coin>,
    /// What its outputs hold.
    pub(crate) attachments: BTreeMap<u32, Attachment>,
    /// Its fee in grains.
    pub(crate) fee: Grains,
    /// Where it stands.
    pub(crate) standing: Standing,
    /// Its envelope.
    pub(crate) envelope: Option<FoundEnvelope>,
}

impl Told {
    /// Tells whether it makes new coins.
    pub(crate) fn is_coinbase(&self) -> bool {
        self.transaction.is_coinbase()
    }

    /// Names one of its outputs.
    pub(crate) const fn outpoint(&self, vout: u32) -> OutPoint {
        OutPoint {
            txid: self.txid,
            vout,
        }
    }
}

impl Scene {
    /// Returns a transaction of the chain or, failing that, of the mempool.
    pub(crate) fn tell(&self, txid: &Txid) -> Result<Option<Told>, IndexError> {
        if let Some(found) = self.view.transaction(txid)? {
            return Ok(Some(self.tell_confirmed(found)));
        }
        Ok(self
            .pending
            .transaction(txid)
            .map(|entry| tell_waiting(entry)))
    }

    fn tell_confirmed(&self, found: IndexedTransaction) -> Told {
        Told {
            envelope: find_envelope(&found.transaction).ok().flatten(),
            standing: Standing::Confirmed {
                height: found.place.height.to_u32(),
                block: found.block.to_string(),
                moment: Moment(u64::from(found.time)),
                confirmations: self.confirmations(found.place.height),
            },
            txid: found.txid,
            transaction: found.transaction,
            spent: found.spent,
            attachments: found.attachments,
            fee: found.fee,
        }
    }
}

/// Tells a transaction of the mempool.
pub(crate) fn tell_waiting(entry: &MempoolEntry) -> Told {
    Told {
        txid: entry.txid,
        transaction: entry.transaction.as_ref().clone(),
        spent: entry.spent.clone(),
        attachments: entry.attachments.clone(),
        fee: entry.fee,
        standing: Standing::Waiting {
            arrived: Moment(entry.arrived),
        },
        envelope: find_envelope(&entry.transaction).ok().flatten(),
    }
}
