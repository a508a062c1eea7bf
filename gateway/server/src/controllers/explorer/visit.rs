//! One visit: who asks, in which language, and for which path.
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRequestParts, Query};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use moneta_index::{IndexError, Place};
use moneta_pages::{ErrorPage, Lang, Problem, Shell, render_error};

use super::answer::{Html, PageError, redirect};
use super::scene::{Scene, read_cursor};
use crate::state::AppState;

/// How long a page waits for the index to reach the node's tip before it shows the tip it has.
const CATCH_UP_STEPS: u32 = 20;
const CATCH_UP_STEP: Duration = Duration::from_millis(25);

/// One visit.
pub(super) struct Visit {
    /// What every handler may reach.
    pub(super) state: AppState,
    lang: Lang,
    remember_lang: bool,
    known_tag: Option<String>,
    /// Path and query without `lang`.
    path: String,
    query: Vec<(String, String)>,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let header = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let query = query_of(&parts.uri);
        let asked = value_of(&query, "lang").and_then(Lang::of_tag);
        let kept = header(COOKIE).and_then(lang_of_cookie);
        let lang = asked.or(kept).unwrap_or_else(|| {
            Lang::of_accept_language(header(ACCEPT_LANGUAGE).unwrap_or_default())
        });
        Ok(Self {
            state: state.clone(),
            lang,
            remember_lang: asked.is_some(),
            known_tag: header(IF_NONE_MATCH).map(str::to_owned),
            path: path_without_lang(parts.uri.path(), parts.uri.query().unwrap_or_default()),
            query,
        })
    }
}

impl Visit {
    /// Returns the value of a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        value_of(&self.query, name)
    }

    /// Returns from where on a list is to be shown, if `?before=` says so.
    pub(super) fn before(&self) -> Result<Option<Place>, PageError> {
        let read =
            |text| read_cursor(text).ok_or_else(|| PageError::new(Problem::BadRequest, text));
        self.query("before").map(read).transpose()
    }

    /// Returns the language of the visit.
    pub(super) const fn lang(&self) -> Lang {
        self.lang
    }

    /// Writes a page from one view of the index and one mempool.
    pub(super) async fn page<F>(self, write: F) -> Response
    where
        F: FnOnce(&Scene) -> Result<String, PageError> + Send + 'static,
    {
        let (shell, written) = self.look(write).await;
        match written {
            Ok(body) => self.html(StatusCode::OK, body),
            Err(error) => self.error(shell, error),
        }
    }

    /// Looks at one view of the index and one mempool, away from the async threads; returns what was
    /// found, and the frame for a page about it.
    ///
    /// The mempool is taken first and the view after it, so a transaction that is mined in between is
    /// in both (and then counts as confirmed), never in neither.
    pub(super) async fn look<T, F>(&self, work: F) -> (Shell, Result<T, PageError>)
    where
        T: Send + 'static,
        F: FnOnce(&Scene) -> Result<T, PageError> + Send + 'static,
    {
        let snapshot = self.state.node.mempool().await;
        self.await_index().await;
        let (state, shell) = (self.state.clone(), self.shell());
        let looked = tokio::task::spawn_blocking(move || {
            let scene = Scene::new(&state, snapshot, shell)?;
            let found = work(&scene);
            Ok::<_, IndexError>((scene.shell, found))
        });
        match looked.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => (self.shell(), Err(PageError::Index(error))),
            Err(panic) => {
                tracing::error!(%panic, path = self.path, "writing a page failed");
                (self.shell(), Err(PageError::new(Problem::Internal, "")))
            }
        }
    }

    /// Answers that there is no page, without any look at the chain.
    pub(super) fn refuse(&self, error: PageError) -> Response {
        self.error(self.shell(), error)
    }

    fn shell(&self) -> Shell {
        Shell {
            lang: self.lang,
            path: self.path.clone(),
            network: self.state.node.params().network.name().to_owned(),
            sandbox: self.state.sandbox,
            tip: None,
        }
    }

    /// Waits a little where the index is behind the node: who has just sent or mined wants to see it.
    async fn await_index(&self) {
        for _ in 0..CATCH_UP_STEPS {
            if self.state.index.tip().id == self.state.node.tip().await.id {
                return;
            }
            tokio::time::sleep(CATCH_UP_STEP).await;
        }
    }

    fn error(&self, shell: Shell, error: PageError) -> Response {
        let page = match error {
            PageError::Elsewhere(location) => return redirect(&location),
            PageError::Problem(page) => page,
            PageError::Index(error) => {
                tracing::error!(%error, code = error.code(), path = self.path, "no page");
                ErrorPage {
                    problem: Problem::Unavailable,
                    asked: String::new(),
                    detail: None,
                }
            }
        };
        let status = StatusCode::from_u16(page.problem.status())
            .expect("problems have statuses between 400 and 503");
        self.html(status, render_error(&shell, &page))
    }

    fn html(&self, status: StatusCode, body: String) -> Response {
        Html {
            status,
            lang: self.lang,
            remember_lang: self.remember_lang,
            known_tag: self.known_tag.clone(),
            body,
        }
        .into_answer()
    }
}

fn query_of(uri: &Uri) -> Vec<(String, String)> {
    Query::try_from_uri(uri).map_or_else(|_| Vec::new(), |Query(pairs)| pairs)
}

fn value_of<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = query.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

fn lang_of_cookie(header: &str) -> Option<Lang> {
    let mut cookies = header
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='));
    cookies
        .find(|(name, _)| *name == "lang")
        .and_then(|(_, tag)| Lang::of_tag(tag))
}

fn path_without_lang(path: &str, query: &str) -> String {
    let rest: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && *pair != "lang" && !pair.starts_with("lang="))
        .collect();
    if rest.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", rest.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_links_drop_an_earlier_choice_and_keep_the_rest() {
        assert_eq!(
            path_without_lang("/search", "q=a%26b&lang=zh"),
            "/search?q=a%26b"
        );
        assert_eq!(path_without_lang("/", "lang=en"), "/");
        assert_eq!(
            path_without_lang("/blocks", "lang=en&from=7&&"),
            "/blocks?from=7"
        );
    }

    #[test]
    fn a_cookie_names_a_language_or_nothing() {
        assert_eq!(lang_of_cookie("a=b; lang=zh; c=d"), Some(Lang::Zh));
        assert_eq!(lang_of_cookie("lang=klingon"), None);
        assert_eq!(lang_of_cookie("slang=zh"), None);
    }

    #[test]
    fn a_query_that_is_none_has_no_values() {
        let pairs = query_of(&Uri::from_static("/search?q=acme%2FGOLD"));
        assert_eq!(value_of(&pairs, "q"), Some("acme/GOLD"));
        let pairs = query_of(&Uri::from_static("/search?%%%&=&&q"));
        assert_eq!(value_of(&pairs, "lang"), None);
    }
}
