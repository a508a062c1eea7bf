//! Proofs from the tip (MIP-7): what whoever does not trust this node asks it for.
use std::sync::{Arc, RwLockReadGuard};

use bitcoin::block::Header;
use moneta_chain::{Height, SealedBlock};
use moneta_commitments::{
    CommitmentProof, Commitments, HistoryLeaf, HistoryProof, MapProof, registry_path,
};
use moneta_mips::{Key, Record, RegistryView};
use moneta_node_api::NodeError;

use super::core::{Core, Present};

/// Chain and pool, held.
type Reading<'a> = RwLockReadGuard<'a, Present>;

/// What the registry has under a key, proven by the tip.
#[derive(Debug, Clone)]
pub struct RecordProof {
    /// The tip.
    pub header: Header,
    /// What the tip commits to.
    pub tip: CommitmentProof,
    /// The record, or none.
    pub record: Option<Record>,
    /// Its way in the registry's map.
    pub map: MapProof,
}

/// An ancestor of the tip, proven by the tip.
#[derive(Debug, Clone)]
pub struct AncestorProof {
    /// The tip.
    pub header: Header,
    /// What the tip commits to.
    pub tip: CommitmentProof,
    /// The ancestor.
    pub ancestor: HistoryLeaf,
    /// Its way in the history.
    pub history: HistoryProof,
}

impl Core {
    /// Proves what is, or that nothing is, under a key of the registry; `None` at genesis, which commits to
    /// nothing.
    pub(super) fn prove_record(&self, key: &Key) -> Result<Option<RecordProof>, NodeError> {
        let (present, body) = self.read_with_tip()?;
        let Some((header, tip)) = prove_tip(&present, body) else {
            return Ok(None);
        };
        let registry = present.chain.commitments().registry();
        Ok(Some(RecordProof {
            header,
            tip,
            record: present.chain.state().registry().record(key),
            map: registry.prove(&registry_path(&key.encode())),
        }))
    }

    /// Proves that the block at a height is an ancestor of the tip; `None` if it is not below the tip.
    pub(super) fn prove_ancestor(
        &self,
        height: Height,
    ) -> Result<Option<AncestorProof>, NodeError> {
        let (present, body) = self.read_with_tip()?;
        let Some((header, tip)) = prove_tip(&present, body) else {
            return Ok(None);
        };
        let chain = &present.chain;
        let below_tip = chain.tip().height.to_u32();
        let history = chain.commitments().history();
        let history = history.prove_among_first(height.to_u32(), below_tip);
        let ancestor = chain.header_at(height);
        Ok(ancestor
            .zip(history)
            .map(|(ancestor, history)| AncestorProof {
                header,
                tip,
                ancestor: HistoryLeaf {
                    header: ancestor,
                    height,
                },
                history,
            }))
    }

    /// Reads tip and pool, and the tip's body: that one before, while nobody waits.
    fn read_with_tip(&self) -> Result<(Reading<'_>, Option<Arc<SealedBlock>>), NodeError> {
        loop {
            let (tip, body) = {
                let chain = &self.read().chain;
                let tip = chain.tip().id;
                (tip, chain.body(&tip))
            };
            let body = body.map(|body| body.read(&self.archive)).transpose();
            let body = body.map_err(|error| NodeError::Storage(error.to_string()))?;
            let present = self.read();
            if present.chain.tip().id == tip {
                return Ok((present, body));
            }
        }
    }
}

fn prove_tip(
    present: &Present,
    body: Option<Arc<SealedBlock>>,
) -> Option<(Header, CommitmentProof)> {
    let chain = &present.chain;
    let (tip, state) = (chain.tip(), chain.commitments());
    let commitments = Commitments {
        filter_header: state.filter_header_at(tip.height.previous()?)?,
        registry_root: state.registry().root(),
        history_root: state.history().root_of_first(tip.height.to_u32())?,
    };
    let body = body?;
    let proof = CommitmentProof::of(&body.block, commitments)?;
    Some((body.block.header, proof))
}
