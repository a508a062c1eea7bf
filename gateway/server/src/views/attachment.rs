//! What coins hold beside their MTA.
use moneta_api_types as api;
use moneta_index::View;
use moneta_mips::Attachment;

use super::AssetName;
use crate::error::ApiError;

/// Writes what a coin holds.
///
/// # Errors
/// The index fails.
pub(crate) fn render_attachment(
    attachment: &Attachment,
    view: &View,
) -> Result<api::Attachment, ApiError> {
    Ok(match attachment {
        Attachment::Asset { id, amount } => {
            let name = AssetName::find(id, view)?;
            let amount = name.amount(*amount);
            api::Attachment::Asset {
                asset: name.asset,
                label: name.label,
                amount,
            }
        }
        Attachment::Authority { asset, rights } => {
            let name = AssetName::find(asset, view)?;
            let rights = rights.names().into_iter().map(str::to_owned).collect();
            api::Attachment::Authority {
                asset: name.asset,
                label: name.label,
                rights,
            }
        }
        Attachment::Identity { id } => api::Attachment::Identity {
            identity: id.to_string(),
            handle: view.identity(id)?.map(|identity| identity.handle),
        },
        Attachment::Commitment { digest } => api::Attachment::Commitment {
            digest: digest.to_string(),
        },
    })
}
