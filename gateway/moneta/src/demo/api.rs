//! The few lines an integrator needs to speak to a gateway.
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde_json::Value;

/// A gateway, seen over HTTP.
pub(crate) struct Api {
    agent: ureq::Agent,
    /// Base URL without a slash at the end.
    pub(crate) url: String,
    key: String,
}

/// A refusal of the gateway: its stable code and its sentence.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) detail: String,
}

impl Api {
    pub(crate) fn new(url: &str, key: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self {
            agent,
            url: url.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
        }
    }

    /// Returns the link to an explorer page.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.url)
    }

    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        let result = self
            .agent
            .get(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.key))
            .call();
        match self.read(path, result)? {
            Ok(body) => Ok(body),
            Err(refusal) => bail!(
                "GET {path}: {} {} [{}]",
                refusal.status,
                refusal.detail,
                refusal.code
            ),
        }
    }

    /// Posts with an idempotency key of its own: a retry by hand would be a new request.
    pub(crate) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        match self.try_post(path, body)? {
            Ok(body) => Ok(body),
            Err(refusal) => bail!(
                "POST {path}: {} {} [{}]",
                refusal.status,
                refusal.detail,
                refusal.code
            ),
        }
    }

    /// Posts something that the gateway may well refuse.
    pub(crate) fn try_post(
        &self,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<Result<Value, Refusal>> {
        let result = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.key))
            .header("idempotency-key", random_hex::<16>()?)
            .send_json(body);
        self.read(path, result)
    }

    fn read(
        &self,
        path: &str,
        result: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> anyhow::Result<Result<Value, Refusal>> {
        let mut response = result
            .with_context(|| format!("{} does not answer; is the sandbox running?", self.url))?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string()?;
        let body: Value = serde_json::from_str(&text)
            .with_context(|| format!("{path} answered {status} without JSON"))?;
        if (200..300).contains(&status) {
            return Ok(Ok(body));
        }
        let field = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Ok(Err(Refusal {
            status,
            code: field("code"),
            detail: field("detail"),
        }))
    }
}

/// Returns `N` random bytes in hexadecimal.
pub(crate) fn random_hex<const N: usize>() -> anyhow::Result<String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|err| anyhow!("the system gives no randomness: {err}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
