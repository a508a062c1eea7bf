//! The chain with a state of its own that may be changed and is thrown away: to look at the past.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use moneta_chain::Params;
use moneta_disk::FileFolder;

use crate::archive::{Archive, FolderLock, Known};
use crate::open::ensure_there;
use crate::state::STATE_FOLDER;
use crate::{ChainState, OpenError, Opened};

/// Folder of the copy, in the folder of the chain.
pub(crate) const ASIDE_FOLDER: &str = "state.aside";

/// A chain over a copy of its state.
pub struct Aside {
    /// The chain.
    pub opened: Opened,
    /// Removes the copy in the end.
    pub copy: AsideFolder,
}

/// The folder of the copy; it goes when this goes.
pub struct AsideFolder(PathBuf);

impl Drop for AsideFolder {
    fn drop(&mut self) {
        // What is left is removed before the next copy.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Opens the chain in `folder` over a copy of its state. Tables are shared, as nobody changes them.
///
/// # Errors
/// The chain can't be opened, or the state can't be copied.
pub fn open_aside(folder: &Path, params: &Params) -> Result<Aside, OpenError> {
    ensure_there(folder)?;
    let lock = FolderLock::take(folder)?;
    let (from, to) = (folder.join(STATE_FOLDER), folder.join(ASIDE_FOLDER));
    let io = |source| OpenError::Io {
        path: to.clone(),
        source,
    };
    let _ = fs::remove_dir_all(&to);
    fs::create_dir_all(&to).map_err(io)?;
    let copy = AsideFolder(to.clone());
    copy_state(&from, &to).map_err(io)?;
    let files = FileFolder::open(&to).map_err(io)?;
    let state = ChainState::open(Arc::new(files), crate::open::options(64 << 20).map_err(io)?)?;
    let (archive, fresh) = Archive::open(folder, lock, params, Known::to(state.archive_end()))?;
    let opened = Opened {
        archive,
        state,
        fresh,
    };
    Ok(Aside { opened, copy })
}

fn copy_state(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let is_table = path.extension().is_some_and(|kind| kind == "table");
        // Where the file system has no links, a copy does.
        if !is_table || fs::hard_link(&path, to.join(&name)).is_err() {
            fs::copy(&path, to.join(&name))?;
        }
    }
    Ok(())
}
