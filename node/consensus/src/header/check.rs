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
/// > 8.9 A seal MUST be checked last and in this order: length, parent known, time, bits, version, quick check
/// > (two Keccaks over the claimed mix), memory-hard check. [...]
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
/// > 8.6 A header's `bits` MUST be the target that ASERT yields for its parent: genesis' target times
/// > 2^((parent time - genesis time - 60 * parent height) / 7,200), computed as aserti3-2d does with integers,
/// > at least 1 and at most genesis' target. On the dev network `bits` is 0x207fffff always.
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
/// > 8.3 A header MUST name the block it is judged under as its parent. Its height is the parent's plus one;
/// > it is never read from the header.
pub(crate) fn check_parent(header: &Header, parent: &ParentBlock) -> Result<(), HeaderError> {
    let (expected, got) = (parent.id, header.prev_blockhash);
    if got != expected {
        return Err(HeaderError::WrongParent { expected, got });
    }
    Ok(())
}

/// # Consensus
/// > 8.4 A block's time MUST be above the median of the eleven blocks before it.
/// > 8.5 A block whose time is more than 120 s ahead of the reader's clock MUST be refused for now. It is not
/// > remembered as invalid, and its sender is not punished.
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
/// > 8.6 A header's `bits` MUST be the target that ASERT yields for its parent [...]
fn check_bits(header: &Header, parent: &ParentBlock, params: &Params) -> Result<(), HeaderError> {
    let (expected, got) = (required_bits(parent, params), header.bits);
    if got != expected {
        return Err(HeaderError::WrongBits { expected, got });
    }
    Ok(())
}

/// # Consensus
/// > 8.7 A header's version, read as a signed number, MUST be at least 4.
fn check_version(header: &Header) -> Result<(), HeaderError> {
    let version = header.version.to_consensus();
    if version < LEAST_VERSION {
        return Err(HeaderError::VersionTooLow { version });
    }
    Ok(())
}
