//! Files: read with a limit, written whole or not at all, readable by their owner only.
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::CliError;

/// Reads a file of at most `most` bytes.
pub(crate) fn read(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let unreadable = |source| CliError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > most {
        let path = path.to_owned();
        return Err(CliError::TooLong { path, most });
    }
    Ok(bytes)
}

/// Refuses early what [`write`] would refuse late, before a person has typed anything.
pub(crate) fn check_free(path: &Path, force: bool) -> Result<(), CliError> {
    if !force && path.symlink_metadata().is_ok() {
        let path = path.to_owned();
        return Err(CliError::Exists { path });
    }
    Ok(())
}

/// Writes a file: a crash leaves the old file or the new one, never a part.
pub(crate) fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), CliError> {
    check_free(path, force)?;
    let temporary = beside(path);
    let written = write_synced(&temporary, bytes).and_then(|()| {
        if force {
            fs::rename(&temporary, path)
        } else {
            put_if_free(&temporary, path)
        }
    });
    if written.is_err() {
        // Best effort: the error that matters is the first one.
        let _ = fs::remove_file(&temporary);
    }
    match written {
        Ok(()) => {
            sync_folder(path);
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(CliError::Exists {
            path: path.to_owned(),
        }),
        Err(source) => Err(CliError::Write {
            path: path.to_owned(),
            source,
        }),
    }
}

/// A name in the same folder, so that renaming stays within one file system.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Gives the file its name only if nothing has that name. Linking does so in one step; memory sticks
/// often can't link, and there it takes two.
fn put_if_free(temporary: &Path, path: &Path) -> std::io::Result<()> {
    match fs::hard_link(temporary, path) {
        Ok(()) => fs::remove_file(temporary),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        Err(_) if path.symlink_metadata().is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(temporary, path),
    }
}

/// Makes the name survive a power cut, where the system lets folders be synced.
fn sync_folder(path: &Path) {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}
