//! What a later block may cure: which refusals of a transaction that was good once may pass by themselves.
//!
//! A reorganisation gives the transactions of several blocks back at once, and each is judged by what the tip's registry
//! says now: what rested on an operation of the block before it (a renewal on its registration, a mint on a burn) waits
//! until that is mined again. Each rule has its answer, so a new rule asks for one; those that look at nothing but the
//! transaction and the coins it spends never change their mind.
use moneta_consensus::TransactionError;
use moneta_mips::{AssetError, FreezeError, HoldingError, IdentityError, MipError};

/// Tells whether a transaction that was good and is refused for this may be good in a later block of the same chain.
pub(super) const fn may_pass(error: &TransactionError) -> bool {
    match error {
        TransactionError::NotFinal { .. }
        | TransactionError::ImmatureCoinbase { .. }
        | TransactionError::LockedUntilHeight { .. }
        | TransactionError::LockedUntilTime { .. } => true,
        TransactionError::Mip(MipError::Freezing(error)) => freezing(error),
        TransactionError::Mip(MipError::Identity(error)) => identity(error),
        TransactionError::Mip(MipError::Assets(error)) => assets(error),
        TransactionError::Mip(MipError::Holding(error)) => holding(error),
        // A number that is taken stays taken, as do an edition and a description; the rest is in the transaction.
        TransactionError::Mip(
            MipError::Envelope(_) | MipError::Unique(_) | MipError::Notarisation(_),
        )
        | TransactionError::NoInputs
        | TransactionError::NoOutputs
        | TransactionError::TooLarge { .. }
        | TransactionError::Is64Bytes
        | TransactionError::OutputAboveLimit { .. }
        | TransactionError::OutputsAboveLimit
        | TransactionError::DuplicateInput { .. }
        | TransactionError::NullInput { .. }
        | TransactionError::CoinbaseScriptLength { .. }
        | TransactionError::Coinbase
        | TransactionError::MissingInput { .. }
        | TransactionError::InputsAboveLimit
        | TransactionError::OutputsAboveInputs { .. }
        | TransactionError::TooManyExecutedSigops { .. }
        | TransactionError::ScriptFailed { .. } => false,
    }
}

const fn freezing(error: &FreezeError) -> bool {
    match error {
        // A freeze stops, or its block was taken back.
        FreezeError::CoinFrozen { .. }
        // The ORDER, or the coin, comes of age.
        | FreezeError::OrderTooYoung { .. }
        // On a lower tip of more work the same heights lie further ahead.
        | FreezeError::StopTooFar { .. }
        | FreezeError::EmergencyUsed { .. }
        // COMPLIANCE was renounced in a block that was taken back, or the ORDER stops.
        | FreezeError::OrderStands { .. }
        // The coin was spent in such a block, and nobody had to stand up for it.
        | FreezeError::NotTheHolder { .. } => true,
        FreezeError::TargetCount { .. }
        | FreezeError::StopPassed { .. }
        | FreezeError::JurisdictionMalformed
        | FreezeError::DocumentMissing
        | FreezeError::PauseContested { .. }
        | FreezeError::TransferNotAlone { .. }
        | FreezeError::NothingToTransfer { .. } => false,
    }
}

const fn identity(error: &IdentityError) -> bool {
    match error {
        // The registration, renewal, update or recovery before it was in a block that was taken back.
        IdentityError::IdentityUnknown { .. }
        | IdentityError::NothingToRenew
        | IdentityError::NotInForce { .. }
        | IdentityError::NotRecovery { .. }
        | IdentityError::RecoveryNotReady { .. }
        // So was the claim that emptied a coin which it spends.
        | IdentityError::IdentityLost { .. }
        | IdentityError::CommitmentYoung { .. }
        // On a lower tip of more work ten years end earlier.
        | IdentityError::RenewedTooFar { .. } => true,
        // Somebody has the handle: this is a race that is lost.
        IdentityError::HandleTaken { .. }
        | IdentityError::HandleConfusable { .. }
        | IdentityError::HandleMalformed
        | IdentityError::NotHeld { .. }
        | IdentityError::ClaimedElsewhere { .. }
        | IdentityError::NotCommitted { .. }
        | IdentityError::CommitmentLapsed { .. }
        | IdentityError::DocumentTooLong { .. }
        | IdentityError::IdentityFromNothing { .. }
        | IdentityError::IdentityTwice { .. } => false,
    }
}

const fn assets(error: &AssetError) -> bool {
    match error {
        // A coin of the next block's matures in the one after.
        AssetError::RoleImmature { .. }
        // The issue, or the burn that makes room below the cap, was in a block that was taken back.
        | AssetError::AssetUnknown { .. }
        | AssetError::CapExceeded { .. }
        // So was the claim that emptied a coin which it spends as plain.
        | AssetError::EnvelopeMissing { .. }
        // So was the Renounce of FREEZE after which a coin may hold more.
        | AssetError::TooManyGrains { .. }
        // An Unfreeze of what is over takes no right, and on a lower tip it is not over.
        | AssetError::RightMissing { .. }
        // Prices fall with height only.
        | AssetError::PriceNotPaid { .. } => true,
        AssetError::CoinbaseEnvelope { .. }
        | AssetError::OutputMissing { .. }
        | AssetError::OutputUnspendable { .. }
        | AssetError::AmountZero { .. }
        | AssetError::RightsNone { .. }
        // Units that were taken by force don't come back.
        | AssetError::NotConserved { .. }
        | AssetError::RightFromNothing { .. }
        | AssetError::RightLost { .. }
        | AssetError::RightTwice { .. }
        | AssetError::RightNotReturned { .. }
        | AssetError::SymbolMalformed
        | AssetError::SymbolTaken { .. }
        | AssetError::NameMalformed
        | AssetError::DecimalsTooMany { .. }
        | AssetError::InitialOverCap { .. }
        | AssetError::NeverAnyUnit
        | AssetError::HoldersWithoutEnrol
        | AssetError::IssuerNotSpent { .. } => false,
    }
}

const fn holding(error: &HoldingError) -> bool {
    match error {
        // The enrolment, or the Renounce of ENROL, was in a block that was taken back; or the next begins.
        HoldingError::NotEnrolled { .. } => true,
        // On a lower tip of more work two years end earlier.
        HoldingError::Expiry { expiry, height } => expiry.to_u32() > height.to_u32(),
        HoldingError::HoldersOpen { .. }
        | HoldingError::Count { .. }
        | HoldingError::CommitmentZero { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use moneta_chain::Height;
    use moneta_mips::{AssetId, IdentityId};

    use super::*;

    #[test]
    fn what_an_earlier_operation_or_a_height_cures_may_pass_and_a_lost_race_may_not() {
        let refused = |error: MipError| may_pass(&TransactionError::Mip(error));
        let (asset, identity) = (AssetId([1; 32]), IdentityId([2; 32]));
        // A renewal was taken back; in a whole node it would take a year of blocks to get there.
        assert!(refused(IdentityError::NotInForce { identity }.into()));
        assert!(refused(IdentityError::NothingToRenew.into()));
        assert!(refused(AssetError::AssetUnknown { asset }.into()));
        let (here, there) = (Height::new(5), Height::new(9));
        let (expiry, height) = (there, here);
        assert!(refused(HoldingError::Expiry { expiry, height }.into()));
        let (expiry, height) = (here, there);
        assert!(!refused(HoldingError::Expiry { expiry, height }.into()));
        assert!(!refused(IdentityError::HandleTaken { by: identity }.into()));
        assert!(!refused(AssetError::SymbolTaken { by: asset }.into()));
        let (stop, height) = (here, there);
        assert!(!refused(FreezeError::StopPassed { stop, height }.into()));
    }
}
