//! Every path that leads nowhere.
use axum::http::Uri;
use axum::response::Response;
use moneta_pages::Problem;

use super::super::answer::PageError;
use super::super::visit::Visit;

/// Says that there is no such page.
pub(crate) async fn not_found(visit: Visit, uri: Uri) -> Response {
    visit.refuse(PageError::new(Problem::NoSuchPage, uri.path()))
}
