//! The way out of a freeze that harms nobody: back to the issuer, whole.
use crate::case::Case;
use crate::scripts::Scripts;
use crate::{
    AssetId, Attachment, Change, Entry, FoundEnvelope, Key, Operation, Record, Redemption,
    RegistryView, Scene, ScriptDigest,
};

/// Tells whether every unit of the asset that the transaction spends goes to the redemption script.
pub(super) fn goes_home(
    scripts: &Scripts<'_>,
    found: Option<&FoundEnvelope>,
    asset: &AssetId,
    scene: &Scene<'_>,
) -> bool {
    let (Some(found), Some(home)) = (found, scene.registry.redemption(asset)) else {
        return false;
    };
    let burns = |operation: &Operation| matches!(operation, Operation::Burn { asset: of, .. } if of == asset);
    if scene.height < home.since || found.envelope.operations.iter().any(burns) {
        return false;
    }
    let allocations = found.envelope.allocations.iter();
    let mut of_asset = allocations
        .filter(|one| matches!(one.attachment, Attachment::Asset { id, .. } if id == *asset));
    of_asset.all(|one| scripts.paid_by(one.vout) == Some(home.script))
}

/// Returns what saying where frozen coins may go changes. That FREEZE and COMPLIANCE are held is 3.8.
///
/// # Consensus
/// > 1.17 A SetRedemption MUST count from the next block on; a script of zeros leaves the asset without one.
pub(crate) fn set_redemption(
    case: &Case<'_>,
    asset: &AssetId,
    script: &ScriptDigest,
) -> Option<Change> {
    let before = case.registry.redemption(asset);
    let after = (script.0 != [0; 32]).then(|| Redemption {
        script: *script,
        since: case.height.next(),
    });
    let script_of = |one: &Option<Redemption>| one.map(|one| one.script);
    if script_of(&before) == script_of(&after) {
        return None;
    }
    Some(Change::Record(Box::new(Entry {
        key: Key::Redemption(*asset),
        before: before.map(Record::Redemption),
        after: after.map(Record::Redemption),
    })))
}
