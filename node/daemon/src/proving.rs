//! Proving the seals of many headers with all processors. A header of the main network takes a processor milliseconds.
use std::num::NonZero;
use std::thread::{available_parallelism, scope};

use moneta_chain::{Params, SealedHeader};
use moneta_consensus::{ParentBlock, RefusedHeader, SealBudget, check_headers};

/// Headers that one thread proves in a row.
const PIECE: usize = 64;
/// More threads than this are not started.
const MAX_THREADS: usize = 16;

/// Returns how many threads are of use here.
pub(crate) fn threads() -> usize {
    available_parallelism()
        .map_or(1, NonZero::get)
        .min(MAX_THREADS)
}

/// Checks headers as [`check_headers`] does, with the same verdict. Beyond a bad one no more is spent than was proven
/// before it, and at most one piece for each thread.
///
/// # Errors
/// The first header that is refused, and why. Those before it hold.
pub(crate) fn prove_headers(
    mut run: &[SealedHeader],
    parent: &ParentBlock,
    now: u64,
    params: &Params,
    budget: &(impl SealBudget + Sync),
    threads: usize,
) -> Result<(), RefusedHeader> {
    let (mut parent, mut held) = (*parent, 0);
    // Who begins with a forged header has no more spent on it than one thread would.
    let mut width = 1;
    while !run.is_empty() {
        // Nothing is asked of an epoch before a header next to it was verified.
        let into_epoch = parent.height.next().to_u32() % params.epoch_length;
        let left = usize::try_from(params.epoch_length - into_epoch).unwrap_or(usize::MAX);
        let (round, rest) = run.split_at(run.len().min(left).min(width * PIECE));
        let mut pieces = Vec::new();
        for piece in round.chunks(PIECE) {
            pieces.push((piece, parent));
            parent = piece
                .iter()
                .fold(parent, |at, sealed| at.child(&sealed.header));
        }
        let check = |(piece, parent): (&[SealedHeader], ParentBlock)| {
            check_headers(piece, &parent, now, params, budget).map(|_| ())
        };
        let verdicts: Vec<Result<(), RefusedHeader>> = scope(|scope| {
            let others: Vec<_> = pieces.split_off(1.min(pieces.len()));
            let others: Vec<_> = others
                .into_iter()
                .map(|piece| scope.spawn(move || check(piece)))
                .collect();
            let own = pieces.into_iter().map(check);
            let mut verdicts: Vec<_> = own.collect();
            let others = others.into_iter().map(|other| other.join());
            verdicts.extend(others.map(|verdict| verdict.expect("a check does not panic")));
            verdicts
        });
        for (place, verdict) in verdicts.into_iter().enumerate() {
            verdict.map_err(|refused| RefusedHeader {
                index: held + place * PIECE + refused.index,
                ..refused
            })?;
        }
        held += round.len();
        run = rest;
        width = (width * 2).min(threads);
    }
    Ok(())
}
