//! The part of the story that no network sees: this same program, run as the offline tools.
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// A folder for the offline wallet's files; removed at the end.
pub(crate) struct Desk {
    dir: PathBuf,
}

impl Desk {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let dir =
            std::env::temp_dir().join(format!("moneta-demo-{}", super::api::random_hex::<8>()?));
        std::fs::create_dir(&dir).with_context(|| format!("{} can't be made", dir.display()))?;
        Ok(Self { dir })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.path(name);
        std::fs::write(&path, text)
            .with_context(|| format!("{} can't be written", path.display()))?;
        Ok(path)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Nothing of value: a wallet of the demo and a signed transaction that is public anyway.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Runs `moneta ARGS` as a process of its own and returns what it printed.
pub(crate) fn moneta(args: &[&str], files: &[&Path]) -> anyhow::Result<String> {
    let exe = std::env::current_exe().context("this program has no path")?;
    // `{}` stands for the next file, so that paths need not be UTF-8.
    let mut files = files.iter();
    let mut command = Command::new(exe);
    for arg in args {
        match *arg {
            "{}" => command.arg(files.next().context("a file for each {}")?),
            plain => command.arg(plain),
        };
    }
    let output = command
        .output()
        .context("the offline program can't be started")?;
    ensure!(
        output.status.success(),
        "moneta {} failed: {}",
        args.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
