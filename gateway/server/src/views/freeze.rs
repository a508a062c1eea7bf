//! Freezes.
use moneta_api_types::{Freeze, FreezeReason, FreezeScope};
use moneta_chain::{ScriptId, address_of};
use moneta_mips::{FreezeRecord, Reason, Target, Tier};

use super::hash_or_none;
use crate::error::ApiError;
use crate::state::Scene;

/// Writes a freeze.
///
/// # Errors
/// The index fails.
pub(crate) fn render_freeze(
    target: &Target,
    freeze: &FreezeRecord,
    scene: &Scene,
) -> Result<Freeze, ApiError> {
    let (scope, coin, script) = match target {
        Target::Coin { coin, .. } => (FreezeScope::Coin, Some(coin), None),
        Target::Script { script, .. } => (FreezeScope::Script, None, Some(script)),
        Target::All { .. } => (FreezeScope::Asset, None, None),
    };
    // The index files scripts under the same hash.
    let seen = match script {
        Some(script) => scene.view.script(&ScriptId(script.0))?,
        None => None,
    };
    Ok(Freeze {
        scope,
        coin: coin.map(ToString::to_string),
        script_hash: script.map(ToString::to_string),
        address: seen.and_then(|script| address_of(&script, scene.params.network)),
        asset: target.asset().to_string(),
        tier: match freeze.tier {
            Tier::Emergency => "emergency".into(),
            Tier::Order => "order".into(),
        },
        reason: api_reason(freeze.reason),
        jurisdiction: String::from_utf8_lossy(&freeze.jurisdiction).into_owned(),
        start_height: freeze.start.to_u32(),
        stop_height: freeze.stop.to_u32(),
        document_hash: hash_or_none(&freeze.document),
        frozen_in: freeze.frozen_in.to_string(),
    })
}

/// Writes a reason as the API has it.
const fn api_reason(reason: Reason) -> FreezeReason {
    match reason {
        Reason::CourtOrder => FreezeReason::CourtOrder,
        Reason::Sanctions => FreezeReason::Sanctions,
        Reason::TheftReport => FreezeReason::TheftReport,
        Reason::HolderRequest => FreezeReason::HolderRequest,
        Reason::MisIssuance => FreezeReason::MisIssuance,
        Reason::Dispute => FreezeReason::Dispute,
        Reason::Redemption => FreezeReason::Redemption,
        Reason::SecurityIncident => FreezeReason::SecurityIncident,
    }
}

/// Reads a reason of the API.
pub(crate) const fn reason_of(reason: FreezeReason) -> Reason {
    match reason {
        FreezeReason::CourtOrder => Reason::CourtOrder,
        FreezeReason::Sanctions => Reason::Sanctions,
        FreezeReason::TheftReport => Reason::TheftReport,
        FreezeReason::HolderRequest => Reason::HolderRequest,
        FreezeReason::MisIssuance => Reason::MisIssuance,
        FreezeReason::Dispute => Reason::Dispute,
        FreezeReason::Redemption => Reason::Redemption,
        FreezeReason::SecurityIncident => Reason::SecurityIncident,
    }
}

/// Returns the name of a reason as the API writes it.
pub(crate) const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::CourtOrder => "court_order",
        Reason::Sanctions => "sanctions",
        Reason::TheftReport => "theft_report",
        Reason::HolderRequest => "holder_request",
        Reason::MisIssuance => "mis_issuance",
        Reason::Dispute => "dispute",
        Reason::Redemption => "redemption",
        Reason::SecurityIncident => "security_incident",
    }
}
