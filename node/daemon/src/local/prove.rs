//! Proofs from the tip (MIP-7): what whoever does not trust this node asks it for.
use bitcoin::block::Header;
use moneta_chain::Height;
use moneta_commitments::{
    CommitmentProof, Commitments, HistoryLeaf, HistoryProof, MapProof, registry_path,
};
use moneta_mips::{Key, Record, RegistryView};
use moneta_node_api::NodeError;

use super::core::{Core, Present};

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
        let present = self.read();
        let Some((header, tip)) = self.prove_tip(&present)? else {
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
        let present = self.read();
        let Some((header, tip)) = self.prove_tip(&present)? else {
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

    fn prove_tip(&self, present: &Present) -> Result<Option<(Header, CommitmentProof)>, NodeError> {
        let chain = &present.chain;
        let (tip, state) = (chain.tip(), chain.commitments());
        let Some(parent) = tip.height.previous() else {
            return Ok(None);
        };
        let body = chain.body(&tip.id, &self.archive);
        let body = body.map_err(|error| NodeError::Storage(error.to_string()))?;
        let parts = state
            .filter_header_at(parent)
            .zip(state.history().root_of_first(tip.height.to_u32()));
        Ok(body
            .zip(parts)
            .and_then(|(body, (filter_header, history_root))| {
                let commitments = Commitments {
                    filter_header,
                    registry_root: state.registry().root(),
                    history_root,
                };
                let proof = CommitmentProof::of(&body.block, commitments)?;
                Some((body.block.header, proof))
            }))
    }
}
