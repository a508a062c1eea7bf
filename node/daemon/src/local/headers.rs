//! Taking headers: proven without a lock, kept under one.
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use moneta_chain::{ChainWork, Height, SealedHeader};
use moneta_consensus::{HeaderError, check_unsealed_header};
use moneta_p2p::HeadersVerdict;

use super::core::Core;
use super::network::point;
use crate::chain::{Chain, OUT_OF_REACH};
use crate::proving::{prove_headers, threads};

/// A peer that sends this stands on a block that breaks a rule.
const ON_INVALID: &str = "block.on_invalid";

impl Core {
    /// Verifies headers that follow one another, seals included, and keeps those that are at most `max_ahead` above the
    /// tip. Those that are known are not verified again.
    pub(super) fn accept_headers(
        &self,
        headers: &[SealedHeader],
        max_ahead: u32,
    ) -> HeadersVerdict {
        // One run at a time, so that no header is verified twice.
        let _proving = self.proving.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, parent, room, seals) = {
            let chain = &self.read().chain;
            let known = match count_known(chain, headers) {
                Ok(known) => known,
                Err(verdict) => return verdict,
            };
            let Some(fresh) = headers.get(known) else {
                return accepted(chain, headers, 0);
            };
            let Some(parent) = chain.as_parent(&fresh.header.prev_blockhash) else {
                return HeadersVerdict::Unconnected;
            };
            // Before anything is spent on its seals: no work could make the node follow.
            if chain.is_out_of_reach(&parent.id) {
                self.tell_out_of_reach(parent.height, chain.bedrock());
                return HeadersVerdict::Refused {
                    held: known,
                    code: OUT_OF_REACH,
                    is_offence: false,
                };
            }
            let highest = chain.tip().height.saturating_add(max_ahead);
            let room = highest.to_u32().saturating_sub(parent.height.to_u32());
            (known, parent, room, chain.seals().clone())
        };
        let fresh = headers.get(known..).unwrap_or_default();
        let room = usize::try_from(room).unwrap_or(usize::MAX).min(fresh.len());
        let run = fresh.get(..room).unwrap_or_default();
        let now = self.clock.now();
        let checked = prove_headers(run, &parent, now, &self.params, &*seals, threads());
        let held = checked.err().map_or(run.len(), |refused| refused.index);
        let kept = self.keep_headers(run.get(..held).unwrap_or_default());
        let refused = |held, code, is_offence| HeadersVerdict::Refused {
            held: known + held,
            code,
            is_offence,
        };
        match (kept, checked) {
            (Err(code), _) => refused(0, code, false),
            (Ok(kept), _) if kept < held => refused(kept, ON_INVALID, true),
            (Ok(_), Err(error)) => refused(held, error.error.code(), is_offence(&error.error)),
            (Ok(_), Ok(_)) if room < fresh.len() => refused(held, "header.too_far_ahead", false),
            (Ok(_), Ok(_)) => accepted(&self.read().chain, headers, held),
        }
    }

    /// Keeps verified headers; returns how many of them are not condemned with their parent meanwhile.
    fn keep_headers(&self, run: &[SealedHeader]) -> Result<usize, &'static str> {
        if run.is_empty() {
            return Ok(0);
        }
        let _turn = self.begin_write().map_err(|error| error.code())?;
        let chain = &mut self.write().chain;
        let mut kept = 0;
        for sealed in run {
            match chain.add_header(sealed) {
                Some(id) if !chain.is_condemned(&id) => kept += 1,
                Some(_) | None => break,
            }
        }
        chain.prune_headers();
        Ok(kept)
    }

    /// Says that there is a branch that the node can't follow: once, as whoever has it offers it again and again.
    pub(super) fn tell_out_of_reach(&self, parent: Height, bedrock: Height) {
        if !self.told_out_of_reach.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                code = OUT_OF_REACH, %parent, %bedrock,
                "a branch is offered that leaves our chain below what can be taken back here: it is not followed, whatever its work; if it is the network's chain, begin anew, with all blocks or a younger snapshot"
            );
        }
    }

    /// Returns the work that headers claim whose seals nobody has looked at; none if they could not be followed. One that
    /// is early ends the count.
    pub(super) fn claimed_work(&self, headers: &[SealedHeader]) -> Option<ChainWork> {
        let first = headers.first()?.header.prev_blockhash;
        let (mut parent, mut work) = {
            let chain = &self.read().chain;
            if chain.is_out_of_reach(&first) {
                return None;
            }
            (chain.as_parent(&first)?, chain.verified(&first)?.work)
        };
        let now = self.clock.now();
        for SealedHeader { header, .. } in headers {
            match check_unsealed_header(header, &parent, now, &self.params) {
                Ok(_) => {}
                Err(HeaderError::TimeTooNew { .. }) => break,
                Err(_) => return None,
            }
            parent = parent.child(header);
            work = work.saturating_add(ChainWork::of(header));
        }
        Some(work)
    }
}

/// Counts the headers at the beginning that are known.
fn count_known(chain: &Chain, headers: &[SealedHeader]) -> Result<usize, HeadersVerdict> {
    let Some(first) = headers.first() else {
        return Err(HeadersVerdict::Unconnected);
    };
    let mut parent = first.header.prev_blockhash;
    for (held, sealed) in headers.iter().enumerate() {
        let refused = |code| {
            Err(HeadersVerdict::Refused {
                held,
                code,
                is_offence: true,
            })
        };
        if sealed.header.prev_blockhash != parent {
            return refused("header.wrong_parent");
        }
        let id = sealed.header.block_hash();
        if chain.is_condemned(&id) {
            return refused("block.known_invalid");
        }
        if chain.verified(&id).is_none() {
            return if chain.is_condemned(&parent) {
                refused(ON_INVALID)
            } else {
                Ok(held)
            };
        }
        parent = id;
    }
    Ok(headers.len())
}

fn accepted(chain: &Chain, headers: &[SealedHeader], fresh: usize) -> HeadersVerdict {
    let last = headers.last().map(|sealed| sealed.header.block_hash());
    match last.and_then(|id| point(chain, &id)) {
        Some(last) => HeadersVerdict::Accepted { last, fresh },
        None => HeadersVerdict::Unconnected,
    }
}

/// Tells whether only a dishonest or broken peer sends a header that is refused for this.
const fn is_offence(error: &HeaderError) -> bool {
    match error {
        HeaderError::TimeTooNew { .. } | HeaderError::OverBudget => false,
        HeaderError::WrongParent { .. }
        | HeaderError::TimeTooOld { .. }
        | HeaderError::WrongBits { .. }
        | HeaderError::VersionTooLow { .. }
        | HeaderError::Seal(_) => true,
    }
}
