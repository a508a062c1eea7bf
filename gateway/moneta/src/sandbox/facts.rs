//! `sandbox.json`: where the running sandbox answers and its demo key, for `moneta demo` and scripts.
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

const FILE: &str = "sandbox.json";

/// What a running sandbox tells the tools of the same user. The file is readable by its owner only.
#[derive(Serialize, Deserialize)]
pub(crate) struct SandboxFacts {
    /// Base URL.
    pub(crate) url: String,
    /// The demo API key: play money, but a key all the same.
    pub(crate) api_key: String,
    /// Where nodes reach it, if they can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) p2p: Option<SocketAddr>,
    /// Process id.
    pub(crate) pid: u32,
}

impl SandboxFacts {
    pub(crate) fn write(&self, dir: &Path) -> anyhow::Result<()> {
        let path = dir.join(FILE);
        let text = serde_json::to_string_pretty(self)?;
        let fresh = dir.join(format!("{FILE}.tmp"));
        write_private(&fresh, text.as_bytes())
            .and_then(|()| std::fs::rename(&fresh, &path))
            .with_context(|| format!("{} can't be written", path.display()))
    }

    pub(crate) fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(FILE);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} can't be read", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(bytes)
}
