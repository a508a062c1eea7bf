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
            let (found, more) = scene.freeze_rows(None, before, ROWS)?;
            // The widest come first: whom they concern looks for no coin.
            let mut rows = match before {
                None => scene.wide_freeze_rows(None, ROWS)?,
                Some(_) => Vec::new(),
            };
            rows.extend(found);
            let wide = scene.view.wide_freezes(None, MAX_ACTIVE)?.len();
            let page = Freezes {
                active: wide + scene.view.frozen_coins(None, MAX_ACTIVE)?.len(),
                rows,
                pager: pager("/freezes", before, more),
            };
            Ok(render_freezes(&scene.shell, &page))
        })
        .await
}
