//! Mining on demand: template, seal, and the same way into the chain as any other block.
use std::sync::Arc;

use bitcoin::{Amount, BlockHash, Script, Transaction, Txid};
use moneta_consensus::{ScriptTrust, required_bits};
use moneta_node_api::{NodeError, Tip};
use moneta_store::Durability;

use super::core::{Core, Present};
use super::port::LocalNode;
use crate::chain::{ChainError, Offer};
use crate::mempool::{Contents, Room};
use crate::miner::{RESERVED_SIGOP_COST, RESERVED_WEIGHT, Template, assemble, commit_to_past};
use crate::rules;

/// How the transactions of a template are judged.
#[derive(Debug, Clone, Copy)]
enum Care {
    /// Scripts were verified when the pool took them.
    Usual,
    /// Everything again: the block of the usual template was invalid.
    Full,
    /// No transaction at all: even the careful block was invalid.
    Empty,
}

/// What the mempool would put into the next block, its coinbase left aside.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The block that it is for.
    pub parent: BlockHash,
    /// Parents before children.
    pub transactions: Vec<Arc<Transaction>>,
    /// What they pay together.
    pub fees: Amount,
}

impl LocalNode {
    /// Returns what would pay most in the next block. Costs what is chosen, not what waits.
    ///
    /// # Errors
    /// The node has stopped.
    pub async fn propose(&self) -> Result<Proposal, NodeError> {
        let proposal = self.work(|core| {
            let present = core.read();
            let contents = core.contents(&present, Care::Usual);
            Ok(Proposal {
                parent: present.chain.tip().id,
                transactions: contents.transactions,
                fees: contents.fees,
            })
        });
        proposal.await
    }
}

impl Core {
    /// Mines one block that pays `payout`, at the time that `time` picks from tip and clock.
    pub(super) fn mine_one(
        &self,
        payout: &Script,
        time: impl Fn(&Tip, u64) -> Result<u32, NodeError>,
    ) -> Result<BlockHash, NodeError> {
        let mut turn = self.begin_write()?;
        let mut code = "";
        for care in [Care::Usual, Care::Full, Care::Empty] {
            let now = self.clock.now();
            let (block, height, dropped) = {
                let present = self.read();
                let tip = present.chain.tip();
                let time = time(&tip, now)?;
                let contents = self.contents(&present, care);
                let parent = present.chain.parent();
                let template = Template {
                    version: present.chain.next_version(),
                    bits: required_bits(&parent, &self.params),
                    parent,
                    time,
                    transactions: contents
                        .transactions
                        .iter()
                        .map(|tx| Transaction::clone(tx))
                        .collect(),
                    fees: contents.fees,
                    payout: payout.to_owned(),
                };
                let mut block = assemble(template, &self.params);
                let committed = rules::commitments_of_template(&present.chain, &block);
                let committed =
                    committed.map(|commitments| commit_to_past(&mut block, &commitments));
                let block = committed.map(|()| block);
                (block, tip.height.next(), contents.dropped)
            };
            // What merely did not fit in this order is judged again with the new tip. Only a script is
            // not run again there.
            if matches!(care, Care::Full) {
                self.drop_from_pool(&dropped);
            }
            let offer = block.map_err(ChainError::from).and_then(|block| {
                let sealed = turn.sealer.seal(block, height);
                self.read().chain.judge(sealed, now)
            });
            match offer {
                Ok(Offer::Next(valid)) => {
                    let id = valid.id();
                    self.connect(*valid, Durability::Now)?;
                    // Somebody may have made the same block, and blocks on it may have waited for it here.
                    self.advance(&id, &mut turn.group, Durability::Now)?;
                    self.settle_group(&mut turn.group, Durability::Now)?;
                    return Ok(id);
                }
                Ok(Offer::Known | Offer::Beside(_)) => code = "block.unknown_parent",
                Err(error) => {
                    tracing::error!(%error, ?care, "the miner made an invalid block");
                    code = error.code();
                }
            }
        }
        Err(NodeError::InvalidTemplate { code })
    }

    fn contents(&self, present: &Present, care: Care) -> Contents {
        let room = Room {
            weight: self.params.max_block_weight - RESERVED_WEIGHT,
            sigop_cost: self.params.max_block_sigop_cost as u64 - RESERVED_SIGOP_COST,
        };
        let scripts = match care {
            Care::Usual => ScriptTrust::AssumeChecked,
            Care::Full => ScriptTrust::Verify,
            Care::Empty => return Contents::default(),
        };
        present.pool.contents(&present.chain, room, scripts)
    }

    fn drop_from_pool(&self, bad: &[(Txid, &'static str)]) {
        if bad.is_empty() {
            return;
        }
        {
            let mut present = self.write();
            for (txid, code) in bad {
                present.pool.drop_bad(txid, code);
            }
        }
        self.announce();
    }
}
