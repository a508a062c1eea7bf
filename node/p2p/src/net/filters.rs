//! Filters of blocks, for light clients (BIP157): what they ask for, and not more of it at a time than they read.
use std::ops::RangeInclusive;

use bitcoin::BlockHash;
use bitcoin::bip158::FilterHeader;
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_filter::{
    CFCheckpt, CFHeaders, CFilter, GetCFCheckpt, GetCFHeaders, GetCFilters,
};
use moneta_chain::Height;

use super::serve::Cost;
use super::turn::Turn;
use super::{Goodbye, Network, PeerId};

/// The only kind of filter there is (BIP158).
const BASIC: u8 = 0;
/// Filters in one answer (BIP157).
const MAX_FILTERS: u32 = 1_000;
/// Filter headers in one answer (BIP157).
const MAX_FILTER_HEADERS: u32 = 2_000;
/// Blocks between two checkpoints (BIP157).
const CHECKPOINT_EVERY: usize = 1_000;
/// Questions for filters of one peer that wait for an answer.
pub(super) const MAX_OWED_FILTERS: usize = 100;
/// A filter is made of a block that is about so many times as long.
const BLOCK_TO_FILTER: usize = 32;

/// Filters that a peer asked for and has not got.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwedFilters {
    next: Height,
    last: Height,
    /// The block at the last height: once that is not in the chain any more, nobody waits for them.
    stop: BlockHash,
}

/// Why a question about filters has no answer.
enum Unanswered {
    /// Nobody who follows BIP157 asks this.
    Offence(&'static str),
    /// The block is not in the tip's chain, any more perhaps.
    Unknown,
}

impl Network {
    /// Answers `getcfilters`.
    pub(super) fn give_filters(&mut self, turn: &Turn<'_>, peer: PeerId, question: &GetCFilters) {
        let (start, stop) = (question.start_height, &question.stop_hash);
        match range(turn, question.filter_type, start, stop, MAX_FILTERS) {
            Ok(heights) => {
                let Some(session) = self.peers.get_mut(&peer) else {
                    return;
                };
                if session.owed_filters.len() >= MAX_OWED_FILTERS {
                    return self.hang_up(turn, peer, Goodbye::Greedy { what: "filters" });
                }
                let (next, last) = heights.into_inner();
                let stop = *stop;
                session
                    .owed_filters
                    .push_back(OwedFilters { next, last, stop });
                self.owe(peer);
            }
            Err(reason) => self.leave_unanswered(turn, peer, &reason),
        }
    }

    /// Sends the next filters of those that a peer asked for.
    pub(super) fn pay_filters(&mut self, turn: &Turn<'_>, peer: PeerId, cost: &mut Cost) {
        while !cost.is_all()
            && let Some(session) = self.peers.get_mut(&peer)
            && let Some(owed) = session.owed_filters.pop_front()
        {
            if turn.node.id_on_active(owed.last) != Some(owed.stop) {
                continue;
            }
            if owed.next < owed.last {
                session.owed_filters.push_front(OwedFilters {
                    next: owed.next.next(),
                    ..owed
                });
            }
            let id = turn.node.id_on_active(owed.next);
            let filter = id.and_then(|id| turn.node.filter(&id));
            if let (Some(block_hash), Some(filter)) = (id, filter) {
                cost.add_block(filter.content.len() * BLOCK_TO_FILTER);
                let answer = CFilter {
                    filter_type: BASIC,
                    block_hash,
                    filter: filter.content,
                };
                self.send(peer, NetworkMessage::CFilter(answer));
            }
        }
    }

    /// Answers `getcfheaders`.
    pub(super) fn give_filter_headers(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        question: &GetCFHeaders,
    ) {
        let (start, stop) = (question.start_height, &question.stop_hash);
        let heights = match range(turn, question.filter_type, start, stop, MAX_FILTER_HEADERS) {
            Ok(heights) => heights,
            Err(reason) => return self.leave_unanswered(turn, peer, &reason),
        };
        let (first, last) = heights.into_inner();
        let before = first.previous();
        let previous = before.map_or(Some(FilterHeader::all_zeros()), |height| {
            turn.node.filter_header(height)
        });
        let hashes: Option<Vec<_>> = (first.to_u32()..=last.to_u32())
            .map(|height| turn.node.filter_hash(Height::new(height)))
            .collect();
        // Another thread may have moved the tip meanwhile.
        let is_still_so = turn.node.id_on_active(last) == Some(question.stop_hash);
        if let (Some(previous_filter_header), Some(filter_hashes), true) =
            (previous, hashes, is_still_so)
        {
            let answer = CFHeaders {
                filter_type: BASIC,
                stop_hash: question.stop_hash,
                previous_filter_header,
                filter_hashes,
            };
            self.send(peer, NetworkMessage::CFHeaders(answer));
        }
    }

    /// Answers `getcfcheckpt`.
    pub(super) fn give_filter_checkpoints(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        question: &GetCFCheckpt,
    ) {
        let stop = &question.stop_hash;
        let heights = match range(turn, question.filter_type, 0, stop, u32::MAX) {
            Ok(heights) => heights,
            Err(reason) => return self.leave_unanswered(turn, peer, &reason),
        };
        let last = heights.end().to_u32();
        let filter_headers: Option<Vec<_>> = (0..=last)
            .step_by(CHECKPOINT_EVERY)
            .skip(1)
            .map(|height| turn.node.filter_header(Height::new(height)))
            .collect();
        let is_still_so = turn.node.id_on_active(*heights.end()) == Some(*stop);
        if let (Some(filter_headers), true) = (filter_headers, is_still_so) {
            let answer = CFCheckpt {
                filter_type: BASIC,
                stop_hash: question.stop_hash,
                filter_headers,
            };
            self.send(peer, NetworkMessage::CFCheckpt(answer));
        }
    }

    fn leave_unanswered(&mut self, turn: &Turn<'_>, peer: PeerId, reason: &Unanswered) {
        if let Unanswered::Offence(code) = *reason {
            self.hang_up(turn, peer, Goodbye::BadRequest { code });
        }
    }
}

/// Returns which heights a question means.
fn range(
    turn: &Turn<'_>,
    filter_type: u8,
    start: u32,
    stop: &BlockHash,
    max: u32,
) -> Result<RangeInclusive<Height>, Unanswered> {
    if filter_type != BASIC {
        return Err(Unanswered::Offence("filter.unknown_type"));
    }
    let point = turn.node.header(stop).ok_or(Unanswered::Unknown)?;
    if turn.node.id_on_active(point.height) != Some(*stop) {
        return Err(Unanswered::Unknown);
    }
    let last = point.height.to_u32();
    let Some(count) = last.checked_sub(start) else {
        return Err(Unanswered::Offence("filter.start_above_stop"));
    };
    if count >= max {
        return Err(Unanswered::Offence("filter.too_many"));
    }
    Ok(Height::new(start)..=point.height)
}
