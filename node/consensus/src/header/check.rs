//! The rules of a header, cheap ones first.
use bitcoin::block::Header;
use bitcoin::{CompactTarget, Target};
use moneta_chain::{Difficulty, Height, Params, SealedHeader};

use super::{HeaderError, ParentBlock, SealBudget, seal};
use crate::{Anchor, Asert};

/// The first version whose blocks obey BIP34, BIP65 and BIP66.
const LEAST_VERSION: i32 = 4;

/// Checks a header with its seal and returns its height. `now` is the reader's time in seconds since 1970.
///
/// # Errors
/// The first rule it breaks. [`HeaderError::condemns_id`] tells whether the id is to blame.
///
/// # Consensus
/// > A seal MUST be checked in this order: length, parent known, time, bits, version, quick check (two
/// > Keccaks over the claimed mix), memory-hard check. (MIP-8, rule 6)
pub fn check_header(
    sealed: &SealedHeader,
    parent: &ParentBlock,
    now: u64,
    params: &Params,
    budget: &dyn SealBudget,
) -> Result<Height, HeaderError> {
    let height = check_unsealed_header(&sealed.header, parent, now, params)?;
    seal::check_quickly(sealed)?;
    let one = std::slice::from_ref(sealed);
    seal::check_fully(one, parent.height, params, budget).map_err(|(_, error)| error)?;
    Ok(height)
}

/// Checks all that can be known about a header without its seal, and returns its height.
///
/// # Errors
/// The first rule it breaks.
pub fn check_unsealed_header(
    header: &Header,
    parent: &ParentBlock,
    now: u64,
    params: &Params,
) -> Result<Height, HeaderError> {
    check_parent(header, parent)?;
    check_time(header, parent, now, params)?;
    check_bits(header, parent, params)?;
    check_version(header)?;
    Ok(parent.height.next())
}

/// Returns the bits that the child of `parent` must carry.
///
/// # Consensus
/// > A header's `bits` MUST be the target that ASERT yields for its parent, anchored at genesis. On the dev
/// > network `bits` is 0x207fffff always. (MIP-8, rule 10)
pub fn required_bits(parent: &ParentBlock, params: &Params) -> CompactTarget {
    let easiest = params.easiest_bits();
    let Difficulty::Asert { spacing, half_life } = params.difficulty else {
        return easiest;
    };
    let rule = Asert {
        anchor: Anchor {
            height: Height::GENESIS,
            parent_time: params.genesis.header.time.saturating_sub(spacing),
            bits: easiest,
        },
        spacing,
        half_life,
        limit: Target::from_compact(easiest),
    };
    rule.next_bits(parent.height, parent.time())
}

/// # Consensus
/// > The height is the parent's plus one; it is never read from the header. (MIP-8, rule 4)
fn check_parent(header: &Header, parent: &ParentBlock) -> Result<(), HeaderError> {
    let (expected, got) = (parent.id, header.prev_blockhash);
    if got != expected {
        return Err(HeaderError::WrongParent { expected, got });
    }
    Ok(())
}

/// # Consensus
/// > A block's time MUST be above the median of the eleven blocks before it. (MIP-8, rule 8)
/// > A block whose time is more than 120 s ahead of the reader's clock is refused for now. (MIP-8, rule 9)
fn check_time(
    header: &Header,
    parent: &ParentBlock,
    now: u64,
    params: &Params,
) -> Result<(), HeaderError> {
    let (time, median_time) = (header.time, parent.median_time());
    if time <= median_time {
        return Err(HeaderError::TimeTooOld { time, median_time });
    }
    let latest = now.saturating_add(u64::from(params.max_future_seconds));
    if u64::from(time) > latest {
        return Err(HeaderError::TimeTooNew { time, latest });
    }
    Ok(())
}

/// # Consensus
/// > A header's `bits` MUST be the target that the rule yields for its parent. (MIP-8, rule 10)
fn check_bits(header: &Header, parent: &ParentBlock, params: &Params) -> Result<(), HeaderError> {
    let (expected, got) = (required_bits(parent, params), header.bits);
    if got != expected {
        return Err(HeaderError::WrongBits { expected, got });
    }
    Ok(())
}

/// # Consensus
/// > Blocks with version below 2 (BIP34), 3 (BIP66) and 4 (BIP65) are invalid once those rules are active:
/// > here, from the first block on.
fn check_version(header: &Header) -> Result<(), HeaderError> {
    let version = header.version.to_consensus();
    if version < LEAST_VERSION {
        return Err(HeaderError::VersionTooLow { version });
    }
    Ok(())
}
