//! What one commit does: operations in the bytes that the log keeps.
//!
//! | field | bytes |
//! |---|---|
//! | kind: 0 delete, 1 put, 2 insert | 1 |
//! | key length, LEB128 | 1-2 |
//! | value length, LEB128; not for delete | 1-5 |
//! | key | |
//! | value; not for delete | |
use crate::log::HEAD;
use crate::varint;

/// Longest key, in bytes.
pub const MAX_KEY: usize = 1_024;
/// Longest value, in bytes.
pub const MAX_VALUE: usize = 64 * 1_024 * 1_024;

const DELETE: u8 = 0;
const PUT: u8 = 1;
const INSERT: u8 = 2;

/// Operations that are done together or not at all. A later one on the same key wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The record of the log that it will be: room for the head, then the operations.
    record: Vec<u8>,
    count: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self::new()
    }
}

impl Batch {
    /// Starts an empty batch.
    pub fn new() -> Self {
        Self {
            record: vec![0; HEAD],
            count: 0,
        }
    }

    /// Sets the value of a key.
    ///
    /// # Panics
    /// Key or value is longer than [`MAX_KEY`] or [`MAX_VALUE`].
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.write(PUT, key, Some(value));
    }

    /// Sets the value of a key that the store does not have, as a coin is made once: should the key be deleted
    /// soon, nothing of it ever reaches a table. If the store has the key after all, a later delete may bring
    /// its old value back.
    ///
    /// # Panics
    /// Key or value is longer than [`MAX_KEY`] or [`MAX_VALUE`].
    pub fn insert(&mut self, key: &[u8], value: &[u8]) {
        self.write(INSERT, key, Some(value));
    }

    /// Takes a key out; nothing happens if it is not there.
    ///
    /// # Panics
    /// The key is longer than [`MAX_KEY`].
    pub fn delete(&mut self, key: &[u8]) {
        self.write(DELETE, key, None);
    }

    /// Returns how many operations there are.
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Tells whether there is nothing to do.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn operations(&self) -> &[u8] {
        &self.record[HEAD..]
    }

    pub(crate) fn record_mut(&mut self) -> &mut [u8] {
        &mut self.record
    }

    fn write(&mut self, kind: u8, key: &[u8], value: Option<&[u8]>) {
        assert!(key.len() <= MAX_KEY, "a key of {} bytes", key.len());
        self.record.push(kind);
        varint::put(&mut self.record, key.len() as u64);
        if let Some(value) = value {
            assert!(value.len() <= MAX_VALUE, "a value of {} bytes", value.len());
            varint::put(&mut self.record, value.len() as u64);
        }
        self.record.extend_from_slice(key);
        self.record.extend_from_slice(value.unwrap_or_default());
        self.count += 1;
    }
}

/// One operation as it stands in the bytes of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation<'a> {
    pub(crate) key: &'a [u8],
    /// The new value; `None` deletes.
    pub(crate) value: Option<&'a [u8]>,
    /// Whether the batch's maker vouches that no older value exists.
    pub(crate) is_insert: bool,
}

/// Reads the operation at the start of `bytes` and returns it with what is left.
pub(crate) fn read(bytes: &[u8]) -> Option<(Operation<'_>, &[u8])> {
    let (&kind, rest) = bytes.split_first()?;
    let (key_len, rest) = varint::take_len(rest)?;
    let (value_len, rest) = match kind {
        DELETE => (None, rest),
        PUT | INSERT => {
            let (len, rest) = varint::take_len(rest)?;
            (Some(len), rest)
        }
        _ => return None,
    };
    if key_len > MAX_KEY {
        return None;
    }
    let (key, rest) = rest.split_at_checked(key_len)?;
    let (value, rest) = match value_len {
        None => (None, rest),
        Some(len) => {
            let (value, rest) = rest.split_at_checked(len)?;
            (Some(value), rest)
        }
    };
    let operation = Operation {
        key,
        value,
        is_insert: kind == INSERT,
    };
    Some((operation, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_read_back_in_order() {
        let mut batch = Batch::new();
        batch.put(b"a", b"1");
        batch.insert(b"", &[7; 300]);
        batch.delete(b"a");
        assert_eq!(batch.len(), 3);
        let (first, rest) = read(batch.operations()).unwrap();
        assert_eq!(
            (first.key, first.value, first.is_insert),
            (&b"a"[..], Some(&b"1"[..]), false)
        );
        let (second, rest) = read(rest).unwrap();
        assert_eq!(
            (second.key, second.value, second.is_insert),
            (&b""[..], Some(&[7; 300][..]), true)
        );
        let (third, rest) = read(rest).unwrap();
        assert_eq!((third.key, third.value), (&b"a"[..], None));
        assert!(rest.is_empty());
        assert_eq!(read(rest), None);
        assert_eq!(read(&[9, 0]), None);
    }
}
