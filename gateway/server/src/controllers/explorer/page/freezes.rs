//! `GET /freezes`: the public freeze register.
use axum::response::Response;
use moneta_pages::{Freezes, render_freezes};

use super::super::scene::pager;
use super::super::visit::Visit;
use super::ROWS;

/// More active freezes than this are not counted one by one.
const MAX_ACTIVE: usize = 10_000;

/// Lists freezes, newest first.
pub(crate) async fn list_freezes(visit: Visit) -> Response {
    let before = visit.before();
    visit
        .page(move |scene| {
            let before = before?;
            let (rows, more) = scene.freeze_rows(None, before, ROWS)?;
            let page = Freezes {
                active: scene.view.frozen_coins(None, MAX_ACTIVE)?.len(),
                rows,
                pager: pager("/freezes", before, more),
            };
            Ok(render_freezes(&scene.shell, &page))
        })
        .await
}
