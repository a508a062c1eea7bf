//! `GET /static/...`, `/favicon.ico`, `/opensearch.xml`: what pages refer to.
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use moneta_pages::Problem;
use moneta_pages::files::{LOGO, find};

use super::super::answer::{PageError, redirect};
use super::super::visit::Visit;

/// A file's path names its content, so what was sent once is right for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Sends a file of the pages.
pub(crate) async fn send_file(visit: Visit, uri: Uri) -> Response {
    let Some(file) = find(uri.path()) else {
        return visit.refuse(PageError::new(Problem::NoSuchPage, uri.path()));
    };
    let headers = [
        (CONTENT_TYPE, file.content_type),
        (CACHE_CONTROL, FOR_EVER),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (StatusCode::OK, headers, Body::from(file.bytes)).into_response()
}

/// Leads browsers that guess to the mark.
pub(crate) async fn send_icon() -> Response {
    redirect(LOGO.path())
}

/// Tells browsers how to search here from their own search box.
pub(crate) async fn describe_search(visit: Visit) -> Response {
    let url = &visit.state.public_url;
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>Moneta</ShortName>\n\
         <Description>{}</Description>\n\
         <InputEncoding>UTF-8</InputEncoding>\n\
         <Url type=\"text/html\" template=\"{url}/search?q={{searchTerms}}\"/>\n\
         </OpenSearchDescription>\n",
        visit.lang().search_what(),
    );
    let headers = [
        (CONTENT_TYPE, "application/opensearchdescription+xml"),
        (CACHE_CONTROL, "private, max-age=3600"),
    ];
    (headers, document).into_response()
}
