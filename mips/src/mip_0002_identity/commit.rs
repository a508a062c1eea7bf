//! Commit, then reveal: a handle is taken by whoever committed to it unseen, not by who reads it in the mempool.
use moneta_chain::Height;

use super::IdentityError;
use super::record::COMMITMENT_BLOCKS;
use crate::case::{Case, inputs};
use crate::{Attachment, Commitment, IdentityId, RegisterIdentity};

/// Checks that the registration of `id` opens a commitment.
///
/// # Consensus
/// > 2.16 A RegisterIdentity MUST have an input that holds the commitment to it:
/// > `tagged_hash("moneta/commitment", SHA-256 of the script that gets the identity 32 || body of the operation)`.
/// >
/// > 2.17 That input's coin MUST be of an earlier block, and of one of the 1,440 blocks before the registration's.
pub(super) fn check_committed(
    case: &Case<'_>,
    id: &IdentityId,
    register: &RegisterIdentity,
) -> Result<(), IdentityError> {
    let missing = || IdentityError::NotCommitted {
        handle: register.handle.clone(),
    };
    let wanted = wanted(case, id, register).ok_or_else(missing)?;
    let holding = inputs(case.tx, case.spent)
        .filter(|(_, coin)| coin.attachment == Some(Attachment::Commitment { digest: wanted }));
    let mut refusal = missing();
    for (outpoint, coin) in holding {
        let made = coin.height;
        if is_open(made, case.height) {
            return Ok(());
        }
        refusal = match made >= case.height {
            true => IdentityError::CommitmentYoung { outpoint },
            false => IdentityError::CommitmentLapsed { outpoint, made },
        };
    }
    Err(refusal)
}

/// Tells whether a commitment of a block at height `made` can be opened in one at `here`.
pub fn is_open(made: Height, here: Height) -> bool {
    (1..=COMMITMENT_BLOCKS).contains(&here.blocks_since(made))
}

/// Tells whether a commitment of a block at height `made` can't be opened any more in one at `here`.
pub const fn has_lapsed(made: Height, here: Height) -> bool {
    here.blocks_since(made) > COMMITMENT_BLOCKS
}

/// Returns the commitment that the registration opens; `None` if no output gets the identity.
fn wanted(case: &Case<'_>, id: &IdentityId, register: &RegisterIdentity) -> Option<Commitment> {
    let mut allocations = case.envelope.allocations.iter();
    let held = Attachment::Identity { id: *id };
    let to = allocations.find(|one| one.attachment == held)?;
    let receiver = case.output(to.vout)?;
    Some(Commitment::to(register, &receiver.script_pubkey))
}
