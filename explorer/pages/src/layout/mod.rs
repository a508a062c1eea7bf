//! What surrounds every page: head, navigation, search box, footer.
use crate::Lang;
use crate::files::{LOGO, SCRIPT, STYLE};
use crate::format::Moment;
use crate::parts::count;

/// What every page knows beside its own subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// The reader's language.
    pub lang: Lang,
    /// Path and query of this page without `lang`, for the links to other languages.
    pub path: String,
    /// Name of the network, such as `dev`.
    pub network: String,
    /// Whether this is a sandbox: there is a faucet then.
    pub sandbox: bool,
    /// The block all of this page's figures belong to; `None` if the chain can't be read now.
    pub tip: Option<Tip>,
}

/// The best block, as footers and cards show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: u32,
    /// Its id.
    pub id: String,
    /// Its header's time.
    pub moment: Moment,
}

impl Shell {
    /// Tells whether this page is the one at `path`, whatever its query.
    pub fn is_at(&self, path: &str) -> bool {
        self.path.split('?').next() == Some(path)
    }

    /// Returns the link to this page in `lang`.
    pub fn in_lang(&self, lang: &Lang) -> String {
        let join = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{join}lang={}", self.path, lang.tag())
    }

    /// Returns the path of the style sheet.
    pub fn style(&self) -> &'static str {
        STYLE.path()
    }

    /// Returns the path of the script.
    pub fn script(&self) -> &'static str {
        SCRIPT.path()
    }

    /// Returns the path of the mark.
    pub fn logo(&self) -> &'static str {
        LOGO.path()
    }
}

impl Tip {
    /// Returns the height with its digits grouped.
    pub fn height_text(&self) -> String {
        count(self.height)
    }
}
