//! Pages over a chain written by hand: what a visitor sees, and with which status.

mod gold;
mod manners;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use moneta_testkit::scripted::ScriptedNode;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::{Gateway, GatewayConfig};

/// A gateway over a scripted node.
struct Site {
    router: Router,
    _folder: TempDir,
}

/// What the site answered.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Site {
    async fn open(node: ScriptedNode) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = "http://explorer.test".to_owned();
        let config = GatewayConfig::sandbox(folder.path().to_owned(), url);
        let gateway = Gateway::open(config, Arc::new(node))
            .await
            .expect("a gateway");
        Self {
            router: gateway.into_router(),
            _folder: folder,
        }
    }

    /// Asks for a page in English.
    async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[("accept-language", "en")]).await
    }

    async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).expect("text"),
        }
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .map(|value| value.to_str().expect("text"));
        value.unwrap_or_default()
    }

    /// Returns what a reader sees: tags taken away, white space made one. Pieces of one number or name
    /// stand in spans, which therefore part nothing.
    fn text(&self) -> String {
        let mut text = String::new();
        for piece in self.body.split('<') {
            let (tag, after) = piece.split_once('>').unwrap_or_default();
            let joins = ["/span", "span class=\"zeros\"", "span class=\"handle\""];
            if !joins.contains(&tag) {
                text.push(' ');
            }
            text.push_str(after);
        }
        let text = text.replace("&#39;", "'");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn shows(&self, words: &str) {
        let text = self.text();
        assert!(text.contains(words), "{words:?} is not in: {text}");
    }

    #[track_caller]
    fn hides(&self, words: &str) {
        let text = self.text();
        assert!(!text.contains(words), "{words:?} is in: {text}");
    }
}
