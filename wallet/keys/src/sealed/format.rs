//! Sealed secret <-> bytes (the table stands in `mod.rs`).
use super::{MAX_SECRET, PassphraseCost, SealError, SealedSecret};

pub(super) const SALT_LEN: usize = 16;
pub(super) const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
const MAGIC: [u8; 4] = *b"MTAS";
const VERSION: u8 = 1;

/// Where the key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    RawKey,
    Passphrase {
        cost: PassphraseCost,
        salt: [u8; SALT_LEN],
    },
}

impl SealedSecret {
    /// Writes the sealed secret.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.ciphertext);
        bytes
    }

    /// Reads a sealed secret. Nothing is stretched or decrypted yet.
    ///
    /// # Errors
    /// The bytes are none, of an unknown version, or ask a cost that is out of bounds.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let mut rest = bytes;
        if take::<4>(&mut rest)? != MAGIC {
            return Err(SealError::Malformed);
        }
        let [version] = take(&mut rest)?;
        if version != VERSION {
            return Err(SealError::UnknownVersion { got: version });
        }
        let method = match take(&mut rest)? {
            [0] => Method::RawKey,
            [1] => {
                let mut number = || take(&mut rest).map(u32::from_le_bytes);
                let cost = PassphraseCost::new(number()?, number()?, number()?)?;
                let salt = take(&mut rest)?;
                Method::Passphrase { cost, salt }
            }
            _ => return Err(SealError::Malformed),
        };
        let nonce = take(&mut rest)?;
        if !(TAG_LEN..=TAG_LEN + MAX_SECRET).contains(&rest.len()) {
            return Err(SealError::Malformed);
        }
        Ok(Self {
            method,
            nonce,
            ciphertext: rest.to_vec(),
        })
    }

    /// Everything before the ciphertext.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut head = MAGIC.to_vec();
        head.push(VERSION);
        match self.method {
            Method::RawKey => head.push(0),
            Method::Passphrase { cost, salt } => {
                head.push(1);
                for number in [cost.memory_kib(), cost.passes(), cost.lanes()] {
                    head.extend_from_slice(&number.to_le_bytes());
                }
                head.extend_from_slice(&salt);
            }
        }
        head.extend_from_slice(&self.nonce);
        head
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], SealError> {
    let (head, tail) = rest.split_first_chunk().ok_or(SealError::Malformed)?;
    *rest = tail;
    Ok(*head)
}
