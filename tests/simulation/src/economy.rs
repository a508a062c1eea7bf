//! Who pays whom: payments, gold that is issued, moved, frozen and released. All coins are anybody's, so every node of
//! the simulation may spend them.
use std::collections::BTreeSet;

use bitcoin::absolute::LockTime;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness, transaction,
};
use moneta_chain::{Height, SealedBlock};
use moneta_mips::{
    Allocation, AssetId, Attachment, Coin, Envelope, Freeze, Holders, IssueAsset, Operation,
    Reason, Rights, Tier,
};

use crate::node::params;
use crate::world::World;

/// Grains on a coin that holds gold.
const CARRIED: u64 = 10_000;
/// What an issue burns, and a freeze of [`FROZEN_FOR`] blocks.
const ISSUE_PRICE: u64 = 2_000_000;
const FREEZE_PRICE: u64 = 100_000;
const FROZEN_FOR: u32 = 30;
/// Known coins that are looked at for one transaction.
const LOOKS: u64 = 40;

/// What there is to spend, somewhere.
#[derive(Default)]
pub(crate) struct Economy {
    coins: Vec<OutPoint>,
    known: BTreeSet<OutPoint>,
    issues: u64,
}

impl Economy {
    pub(crate) fn note_block(&mut self, block: &SealedBlock) {
        for tx in &block.block.txdata {
            self.note_transaction(tx);
        }
    }

    pub(crate) fn note_transaction(&mut self, tx: &Transaction) {
        let txid = tx.compute_txid();
        for (vout, output) in (0..).zip(&tx.output) {
            let coin = OutPoint::new(txid, vout);
            if !output.script_pubkey.is_op_return() && self.known.insert(coin) {
                self.coins.push(coin);
            }
        }
    }
}

/// A coin that a node knows as unspent.
struct Found {
    outpoint: OutPoint,
    coin: Coin,
}

impl Found {
    fn value(&self) -> u64 {
        self.coin.output.value.to_sat()
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    Pay,
    Issue,
    Move,
    Freeze,
    Release,
}

impl World<'_> {
    /// Lets somebody do something by a node; it may be refused, as on a real network.
    pub(crate) fn do_deed(&mut self, node: usize, deed: Deed) {
        let tx = match deed {
            Deed::Pay => self.payment(node),
            Deed::Issue => self.issue(node),
            Deed::Move => self.movement(node),
            Deed::Freeze => self.freeze(node, true),
            Deed::Release => self.freeze(node, false),
        };
        if let Some(tx) = tx {
            self.submit(node, &tx);
        }
    }

    /// Returns a payment of a plain coin.
    pub(crate) fn payment(&mut self, node: usize) -> Option<Transaction> {
        let coin = self.find(node, |coin| is_plain(coin, 20_000))?;
        let outputs = 1 + self.random.below(3);
        let fee = 500 + self.random.below(5_000);
        let each = (coin.value() - fee) / outputs;
        let values = vec![each; usize::try_from(outputs).ok()?];
        Some(spend(&[coin], &values, None))
    }

    /// Returns a payment of a coin that nobody has spent yet, in no mempool either: nothing stands against it.
    pub(crate) fn undisputed_payment(&mut self, node: usize) -> Option<Transaction> {
        let mut spent = BTreeSet::new();
        for running in self.nodes.iter().filter_map(|node| node.running.as_ref()) {
            running.port.each_waiting(&mut |_, tx| {
                spent.extend(tx.input.iter().map(|input| input.previous_output));
            });
        }
        for _ in 0..LOOKS {
            let tx = self.payment(node)?;
            if tx
                .input
                .iter()
                .all(|input| !spent.contains(&input.previous_output))
            {
                return Some(tx);
            }
        }
        None
    }

    fn issue(&mut self, node: usize) -> Option<Transaction> {
        let coin = self.find(node, |coin| is_plain(coin, ISSUE_PRICE + 100_000))?;
        self.economy.issues += 1;
        let initial = 1_000 + self.random.below(100_000);
        let issue = IssueAsset {
            symbol: format!("GOLD{}", self.economy.issues % 1_000),
            issuer: None,
            decimals: 3,
            initial,
            cap: initial,
            powers: Rights::FREEZE,
            holders: Holders::Open,
            name: "Gold, grams".into(),
            contract_hash: [1; 32],
        };
        let asset = AssetId::derive(&coin.outpoint, 0, &issue);
        let envelope = Envelope {
            allocations: vec![units(asset, 0, initial), right(asset, Rights::FREEZE, 1)],
            operations: vec![Operation::IssueAsset(issue)],
        };
        Some(carry(&[coin], &[CARRIED, CARRIED], &envelope, ISSUE_PRICE))
    }

    fn movement(&mut self, node: usize) -> Option<Transaction> {
        let gold = self.find(node, |coin| {
            matches!(coin.attachment, Some(Attachment::Asset { .. }))
        })?;
        let Some(Attachment::Asset { id, amount }) = gold.coin.attachment else {
            return None;
        };
        let fee_coin = self.find(node, |coin| is_plain(coin, 50_000))?;
        let part = self.random.below(amount);
        let envelope = |allocations| Envelope {
            allocations,
            operations: Vec::new(),
        };
        Some(if part == 0 {
            let envelope = envelope(vec![units(id, 0, amount)]);
            carry(&[gold, fee_coin], &[CARRIED], &envelope, 0)
        } else {
            let envelope = envelope(vec![units(id, 0, part), units(id, 1, amount - part)]);
            carry(&[gold, fee_coin], &[CARRIED, CARRIED], &envelope, 0)
        })
    }

    fn freeze(&mut self, node: usize, begins: bool) -> Option<Transaction> {
        let authority = self.find(node, |coin| {
            matches!(coin.attachment, Some(Attachment::Authority { .. }))
        })?;
        let Some(Attachment::Authority { asset, rights }) = authority.coin.attachment else {
            return None;
        };
        let target = self.find(
            node,
            |coin| matches!(coin.attachment, Some(Attachment::Asset { id, .. }) if id == asset),
        )?;
        let fee_coin = self.find(node, |coin| is_plain(coin, FREEZE_PRICE + 50_000))?;
        let height = self.tip(node)?.height;
        let targets = vec![target.outpoint].into();
        let operation = if begins {
            Operation::Freeze(Freeze {
                asset,
                targets,
                tier: Tier::Emergency,
                stop: Height::new(height.to_u32() + FROZEN_FOR),
                reason: Reason::TheftReport,
                jurisdiction: *b"CH",
                document: [0; 32],
            })
        } else {
            Operation::Unfreeze { asset, targets }
        };
        let envelope = Envelope {
            allocations: vec![right(asset, rights, 0)],
            operations: vec![operation],
        };
        let price = if begins { FREEZE_PRICE } else { 0 };
        Some(carry(&[authority, fee_coin], &[CARRIED], &envelope, price))
    }

    /// Looks for a coin of this kind that is unspent in a node's chain and ripe.
    fn find(&mut self, node: usize, is_wanted: impl Fn(&Coin) -> bool) -> Option<Found> {
        let next = self.tip(node)?.height.next();
        for _ in 0..LOOKS {
            let count = self.economy.coins.len().max(1) as u64;
            let index = usize::try_from(self.random.below(count)).ok()?;
            let outpoint = *self.economy.coins.get(index)?;
            let Some(coin) = self.coin(node, outpoint) else {
                continue;
            };
            let ripens = coin.height.saturating_add(params().coinbase_maturity);
            if (!coin.coinbase || ripens <= next) && is_wanted(&coin) {
                return Some(Found { outpoint, coin });
            }
        }
        None
    }
}

fn is_plain(coin: &Coin, least: u64) -> bool {
    coin.attachment.is_none() && coin.output.value.to_sat() >= least
}

fn true_script() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}

/// A script that anybody can spend from.
pub(crate) fn anyone() -> ScriptBuf {
    true_script().to_p2wsh()
}

const fn units(id: AssetId, vout: u32, amount: u64) -> Allocation {
    let attachment = Attachment::Asset { id, amount };
    Allocation { vout, attachment }
}

const fn right(asset: AssetId, rights: Rights, vout: u32) -> Allocation {
    let attachment = Attachment::Authority { asset, rights };
    Allocation { vout, attachment }
}

/// Spends coins into outputs of these values, one for the change, and an envelope that burns `price`.
fn carry(coins: &[Found], values: &[u64], envelope: &Envelope, price: u64) -> Transaction {
    let total: u64 = coins.iter().map(Found::value).sum();
    let change = total - values.iter().sum::<u64>() - price - 3_000;
    let values: Vec<u64> = values.iter().copied().chain([change]).collect();
    spend(coins, &values, Some((envelope, price)))
}

fn spend(coins: &[Found], values: &[u64], envelope: Option<(&Envelope, u64)>) -> Transaction {
    let input = |coin: &Found| TxIn {
        previous_output: coin.outpoint,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::from_slice(&[true_script().as_bytes()]),
    };
    let plain = values.iter().map(|value| TxOut {
        value: Amount::from_sat(*value),
        script_pubkey: anyone(),
    });
    let carried = envelope.map(|(envelope, price)| TxOut {
        value: Amount::from_sat(price),
        script_pubkey: envelope.to_script(),
    });
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: coins.iter().map(input).collect(),
        output: plain.chain(carried).collect(),
    }
}
