//! What is remembered of scripts that were run: whole transactions, and single signatures.
use std::num::NonZeroUsize;
use std::thread;

use bitcoin::Wtxid;
use bitcoin::hashes::Hash;
use moneta_script::{SaltedSet, SaltedSignatureCache, VerifyFlags};

/// Memory for transactions: about half a million, more than a full mempool of small ones.
const MAX_TRANSACTION_BYTES: usize = 16 * 1024 * 1024;
/// Memory for signatures: they help where a transaction comes again in another shape, or under other rules.
const MAX_SIGNATURE_BYTES: usize = 16 * 1024 * 1024;

/// Transactions whose scripts all held, and signatures that verified.
///
/// A transaction is remembered by its id *with witnesses*, beside the rules: another witness, or a rule more,
/// is another entry, so no verdict outlives what it was reached by. Which coins it spends needs no place
/// in the key, as the id commits to their ids.
#[derive(Debug)]
pub(crate) struct ScriptMemory {
    transactions: SaltedSet,
    /// How many threads the machine runs at a time: to ask is slow.
    pub(super) processors: usize,
    pub(super) signatures: SaltedSignatureCache,
}

impl ScriptMemory {
    /// Makes an empty memory; `salt` is drawn at random.
    pub(crate) fn new(salt: [u8; 32]) -> Self {
        Self {
            processors: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            transactions: SaltedSet::new(salt, MAX_TRANSACTION_BYTES),
            signatures: SaltedSignatureCache::new(salt, MAX_SIGNATURE_BYTES),
        }
    }

    /// Makes an empty memory with a salt of this process.
    pub(crate) fn with_random_salt() -> Self {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).expect("every system we run on gives random bytes");
        Self::new(salt)
    }

    /// Tells whether all scripts of a transaction held under these very rules.
    pub(super) fn holds(&self, wtxid: Wtxid, rules: VerifyFlags) -> bool {
        self.transactions.contains(&self.key(wtxid, rules))
    }

    /// Remembers that they did.
    pub(super) fn remember(&self, wtxid: Wtxid, rules: VerifyFlags) {
        self.transactions.insert(self.key(wtxid, rules));
    }

    fn key(&self, wtxid: Wtxid, rules: VerifyFlags) -> [u8; 32] {
        self.transactions
            .key(&[wtxid.as_byte_array(), &rules.bits().to_le_bytes()])
    }
}
