//! The manifest: which tables and logs are the store. Written anew beside the old one and put in its place.
//!
//! | field | bytes |
//! |---|---|
//! | `MONETAKV` | 8 |
//! | format: 2 | 4 |
//! | how many tables | 4 |
//! | the two keys of the hash | 16 |
//! | number of the next file | 8 |
//! | number of the first log that counts | 8 |
//! | sequence number of the last commit that is in tables | 8 |
//! | each table, the newest first: number 8, length 8 | 16 each |
//! | CRC-32 of everything before | 4 |
use moneta_disk::Folder;

use crate::error::{Damage, OpenError, StoreError};
use crate::hash::Salt;

/// Name of the manifest.
pub(crate) const NAME: &str = "MANIFEST";
/// Name of the next one while it is written.
pub(crate) const NEW_NAME: &str = "MANIFEST.new";
const MAGIC: [u8; 8] = *b"MONETAKV";
/// 2: the heads of logs have keyed checksums.
const FORMAT: u32 = 2;
/// Bytes before the tables.
const HEAD: usize = 56;

/// What the store is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) salt: Salt,
    /// Number of the next file, log or table.
    pub(crate) next: u64,
    /// The first log that counts.
    pub(crate) first_log: u64,
    /// The last commit that is in tables.
    pub(crate) flushed: u64,
    /// Number and length of each table, the newest first.
    pub(crate) tables: Vec<(u64, u64)>,
}

impl Manifest {
    /// Makes this the manifest: after a stop at any moment the old one or this one is there.
    ///
    /// # Errors
    /// The disk is full or failing. If syncing failed, [`StoreError::Poisoned`].
    pub(crate) fn store(&self, folder: &dyn Folder) -> Result<(), StoreError> {
        let write = || {
            match folder.remove(NEW_NAME) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let storage = folder.create(NEW_NAME)?;
            storage.write_at(0, &self.encode())?;
            Ok(storage)
        };
        let storage = write().map_err(StoreError::write(NEW_NAME))?;
        let settle = || {
            storage.sync()?;
            folder.rename(NEW_NAME, NAME)?;
            folder.sync_names()
        };
        settle().map_err(|error| {
            tracing::error!(%error, "the manifest can't be synced");
            StoreError::Poisoned
        })
    }

    /// Reads the manifest; `None` if the folder has none.
    ///
    /// # Errors
    /// It can't be read, is damaged, or is of a newer format.
    pub(crate) fn load(folder: &dyn Folder) -> Result<Option<Self>, OpenError> {
        let storage = match folder.open(NAME) {
            Ok(storage) => storage,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(OpenError::io(NAME)(error)),
        };
        let view = storage.len().and_then(|len| storage.view(len));
        let view = view.map_err(OpenError::io(NAME))?;
        Self::decode(&view).map(Some)
    }

    fn encode(&self) -> Vec<u8> {
        let count = u32::try_from(self.tables.len()).expect("tables are few");
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        let Salt(first, second) = self.salt;
        let numbers = [first, second, self.next, self.first_log, self.flushed];
        let tables = self.tables.iter().flat_map(|&(number, len)| [number, len]);
        for number in numbers.into_iter().chain(tables) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, OpenError> {
        let damage = |what| Damage {
            file: NAME.to_owned(),
            offset: 0,
            what,
        };
        let (rest, crc) = bytes
            .split_last_chunk::<4>()
            .ok_or_else(|| damage("it is too short"))?;
        if rest.len() < HEAD || crc32fast::hash(rest).to_le_bytes() != *crc || rest[..8] != MAGIC {
            return Err(damage("its checksum does not hold").into());
        }
        let short =
            |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().expect("four bytes"));
        OpenError::check_format(NAME, short(8), FORMAT)?;
        let numbers = rest[16..].chunks_exact(8);
        let numbers: Vec<u64> = numbers
            .map(|bytes| u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
            .collect();
        let (head, tables) = numbers.split_at(5);
        if tables.len() != short(12) as usize * 2 {
            return Err(damage("its tables do not add up to its length").into());
        }
        Ok(Self {
            salt: Salt(head[0], head[1]),
            next: head[2],
            first_log: head[3],
            flushed: head[4],
            tables: tables
                .chunks_exact(2)
                .map(|pair| (pair[0], pair[1]))
                .collect(),
        })
    }
}
