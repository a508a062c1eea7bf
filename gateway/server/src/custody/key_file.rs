//! `custody.key`: 32 random bytes that seal every hosted wallet; made once, readable by its owner only.
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use moneta_keys::SealKey;
use zeroize::Zeroizing;

use crate::{OpenError, Random};

const FILE: &str = "custody.key";

/// The key that seals the seeds.
pub(crate) struct CustodyKey(SealKey);

impl CustodyKey {
    /// Reads the key in `dir`, or makes it if nothing was ever sealed with another one.
    ///
    /// # Errors
    /// The file can't be used, is damaged, or is missing though `gateway.redb` is there.
    pub(crate) fn open(dir: &Path, random: &Random) -> Result<Self, OpenError> {
        let path = dir.join(FILE);
        let failed = |source| OpenError::File {
            path: path.clone(),
            source,
        };
        match read(&path) {
            Ok(key) => Ok(Self(SealKey::from_bytes(&key))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // A new key beside old wallets would lock them for ever, and in silence.
                if dir.join("gateway.redb").exists() {
                    return Err(OpenError::CustodyKeyMissing(path));
                }
                make(dir, random).map_err(failed)?;
                read(&path)
                    .map(|key| Self(SealKey::from_bytes(&key)))
                    .map_err(failed)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Returns the key itself, for the signer.
    pub(super) const fn seal_key(&self) -> &SealKey {
        &self.0
    }

    /// Derives 32 bytes for a purpose: HMAC-SHA256 of it under the key.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut engine = HmacEngine::<sha256::Hash>::new(self.0.expose());
        engine.input(purpose.as_bytes());
        Hmac::from_engine(engine).to_byte_array()
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<[u8; 32]>> {
    let mut file = File::open(path)?;
    let mut key = Zeroizing::new([0; 32]);
    file.read_exact(&mut *key)?;
    if file.read(&mut [0])? != 0 {
        let what = "custody.key has more than 32 bytes";
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(key)
}

/// Whole or not at all: a fresh file, synced, then given its name, then the folder synced.
fn make(dir: &Path, random: &Random) -> io::Result<()> {
    let fresh = dir.join("custody.key.new");
    let mut key = Zeroizing::new([0; 32]);
    random(&mut *key);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&fresh)?;
    file.write_all(&*key)?;
    file.sync_all()?;
    std::fs::rename(&fresh, dir.join(FILE))?;
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    Ok(())
}
