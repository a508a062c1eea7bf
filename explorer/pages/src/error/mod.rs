//! Pages for what can't be shown: what is wrong, why, and what to do next.
use askama::Template;

use crate::Lang;
use crate::layout::Shell;

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// No route has this path.
    NoSuchPage,
    /// No block has this id or height.
    UnknownBlock,
    /// Neither chain nor mempool holds this transaction.
    UnknownTransaction,
    /// The registry holds no such asset.
    UnknownAsset,
    /// The registry holds no such identity.
    UnknownIdentity,
    /// Nothing on chain refers to this digest.
    UnknownDocument,
    /// The text is no id of this kind.
    BadId,
    /// The text is no address of this network.
    BadAddress,
    /// The request makes no sense otherwise, such as a page number that is none.
    BadRequest,
    /// The faucet gave nothing.
    FaucetRefused,
    /// The node or the index does not answer now.
    Unavailable,
    /// A fault of ours.
    Internal,
}

/// What an error page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    /// Why there is no page.
    pub problem: Problem,
    /// What was asked for, as it was asked.
    pub asked: String,
    /// A sentence of the part that refused, in its own language (English).
    pub detail: Option<String>,
}

#[derive(Template)]
#[template(path = "error/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a ErrorPage,
}

/// Returns an error page; serve it with [`Problem::status`].
pub fn render_error(shell: &Shell, error: &ErrorPage) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: error,
    })
}

impl Problem {
    /// Every problem there is.
    pub const ALL: [Self; 12] = [
        Self::NoSuchPage,
        Self::UnknownBlock,
        Self::UnknownTransaction,
        Self::UnknownAsset,
        Self::UnknownIdentity,
        Self::UnknownDocument,
        Self::BadId,
        Self::BadAddress,
        Self::BadRequest,
        Self::FaucetRefused,
        Self::Unavailable,
        Self::Internal,
    ];

    /// Returns the HTTP status to answer with.
    pub const fn status(self) -> u16 {
        match self {
            Self::NoSuchPage
            | Self::UnknownBlock
            | Self::UnknownTransaction
            | Self::UnknownAsset
            | Self::UnknownIdentity
            | Self::UnknownDocument => 404,
            Self::BadId | Self::BadAddress | Self::BadRequest => 400,
            Self::FaucetRefused => 422,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// Says what is wrong.
    pub fn title(self, t: &Lang) -> &'static str {
        match self {
            Self::NoSuchPage => t.error_no_page(),
            Self::UnknownBlock => t.error_block(),
            Self::UnknownTransaction => t.error_transaction(),
            Self::UnknownAsset => t.error_asset(),
            Self::UnknownIdentity => t.error_identity(),
            Self::UnknownDocument => t.error_document(),
            Self::BadId => t.error_bad_id(),
            Self::BadAddress => t.error_bad_address(),
            Self::BadRequest => t.error_bad_request(),
            Self::FaucetRefused => t.error_faucet(),
            Self::Unavailable => t.error_unavailable(),
            Self::Internal => t.error_internal(),
        }
    }

    /// Says why that may be, and what to do next.
    pub fn advice(self, t: &Lang) -> &'static str {
        match self {
            Self::NoSuchPage => t.error_no_page_advice(),
            Self::UnknownBlock => t.error_block_advice(),
            Self::UnknownTransaction => t.error_transaction_advice(),
            Self::UnknownAsset => t.error_asset_advice(),
            Self::UnknownIdentity => t.error_identity_advice(),
            Self::UnknownDocument => t.error_document_advice(),
            Self::BadId => t.error_bad_id_advice(),
            Self::BadAddress => t.error_bad_address_advice(),
            Self::BadRequest => t.error_bad_request_advice(),
            Self::FaucetRefused => t.error_faucet_advice(),
            Self::Unavailable => t.error_unavailable_advice(),
            Self::Internal => t.error_internal_advice(),
        }
    }
}
