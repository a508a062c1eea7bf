//! Pages as HTTP answers: status, headers, and what is said when there is no page.
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName,
    LOCATION, REFERRER_POLICY, SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use moneta_index::IndexError;
use moneta_pages::files::fingerprint;
use moneta_pages::{ErrorPage, Lang, Problem};

/// Why there is no page.
#[derive(Debug)]
pub(super) enum PageError {
    /// The visitor asked for what is not there, or not rightly.
    Problem(ErrorPage),
    /// The index failed: logged, not shown.
    Index(IndexError),
    /// The page is elsewhere.
    Elsewhere(String),
}

impl PageError {
    /// Says that `problem` holds for what was `asked`.
    pub(super) fn new(problem: Problem, asked: impl ToString) -> Self {
        Self::Problem(ErrorPage {
            problem,
            asked: asked.to_string(),
            detail: None,
        })
    }

    /// Adds the sentence of the part that refused.
    pub(super) fn because(self, refusal: impl ToString) -> Self {
        match self {
            Self::Problem(page) => Self::Problem(ErrorPage {
                detail: Some(refusal.to_string()),
                ..page
            }),
            other => other,
        }
    }
}

impl From<IndexError> for PageError {
    fn from(error: IndexError) -> Self {
        Self::Index(error)
    }
}

/// A page, ready to be sent.
pub(super) struct Html {
    pub(super) status: StatusCode,
    pub(super) lang: Lang,
    /// Whether the visitor has just chosen the language.
    pub(super) remember_lang: bool,
    /// The tag of the copy the visitor has.
    pub(super) known_tag: Option<String>,
    pub(super) body: String,
}

impl Html {
    /// Returns the answer; a copy that is still right is not sent again.
    pub(super) fn into_answer(self) -> Response {
        let tag = format!("\"{:016x}\"", fingerprint(self.body.as_bytes()));
        let unchanged = self.status == StatusCode::OK && self.known_tag.as_ref() == Some(&tag);
        let (status, body) = if unchanged {
            (StatusCode::NOT_MODIFIED, Body::empty())
        } else {
            (self.status, Body::from(self.body))
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        for (name, value) in [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            // A page holds as long as its tip does: keep it, but ask.
            (CACHE_CONTROL, "private, no-cache"),
            (VARY, "Accept-Language, Cookie"),
            (CONTENT_LANGUAGE, self.lang.tag()),
            (
                CONTENT_SECURITY_POLICY,
                moneta_pages::CONTENT_SECURITY_POLICY,
            ),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        insert(headers, ETAG, &tag);
        if self.remember_lang {
            let tag = self.lang.tag();
            let cookie = format!("lang={tag}; Path=/; Max-Age=31536000; SameSite=Lax");
            insert(headers, SET_COOKIE, &cookie);
        }
        response
    }
}

/// Sends the visitor elsewhere; the next request is a GET.
pub(super) fn redirect(location: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    insert(response.headers_mut(), LOCATION, location);
    response
}

/// Sets a header; a value that no header can hold is left out.
fn insert(headers: &mut axum::http::HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
