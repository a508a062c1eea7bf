//! Where a sandbox keeps its data, and how it is wiped for a fresh start.
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

/// Everything a sandbox writes below its data folder. A fresh start removes these and nothing else.
const OURS: &[&str] = &[
    "node",
    "gateway.redb",
    "custody.key",
    "index.redb",
    "search.sled",
    "sandbox.json",
];

/// Returns the folder the user named, or the usual one of this system for `usual`: a network, or the sandbox.
pub(crate) fn resolve(named: Option<PathBuf>, usual: &str) -> anyhow::Result<PathBuf> {
    if let Some(dir) = named {
        return Ok(dir);
    }
    let folder = |variable: &str| {
        std::env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = folder("XDG_DATA_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .or_else(|| folder("LOCALAPPDATA"))
        .context("no home folder is known; name one with --data-dir DIR")?;
    Ok(base.join("moneta").join(usual))
}

/// Makes the folder, readable by its owner only, so that it outlives a power cut.
pub(crate) fn create(dir: &Path) -> anyhow::Result<()> {
    moneta_daemon::create_folder(dir).with_context(|| {
        format!(
            "{} can't be made; name another folder with --data-dir DIR",
            dir.display()
        )
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))
            .with_context(|| format!("{} can't be closed to other users", dir.display()))?;
    }
    Ok(())
}

/// Removes the chain and the wallets of `dir`, after asking unless `yes` says it was decided.
pub(crate) fn wipe(dir: &Path, yes: bool) -> anyhow::Result<()> {
    let present: Vec<PathBuf> = OURS
        .iter()
        .map(|name| dir.join(name))
        .filter(|path| path.exists())
        .collect();
    if present.is_empty() {
        return Ok(());
    }
    if !yes {
        ask(dir)?;
    }
    for path in present {
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        removed.with_context(|| format!("{} can't be removed", path.display()))?;
    }
    Ok(())
}

fn ask(dir: &Path) -> anyhow::Result<()> {
    ensure!(
        std::io::stdin().is_terminal(),
        "--fresh asks before it removes wallets; add --yes in a script"
    );
    let mut out = std::io::stdout();
    write!(
        out,
        "Remove the chain and all wallets in {}? Type `yes`: ",
        dir.display()
    )?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        bail!("nothing was removed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_start_removes_our_files_and_leaves_others() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("node")).expect("node");
        std::fs::write(dir.path().join("gateway.redb"), "x").expect("file");
        std::fs::write(dir.path().join("notes.txt"), "mine").expect("file");
        wipe(dir.path(), true).expect("wiped");
        assert!(!dir.path().join("node").exists() && !dir.path().join("gateway.redb").exists());
        assert!(dir.path().join("notes.txt").exists());
    }

    #[test]
    fn a_fresh_start_of_nothing_asks_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        wipe(dir.path(), false).expect("nothing to remove");
    }
}
