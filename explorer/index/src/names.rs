//! The only place that knows `sled`: names to suggest while somebody types.
//!
//! Bounded, small and rebuildable: it holds names of identities and assets, never ids or addresses, and
//! nothing that counts. Each batch carries the index's tip, so what a crash lost is noticed at open.
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use moneta_mips::{Asset, Change, Identity};
use moneta_node_api::ConnectedBlock;

use crate::codec::{from_json, json};
use crate::store::FORMAT;
use crate::{IndexError, Suggestion, SuggestionKind, View};

/// Most terms there are; sled keeps a good part of them in memory. Later names are found by search only.
const MAX_TERMS: usize = 50_000;
/// Memory that sled may use for its cache.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// Most suggestions in one answer.
const MAX_SUGGESTIONS: usize = 20;
/// Longest text that can begin a name.
const MAX_PREFIX_LEN: usize = 80;
/// Words of a name that can be typed to find it.
const MAX_WORDS: usize = 8;
/// Rows read before the first page of names when the tree is built.
const PAGE: usize = 500;

/// The one key that no term can be: terms are never empty.
const STAMP: &[u8] = b"";

/// `search.sled/`.
pub(crate) struct Names {
    tree: sled::Tree,
    terms: AtomicUsize,
    // Keeps the files open; dropped last.
    _db: sled::Db,
}

/// What a block adds to the names: entries of its new identities and assets.
pub(crate) type Entries = Vec<(Vec<u8>, Suggestion)>;

impl Names {
    /// Opens the folder, or makes it; a damaged one is thrown away.
    pub(crate) fn open(folder: &Path) -> Result<Self, IndexError> {
        let db = match config(folder).open() {
            Ok(db) => db,
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "search suggestions are damaged; they are built anew");
                fs::remove_dir_all(folder)?;
                config(folder).open()?
            }
        };
        let tree = db.open_tree("names")?;
        let terms = AtomicUsize::new(tree.len());
        Ok(Self {
            tree,
            terms,
            _db: db,
        })
    }

    /// Tells whether the names belong to this tip.
    pub(crate) fn stands_at(&self, tip: BlockHash) -> bool {
        matches!(self.tree.get(STAMP), Ok(Some(found)) if *found == stamp(tip))
    }

    /// Builds the names anew from a view.
    pub(crate) fn rebuild(&self, view: &View) -> Result<(), IndexError> {
        self.tree.clear()?;
        self.terms.store(0, Ordering::Relaxed);
        let mut before = None;
        while self.terms.load(Ordering::Relaxed) < MAX_TERMS {
            let page = view.identities(before, PAGE)?;
            let Some(last) = page.last() else { break };
            before = view.place_of(&last.registered_in)?;
            let entries = page.iter().flat_map(identity_entries).collect();
            self.add(entries, view.tip().id)?;
        }
        before = None;
        while self.terms.load(Ordering::Relaxed) < MAX_TERMS {
            let page = view.assets(before, PAGE)?;
            let Some(last) = page.last() else { break };
            before = view.place_of(&last.issued_in)?;
            let mut entries = Entries::new();
            for asset in &page {
                entries.extend(asset_entries(view, asset)?);
            }
            self.add(entries, view.tip().id)?;
        }
        self.add(Entries::new(), view.tip().id)
    }

    /// Adds the names of a block that has been connected.
    pub(crate) fn add(&self, entries: Entries, tip: BlockHash) -> Result<(), IndexError> {
        let mut batch = sled::Batch::default();
        let mut terms = self.terms.load(Ordering::Relaxed);
        for (key, suggestion) in entries {
            if terms >= MAX_TERMS {
                break;
            }
            batch.insert(key, json(&suggestion));
            terms = terms.saturating_add(1);
        }
        batch.insert(STAMP, stamp(tip));
        self.tree.apply_batch(batch)?;
        self.terms.store(terms, Ordering::Relaxed);
        Ok(())
    }

    /// Takes away the names of a block that has been taken back.
    pub(crate) fn remove(&self, entries: Entries, tip: BlockHash) -> Result<(), IndexError> {
        let mut batch = sled::Batch::default();
        let mut removed = 0;
        for (key, _) in entries {
            // A name that came when the tree was full is not there.
            removed += usize::from(self.tree.contains_key(&key)?);
            batch.remove(key);
        }
        batch.insert(STAMP, stamp(tip));
        self.tree.apply_batch(batch)?;
        let terms = self.terms.load(Ordering::Relaxed);
        self.terms
            .store(terms.saturating_sub(removed), Ordering::Relaxed);
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn dump(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let rows = self.tree.iter().map(|row| row.expect("a row"));
        rows.map(|(key, value)| (key.to_vec(), value.to_vec()))
            .collect()
    }

    /// Returns suggestions whose names begin with `prefix`, in the order of the terms, each thing once.
    pub(crate) fn begin_with(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        let prefix = prefix.trim().to_lowercase();
        let prefix = prefix.strip_prefix('@').unwrap_or(&prefix);
        if prefix.is_empty() || prefix.len() > MAX_PREFIX_LEN {
            return Vec::new();
        }
        let limit = limit.min(MAX_SUGGESTIONS);
        let mut seen = BTreeSet::new();
        // A thing has a few terms that may begin alike: read some more rows than are asked for.
        let rows = self.tree.scan_prefix(prefix).values();
        rows.take(limit.saturating_mul(MAX_WORDS))
            .filter_map(Result::ok)
            .filter_map(|row| from_json::<Suggestion>(&row))
            .filter(|suggestion| seen.insert(suggestion.id.clone()))
            .take(limit)
            .collect()
    }
}

/// Returns the names that `block` brings. `view` must know the issuers of its assets.
pub(crate) fn entries_of(view: &View, block: &ConnectedBlock) -> Result<Entries, IndexError> {
    let mut entries = Entries::new();
    for change in block.transactions.iter().flat_map(|did| &did.changes) {
        match change {
            Change::Identity { after } => entries.extend(identity_entries(after)),
            Change::Asset {
                before: None,
                after,
            } => entries.extend(asset_entries(view, after)?),
            Change::Asset { .. } | Change::Freeze { .. } | Change::Record(_) => {}
        }
    }
    Ok(entries)
}

fn identity_entries(identity: &Identity) -> Entries {
    let suggestion = Suggestion {
        kind: SuggestionKind::Identity,
        text: identity.handle.clone(),
        name: String::new(),
        id: identity.id.to_string(),
    };
    under_terms([identity.handle.clone()], &suggestion)
}

fn asset_entries(view: &View, asset: &Asset) -> Result<Entries, IndexError> {
    let issuer = match &asset.issuer {
        Some(issuer) => view.identity(issuer)?,
        None => None,
    };
    let text = match issuer {
        Some(issuer) => format!("{}/{}", issuer.handle, asset.symbol),
        None => asset.symbol.clone(),
    };
    let words = asset.name.split_whitespace().take(MAX_WORDS);
    let terms = [asset.symbol.clone(), text.clone()]
        .into_iter()
        .chain(words.map(str::to_owned));
    let suggestion = Suggestion {
        kind: SuggestionKind::Asset,
        text,
        name: asset.name.clone(),
        id: asset.id.to_string(),
    };
    Ok(under_terms(terms, &suggestion))
}

/// Key: the term in lower case, a zero byte, the id. Sorted and unique.
fn under_terms(terms: impl IntoIterator<Item = String>, suggestion: &Suggestion) -> Entries {
    let terms: BTreeSet<String> = terms.into_iter().map(|term| term.to_lowercase()).collect();
    let key = |term: String| [term.as_bytes(), &[0], suggestion.id.as_bytes()].concat();
    terms
        .into_iter()
        .filter(|term| !term.is_empty())
        .map(|term| (key(term), suggestion.clone()))
        .collect()
}

fn stamp(tip: BlockHash) -> Vec<u8> {
    [&FORMAT.to_be_bytes()[..], tip.as_byte_array()].concat()
}

fn config(folder: &Path) -> sled::Config {
    sled::Config::new()
        .path(folder)
        .cache_capacity(CACHE_BYTES)
        .mode(sled::Mode::LowSpace)
}
