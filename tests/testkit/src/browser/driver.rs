//! The chromedriver process and the JSON it speaks.
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A running chromedriver; ended with this value.
pub(super) struct Driver {
    child: Child,
    agent: ureq::Agent,
    url: String,
}

impl Driver {
    /// Starts chromedriver on a port of its own, or says why it can't be.
    pub(super) fn start() -> Result<Self, String> {
        let mut child = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|err| format!("chromedriver can't be started: {err}"))?;
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        // It first repeats that it was asked for port 0, then names the port it got.
        let port = stdout.lines().map_while(Result::ok).find_map(|line| {
            line.rsplit_once("on port ")?
                .1
                .trim_end_matches('.')
                .parse()
                .ok()
                .filter(|port: &u16| *port != 0)
        });
        let Some(port) = port else {
            let _ = child.kill();
            let _ = child.wait();
            return Err("chromedriver names no port".to_owned());
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Ok(Self {
            child,
            agent,
            url: format!("http://127.0.0.1:{port}"),
        })
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let response = self
            .agent
            .post(format!("{}{path}", self.url))
            .send_json(body);
        Self::value(path, response)
    }

    pub(super) fn get(&self, path: &str) -> Result<Value, String> {
        Self::value(path, self.agent.get(format!("{}{path}", self.url)).call())
    }

    pub(super) fn delete(&self, path: &str) -> Result<Value, String> {
        Self::value(
            path,
            self.agent.delete(format!("{}{path}", self.url)).call(),
        )
    }

    fn value(
        path: &str,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, String> {
        let mut response = response.map_err(|err| format!("{path}: {err}"))?;
        let body: Value = response
            .body_mut()
            .read_json()
            .map_err(|err| format!("{path}: {err}"))?;
        let value = body["value"].clone();
        if response.status().is_success() {
            return Ok(value);
        }
        Err(format!(
            "{path}: {}: {}",
            value["error"].as_str().unwrap_or("?"),
            value["message"].as_str().unwrap_or("?")
        ))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
