//! An identity: handle, document, assets it issued.
use askama::Template;

use crate::Lang;
use crate::assets::AssetRow;
use crate::format::Moment;
use crate::layout::Shell;
use crate::parts::{IdentityRef, Party};

/// What an identity's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Which identity.
    pub identity: IdentityRef,
    /// Who holds its coin, and so controls it.
    pub controller: Option<Party>,
    /// Transaction that registered it.
    pub registered_in: String,
    /// Height of that transaction.
    pub registered_at: u32,
    /// Time of that block, if it is known.
    pub moment: Option<Moment>,
    /// Hash of the script that may recover it.
    pub recovery: Option<String>,
    /// What the owner publishes, field by field, if it is JSON.
    pub fields: Vec<Field>,
    /// What the owner publishes, as it stands on chain.
    pub document: String,
    /// Assets issued under it.
    pub assets: Vec<AssetRow>,
}

/// A field of an identity's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where it stands, such as `services.website`.
    pub path: String,
    /// What it says.
    pub value: String,
}

#[derive(Template)]
#[template(path = "identity/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Identity,
}

/// Returns an identity's page.
pub fn render_identity(shell: &Shell, identity: &Identity) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: identity,
    })
}

impl Field {
    /// Tells whether the value may be shown as a link: anybody could have written it, so only plain https.
    pub fn is_link(&self) -> bool {
        self.value.starts_with("https://")
            && self.value.chars().all(|c| c.is_ascii_graphic())
            && !self.value.contains('@')
    }
}
