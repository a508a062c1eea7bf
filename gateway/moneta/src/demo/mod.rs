//! `moneta demo`: plays the main story against a running sandbox, over its public HTTP API only.

mod api;
mod offline;
mod story;

use std::path::PathBuf;

use anyhow::Context;

use crate::sandbox::facts::SandboxFacts;
use api::Api;

/// Arguments of `moneta demo`.
#[derive(clap::Args, Debug)]
pub(crate) struct DemoArgs {
    /// Where the sandbox answers; by default the one that runs over the data folder
    #[arg(long)]
    url: Option<String>,
    /// API key; by default the demo key of the sandbox that runs over the data folder
    #[arg(long, env = "MONETA_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// Folder of the sandbox, where its address and demo key are noted
    #[arg(long, env = "MONETA_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

/// Plays the story; every step must hold.
pub(crate) fn run(args: DemoArgs) -> anyhow::Result<()> {
    let (url, key) = match (args.url, args.api_key) {
        (Some(url), Some(key)) => (url, key),
        (url, key) => {
            let dir = crate::sandbox::data_dir::resolve(args.data_dir, "sandbox")?;
            let facts = SandboxFacts::read(&dir).with_context(|| {
                format!(
                    "no sandbox has run in {}; start one with `cargo run --release`",
                    dir.display()
                )
            })?;
            (url.unwrap_or(facts.url), key.unwrap_or(facts.api_key))
        }
    };
    let api = Api::new(&url, &key);
    story::play(&api)
}
