//! Freezes.
use bitcoin::OutPoint;
use moneta_api_types::{Freeze, FreezeReason};
use moneta_mips::{AssetId, FreezeRecord, Reason, Tier};

use super::hash_or_none;

/// Writes a freeze.
pub(crate) fn render_freeze(asset: &AssetId, coin: &OutPoint, freeze: &FreezeRecord) -> Freeze {
    Freeze {
        coin: coin.to_string(),
        asset: asset.to_string(),
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
    }
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
