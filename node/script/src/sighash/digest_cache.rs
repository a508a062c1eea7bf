//! Keeps a script from paying twice for hashing the same text: many checks, one signed script.
use bitcoin::hashes::sha256;

use super::hash_type::HashType;

/// Hash engines as they stand before the hash type, for one script code: at most six, one a class.
///
/// `None` inside stands for the digest that is the number one (see `legacy_engine`).
#[derive(Default)]
pub(crate) struct DigestCache {
    code_start: usize,
    engines: Vec<(HashType, Option<sha256::HashEngine>)>,
}

impl DigestCache {
    /// Returns what `hash` gave for this code and hash type before, or gives now.
    pub(crate) fn get_or_hash(
        &mut self,
        code_start: usize,
        hash_type: HashType,
        hash: impl FnOnce() -> Option<sha256::HashEngine>,
    ) -> Option<sha256::HashEngine> {
        if self.code_start != code_start {
            self.code_start = code_start;
            self.engines.clear();
        }
        let known = self.engines.iter().find(|(known, _)| *known == hash_type);
        if let Some((_, engine)) = known {
            return engine.clone();
        }
        let engine = hash();
        self.engines.push((hash_type, engine.clone()));
        engine
    }
}
