//! An HTTP client that keeps what a test asks about: status, headers, body.
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

static NEXT_KEY: AtomicU64 = AtomicU64::new(1);

/// An answer of the gateway.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, with values.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// Returns the body as JSON.
    ///
    /// # Panics
    /// The body is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|err| panic!("no JSON ({err}): {}", self.text))
    }

    /// Returns the stable code of a problem body, or an empty string.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the JSON body of a successful answer.
    ///
    /// # Panics
    /// The status is not 2xx.
    pub fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "status {}: {}",
            self.status,
            self.text
        );
        self.json()
    }

    /// Asserts a refusal with this status and code.
    ///
    /// # Panics
    /// Status or code differ.
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.code().as_str()),
            (status, code),
            "{}",
            self.text
        );
    }
}

/// A client of one gateway, with its API key.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
    /// Where the gateway is, without a slash at the end.
    pub url: String,
    key: Option<String>,
}

impl Client {
    /// Makes a client of the gateway at `url`.
    pub fn new(url: &str, key: Option<&str>) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .max_redirects(0)
            .build()
            .into();
        Self {
            agent,
            url: url.trim_end_matches('/').to_owned(),
            key: key.map(str::to_owned),
        }
    }

    /// Reads a path.
    ///
    /// # Panics
    /// The server can't be reached.
    pub fn get(&self, path: &str) -> Answer {
        self.try_get(path)
            .unwrap_or_else(|err| panic!("GET {path}: {err}"))
    }

    /// Reads a path, or says why the server can't be reached.
    ///
    /// # Errors
    /// The server can't be reached or broke off.
    pub fn try_get(&self, path: &str) -> Result<Answer, String> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        answer(request.call())
    }

    /// Reads a path in the form of a media type.
    ///
    /// # Panics
    /// The server can't be reached.
    pub fn get_as(&self, path: &str, accept: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.url));
        answer(request.header("accept", accept).call())
            .unwrap_or_else(|err| panic!("GET {path}: {err}"))
    }

    /// Sends a form as a page without JavaScript does.
    ///
    /// # Panics
    /// The server can't be reached.
    pub fn submit_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.url));
        answer(request.send_form(fields.iter().copied()))
            .unwrap_or_else(|err| panic!("POST {path}: {err}"))
    }

    /// Posts a body with an idempotency key of its own.
    ///
    /// # Panics
    /// The server can't be reached.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let key = format!(
            "test-{}-{}",
            std::process::id(),
            NEXT_KEY.fetch_add(1, Ordering::Relaxed)
        );
        self.post_with_key(path, body, &key)
    }

    /// Posts a body with this idempotency key.
    ///
    /// # Panics
    /// The server can't be reached.
    pub fn post_with_key(&self, path: &str, body: &Value, key: &str) -> Answer {
        self.try_post(path, &body.to_string(), key)
            .unwrap_or_else(|err| panic!("POST {path}: {err}"))
    }

    /// Posts raw text as JSON, or says why the server can't be reached.
    ///
    /// # Errors
    /// The server can't be reached or broke off.
    pub fn try_post(
        &self,
        path: &str,
        body: &str,
        idempotency_key: &str,
    ) -> Result<Answer, String> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .header("idempotency-key", idempotency_key);
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        answer(request.send(body))
    }
}

fn answer(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, String> {
    let mut response = result.map_err(|err| err.to_string())?;
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                value.to_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let status = response.status().as_u16();
    let text = response
        .body_mut()
        .read_to_string()
        .map_err(|err| err.to_string())?;
    Ok(Answer {
        status,
        headers,
        text,
    })
}
