//! Many headers at once, as header sync receives them: cheap checks of all, then seals side by side.
use moneta_chain::{Params, SealedHeader};

use super::{HeaderError, ParentBlock, SealBudget, check_unsealed_header, seal};

/// Seals that are proven together. After a bad one nothing beyond its batch is spent.
const BATCH: usize = 64;

/// The first header of a run that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("header {index} of the run: {error}")]
pub struct RefusedHeader {
    /// How many headers before it hold, seals included: they may be kept.
    pub index: usize,
    /// The rule that it breaks.
    #[source]
    pub error: HeaderError,
}

/// Checks headers that stand on one another, the first on `parent`, which is verified. Returns the last of
/// them as the parent of what comes next. `now` is the reader's time in seconds since 1970.
///
/// Headers known already are the caller's to leave aside: a verified header is never verified twice.
///
/// # Errors
/// The first header that is refused, and why. Those before it hold.
///
/// # Consensus
/// > 8.9 A seal MUST be checked last and in this order: length, parent known, time, bits, version, quick check
/// > (two Keccaks over the claimed mix), memory-hard check. [...]
pub fn check_headers(
    run: &[SealedHeader],
    parent: &ParentBlock,
    now: u64,
    params: &Params,
    budget: &dyn SealBudget,
) -> Result<ParentBlock, RefusedHeader> {
    let (cheap, last, stopped) = check_cheaply(run, parent, now, params);
    let mut verified = parent.height;
    let mut proven: usize = 0;
    for batch in batches(cheap, parent, params) {
        seal::check_fully(batch, verified, params, budget).map_err(|(index, error)| {
            let index = proven.saturating_add(index);
            RefusedHeader { index, error }
        })?;
        proven = proven.saturating_add(batch.len());
        verified = verified.saturating_add(u32::try_from(batch.len()).unwrap_or(u32::MAX));
    }
    match stopped {
        Some(error) => Err(RefusedHeader {
            index: proven,
            error,
        }),
        None => Ok(last),
    }
}

/// Checks all but the memory-hard part. Returns the headers that hold so far, the last of them as a parent,
/// and what is wrong with the next.
fn check_cheaply<'a>(
    run: &'a [SealedHeader],
    parent: &ParentBlock,
    now: u64,
    params: &Params,
) -> (&'a [SealedHeader], ParentBlock, Option<HeaderError>) {
    let mut last = *parent;
    for (index, sealed) in run.iter().enumerate() {
        let checked = check_unsealed_header(&sealed.header, &last, now, params)
            .and_then(|_| Ok(seal::check_quickly(sealed)?));
        if let Err(error) = checked {
            return (run.get(..index).unwrap_or_default(), last, Some(error));
        }
        last = last.child(&sealed.header);
    }
    (run, last, None)
}

/// Cuts a run into batches of one epoch each.
fn batches<'a>(
    mut run: &'a [SealedHeader],
    parent: &ParentBlock,
    params: &Params,
) -> impl Iterator<Item = &'a [SealedHeader]> {
    let mut height = parent.height.next();
    let epoch_length = params.epoch_length;
    std::iter::from_fn(move || {
        let into_epoch = height.to_u32().checked_rem(epoch_length)?;
        let left = usize::try_from(epoch_length.saturating_sub(into_epoch)).unwrap_or(BATCH);
        let (batch, rest) = run.split_at_checked(left.min(BATCH).min(run.len()))?;
        run = rest;
        height = height.saturating_add(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        (!batch.is_empty()).then_some(batch)
    })
}
