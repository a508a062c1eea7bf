//! The node as the network sees it: headers first, bodies in any order, and what peers are told.

mod bodies;
mod headers;
mod orders;
mod proving;
mod telling;

use std::sync::Arc;

use moneta_chain::{Height, SealedBlock, SealedHeader};
use moneta_node_api::NodeApi;
use moneta_p2p::{BlockVerdict, HeadersVerdict, NodePort};

use super::fixture::Fixture;

pub(super) type Port = Arc<dyn NodePort + Send + Sync>;

/// A node with blocks, and one at genesis that is to hear of them.
pub(super) async fn pair(blocks: u32) -> (Fixture, Fixture, Vec<SealedBlock>) {
    let (one, two) = (Fixture::fresh(), Fixture::fresh());
    one.mine(blocks).await;
    let blocks = chain_of(&one).await;
    (one, two, blocks)
}

/// The best chain of a node above genesis.
pub(super) async fn chain_of(fixture: &Fixture) -> Vec<SealedBlock> {
    let mut blocks = Vec::new();
    for height in 1..=fixture.height().await {
        let id = fixture.node.block_id_at(Height::new(height)).await.unwrap();
        blocks.push(fixture.block(id).await);
    }
    blocks
}

pub(super) fn headers(blocks: &[SealedBlock]) -> Vec<SealedHeader> {
    blocks.iter().map(SealedBlock::sealed_header).collect()
}

pub(super) fn accept(port: &Port, blocks: &[SealedBlock]) -> usize {
    match port.accept_headers(&headers(blocks)) {
        HeadersVerdict::Accepted { last, fresh } => {
            assert_eq!(Some(last.id), blocks.last().map(SealedBlock::id));
            fresh
        }
        other => panic!("{other:?}"),
    }
}

/// How many headers hold, the rule that the next one breaks, and whether that is an offence.
pub(super) fn refusal(port: &Port, headers: &[SealedHeader]) -> (usize, &'static str, bool) {
    match port.accept_headers(headers) {
        HeadersVerdict::Refused {
            held,
            code,
            is_offence,
        } => (held, code, is_offence),
        other => panic!("{other:?}"),
    }
}

pub(super) fn give(port: &Port, block: &SealedBlock) -> BlockVerdict {
    port.accept_block(block.block.clone())
}

pub(super) fn seals_checked(fixture: &Fixture) -> u64 {
    fixture.node.core.read().chain.seals().checked()
}
