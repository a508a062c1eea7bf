//! Texts of strangers and digests, as they may stand on a signer's screen.
use crate::AssetId;
use crate::mip_0003_assets::{is_invisible, is_name};

/// Most characters that are shown: a symbol beside the whole id of an asset or identity has 79.
const MOST_SHOWN: usize = 80;

pub(super) fn hex(bytes: &[u8; 32]) -> String {
    AssetId(*bytes).to_string()
}

/// An address that the rules allow has no space and nothing that hides; others are shown as other texts.
pub(super) fn shown_uri(uri: &str) -> String {
    match uri.len() <= 256 && uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => uri.to_owned(),
        false => shown(uri),
    }
}

/// Text of strangers on a signer's screen: nothing in it may hide, or turn round what stands beside it. What
/// is cut off shows that it is.
pub(super) fn shown(text: &str) -> String {
    if is_name(text) {
        return text.to_owned();
    }
    let visible = |one| if is_invisible(one) { '\u{fffd}' } else { one };
    let mut cut: String = text.chars().take(MOST_SHOWN).map(visible).collect();
    if text.chars().nth(MOST_SHOWN).is_some() {
        cut.push('…');
    }
    cut
}
