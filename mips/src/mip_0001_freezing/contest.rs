//! Contesting a freeze: the rules of MIP-1 for those whose coins are frozen.
use super::check::check_targets;
use super::{CONTEST_BLOCKS, FreezeError, Target};
use crate::case::Case;
use crate::{AssetId, Attachment, Change, FreezeRecord, RegistryView, ScriptDigest, Targets, Tier};

/// Checks a contest and returns what becomes of the freezes.
///
/// # Consensus
/// > 1.16 A Contest MUST set the stop of each EMERGENCY that it names, that holds and that nobody has contested
/// > since its start to 4,320 blocks from here, if that is sooner; it leaves everything else as it is.
/// >
/// > 1.22 A Contest MUST be judged by the coins and records that the transactions before it in its block left: it needs no
/// > proof for a coin that a later one makes, and leaves a freeze that a later one begins uncontested.
pub(crate) fn check_contest(
    case: &Case<'_>,
    asset: &AssetId,
    targets: &Targets,
) -> Result<Vec<Change>, FreezeError> {
    check_targets(targets)?;
    let mut changes = Vec::new();
    for target in Target::each(*asset, targets) {
        check_holder(case, &target)?;
        let Some(before) = case.registry.freeze_on(&target) else {
            continue;
        };
        let open = before.tier == Tier::Emergency && before.contested.is_none();
        if open && before.holds_at(case.height) {
            let answer_by = case.height.saturating_add(CONTEST_BLOCKS);
            let after = FreezeRecord {
                stop: before.stop.min(answer_by),
                contested: Some(case.height),
                ..before.clone()
            };
            changes.extend(target.change(Some(before), Some(after)));
        }
    }
    Ok(changes)
}

/// # Consensus
/// > 1.14 A Contest MUST NOT name the whole asset.
/// >
/// > 1.15 For each script that a Contest names, and for the script of each coin that it names and that holds
/// > units of the asset, an input MUST spend a coin of that script.
fn check_holder(case: &Case<'_>, target: &Target) -> Result<(), FreezeError> {
    let proven = match target {
        Target::All { asset } => return Err(FreezeError::PauseContested { asset: *asset }),
        Target::Script { script, .. } => case.scripts.is_spent(script),
        Target::Coin { asset, coin } => match (case.coins)(coin) {
            Some(held) if matches!(held.attachment, Some(Attachment::Asset { id, .. }) if id == *asset) =>
            {
                let script = ScriptDigest::of(&held.output.script_pubkey);
                case.scripts.is_spent(&script)
            }
            // Nothing there to stand up for.
            _ => true,
        },
    };
    if !proven {
        let target = *target;
        return Err(FreezeError::NotTheHolder { target });
    }
    Ok(())
}
