//! One box that probes all kinds.
use bitcoin::hashes::Hash;
use bitcoin::hex::FromHex;
use bitcoin::{BlockHash, OutPoint, Txid};
use moneta_chain::{Height, ScriptId, address_of, parse_address};
use moneta_mips::{AssetId, IdentityId};

use super::View;
use crate::{IndexError, SearchHit};

/// No name in the chain is longer than an address with a scheme and a query; more is not read.
const MAX_SEARCH_LEN: usize = 256;
/// Assets of one symbol that are listed.
const MAX_SAME_SYMBOL: usize = 20;

impl View {
    /// Returns everything that `text` names: height, block id, transaction, output, address, asset,
    /// identity, document. Ids look alike, so every kind is asked.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn search(&self, text: &str) -> Result<Vec<SearchHit>, IndexError> {
        let text = strip(text);
        let mut hits = Vec::new();
        if text.is_empty() || text.len() > MAX_SEARCH_LEN {
            return Ok(hits);
        }
        self.probe_height(text, &mut hits)?;
        self.probe_id(text, &mut hits)?;
        self.probe_outpoint(text, &mut hits)?;
        self.probe_address(text, &mut hits)?;
        self.probe_names(text, &mut hits)?;
        Ok(hits)
    }

    fn probe_height(&self, text: &str, hits: &mut Vec<SearchHit>) -> Result<(), IndexError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_')).collect();
        let digits = digits.strip_prefix('#').unwrap_or(&digits);
        let Ok(height) = digits.parse::<u32>() else {
            return Ok(());
        };
        if let Some(block) = self.block(Height::new(height))? {
            hits.push(SearchHit::Block {
                height: block.height,
                id: block.id,
            });
        }
        Ok(())
    }

    fn probe_id(&self, text: &str, hits: &mut Vec<SearchHit>) -> Result<(), IndexError> {
        let Ok(id) = <[u8; 32]>::from_hex(text) else {
            return Ok(());
        };
        // Ids of blocks and transactions are written reversed, those of assets, identities and digests are not.
        let mut reversed = id;
        reversed.reverse();
        let block = BlockHash::from_byte_array(reversed);
        if let Some(height) = self.height_of(&block)? {
            hits.push(SearchHit::Block { height, id: block });
        }
        let txid = Txid::from_byte_array(reversed);
        if self.place_of(&txid)?.is_some() {
            hits.push(SearchHit::Transaction(txid));
        }
        if self.asset(&AssetId(id))?.is_some() {
            hits.push(SearchHit::Asset(AssetId(id)));
        }
        if self.identity(&IdentityId(id))?.is_some() {
            hits.push(SearchHit::Identity(IdentityId(id)));
        }
        if !self.document_uses(&id, 1)?.is_empty() {
            hits.push(SearchHit::Document(id));
        }
        Ok(())
    }

    fn probe_outpoint(&self, text: &str, hits: &mut Vec<SearchHit>) -> Result<(), IndexError> {
        let Ok(outpoint) = text.parse::<OutPoint>() else {
            return Ok(());
        };
        let vout = usize::try_from(outpoint.vout).unwrap_or(usize::MAX);
        if let Some(found) = self.transaction(&outpoint.txid)?
            && vout < found.transaction.output.len()
        {
            hits.push(SearchHit::Output(outpoint));
        }
        Ok(())
    }

    fn probe_address(&self, text: &str, hits: &mut Vec<SearchHit>) -> Result<(), IndexError> {
        let Ok(script) = parse_address(text, self.network) else {
            return Ok(());
        };
        let Some(address) = address_of(&script, self.network) else {
            return Ok(());
        };
        let used = self.script(&ScriptId::of(&script))?.is_some();
        hits.push(SearchHit::Address {
            address,
            script,
            used,
        });
        Ok(())
    }

    fn probe_names(&self, text: &str, hits: &mut Vec<SearchHit>) -> Result<(), IndexError> {
        let lower = text.to_ascii_lowercase();
        let upper = text.to_ascii_uppercase();
        if let Some(id) = lower.strip_prefix("did:moneta:") {
            if let Ok(id) = id.parse::<IdentityId>()
                && self.identity(&id)?.is_some()
            {
                hits.push(SearchHit::Identity(id));
            }
            return Ok(());
        }
        if let Some(((handle, _), (_, symbol))) = lower.split_once('/').zip(upper.split_once('/')) {
            let asset = self.asset_named(handle, symbol)?;
            hits.extend(asset.map(SearchHit::Asset));
            return Ok(());
        }
        let handle = lower.strip_prefix('@').unwrap_or(&lower);
        let identity = self.identity_of_handle(handle)?;
        hits.extend(identity.map(SearchHit::Identity));
        let assets = self.assets_of_symbol(&upper, MAX_SAME_SYMBOL)?;
        hits.extend(assets.into_iter().map(SearchHit::Asset));
        Ok(())
    }
}

/// Takes away spaces, and what payment links put around an address.
fn strip(text: &str) -> &str {
    let text = text.trim();
    let text = ["bitcoin:", "moneta:"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .unwrap_or(text);
    text.split('?').next().unwrap_or(text)
}
