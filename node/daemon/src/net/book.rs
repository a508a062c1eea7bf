//! The file of the address book, `peers.dat`: written whole beside the old one and put in its place. It is a
//! convenience: without it the node asks name servers, or whoever the operator named.
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use moneta_p2p::{AddressBook, Scope};

/// Larger files are none of ours: a full book takes less.
const MAX_FILE_BYTES: u64 = 32 << 20;

/// Reads a book; one that is of no use is told of, set aside, and none is returned.
pub(super) fn load(path: &Path, magic: [u8; 4], scope: Scope) -> Option<AddressBook> {
    let bytes = match read(path) {
        Ok(bytes) => bytes?,
        Err(error) => {
            tracing::warn!(%error, "the address book can't be read: starting with an empty one");
            return None;
        }
    };
    match AddressBook::decode(&bytes, magic, scope) {
        Ok(book) => Some(book),
        Err(error) => {
            let aside = beside(path, "unusable");
            let _ = fs::rename(path, &aside);
            tracing::warn!(%error, ?aside, "the address book is of no use: set aside, starting with an empty one");
            None
        }
    }
}

/// Writes a book.
///
/// # Errors
/// The file can't be written; the one before is still there then.
pub(super) fn save(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = beside(path, "new");
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if size > MAX_FILE_BYTES {
        let what = format!("{} has {size} bytes", path.display());
        return Err(io::Error::other(what));
    }
    fs::read(path).map(Some)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_comes_back_and_a_damaged_one_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("peers.dat");
        let magic = [1, 2, 3, 4];
        assert!(load(&path, magic, Scope::Everywhere).is_none());
        let mut book = AddressBook::new([7; 16], Scope::Everywhere);
        let address = "10.0.0.1:17333".parse().unwrap();
        let notice = moneta_p2p::AddressNotice {
            address,
            services: bitcoin::p2p::ServiceFlags::NETWORK,
            seen_at: 1_800_000_000,
        };
        book.learn(&[notice], address, 1_800_000_000, &mut || 5);
        save(&path, &book.encode(magic)).unwrap();
        let back = load(&path, magic, Scope::Everywhere).unwrap();
        assert!(back.get(address).is_some());
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert!(load(&path, magic, Scope::Everywhere).is_none());
        assert!(!path.exists(), "it is out of the way of the next one");
    }
}
