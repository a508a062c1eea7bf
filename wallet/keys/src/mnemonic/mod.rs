//! Recovery phrases (BIP39): words that stand for entropy, and the seed they lead to.
use std::borrow::Cow;

use bip39::Language;
use zeroize::{Zeroize, Zeroizing};

use crate::{Randomness, Seed};

/// Longest text that is looked at as a phrase, in bytes: 24 words of any list fit with room to spare.
const MAX_PHRASE: usize = 1_024;

/// The word lists of BIP39, in the order that numbers them in stored phrases. Never reorder.
const LANGUAGES: [Language; 10] = [
    Language::English,
    Language::SimplifiedChinese,
    Language::TraditionalChinese,
    Language::Czech,
    Language::French,
    Language::Italian,
    Language::Japanese,
    Language::Korean,
    Language::Portuguese,
    Language::Spanish,
];

/// How long a new phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordCount {
    /// 12 words: 128 bits of entropy.
    Twelve,
    /// 24 words: 256 bits of entropy.
    TwentyFour,
}

/// A recovery phrase, wiped when dropped.
pub struct Mnemonic(bip39::Mnemonic);

/// Why words are not a recovery phrase. No variant repeats a word: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MnemonicError {
    /// Entropy must be 16, 20, 24, 28 or 32 bytes.
    #[error("a recovery phrase needs 16, 20, 24, 28 or 32 bytes of entropy, not {got}")]
    EntropyLength {
        /// How many bytes were given.
        got: usize,
    },
    /// Not 12, 15, 18, 21 or 24 words.
    #[error("a recovery phrase has 12, 15, 18, 21 or 24 words, not {got}")]
    WordCount {
        /// How many words were given.
        got: usize,
    },
    /// The text is longer than any phrase.
    #[error("this text is too long for a recovery phrase")]
    TooLong,
    /// A word is in no word list.
    #[error("word {position} is in no word list: check its spelling")]
    UnknownWord {
        /// Which word, counted from 1.
        position: usize,
    },
    /// Every word exists, but together they are no phrase.
    #[error("the words exist but do not belong together: one is wrong, or their order is")]
    Checksum,
    /// The words stand in the lists of more than one language.
    #[error("the words fit more than one language: name the language")]
    AmbiguousLanguage,
}

impl MnemonicError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EntropyLength { .. } => "mnemonic.entropy_length",
            Self::WordCount { .. } => "mnemonic.word_count",
            Self::TooLong => "mnemonic.too_long",
            Self::UnknownWord { .. } => "mnemonic.unknown_word",
            Self::Checksum => "mnemonic.checksum",
            Self::AmbiguousLanguage => "mnemonic.ambiguous_language",
        }
    }
}

impl From<bip39::Error> for MnemonicError {
    fn from(error: bip39::Error) -> Self {
        match error {
            bip39::Error::BadEntropyBitCount(bits) => Self::EntropyLength { got: bits / 8 },
            bip39::Error::BadWordCount(got) => Self::WordCount { got },
            bip39::Error::UnknownWord(index) => Self::UnknownWord {
                position: index.saturating_add(1),
            },
            bip39::Error::InvalidChecksum => Self::Checksum,
            bip39::Error::AmbiguousLanguages(_) => Self::AmbiguousLanguage,
        }
    }
}

impl Mnemonic {
    /// Makes a new English phrase out of `random`.
    pub fn generate(words: WordCount, random: &mut Randomness<'_>) -> Self {
        let mut entropy = Zeroizing::new([0; 32]);
        let entropy = match words {
            WordCount::Twelve => &mut entropy[..16],
            WordCount::TwentyFour => &mut entropy[..],
        };
        random(entropy);
        Self::from_entropy(entropy, Language::English).expect("16 and 32 bytes are right lengths")
    }

    /// Writes `entropy` as words of `language`.
    ///
    /// # Errors
    /// The entropy has a length that BIP39 does not know.
    pub fn from_entropy(entropy: &[u8], language: Language) -> Result<Self, MnemonicError> {
        Ok(Self(bip39::Mnemonic::from_entropy_in(language, entropy)?))
    }

    /// Reads a phrase of any language; case and white space do not matter.
    ///
    /// # Errors
    /// A word is unknown, the checksum is wrong, or the words fit several languages.
    pub fn parse(text: &str) -> Result<Self, MnemonicError> {
        let text = normalise(text)?;
        match bip39::Mnemonic::parse_normalized(&text) {
            // Some words stand in two lists. The checksum nearly always tells which is meant.
            Err(bip39::Error::AmbiguousLanguages(languages)) => {
                let (found, refused): (Vec<_>, Vec<_>) = languages
                    .iter()
                    .map(|language| bip39::Mnemonic::parse_in_normalized(language, &text))
                    .partition(Result::is_ok);
                let mut found = found.into_iter().flatten();
                match (found.next(), found.next()) {
                    (Some(only), None) => Ok(Self(only)),
                    (Some(_), Some(_)) => Err(MnemonicError::AmbiguousLanguage),
                    (None, _) => Err(refused
                        .into_iter()
                        .find_map(Result::err)
                        .map_or(MnemonicError::AmbiguousLanguage, MnemonicError::from)),
                }
            }
            result => Ok(Self(result?)),
        }
    }

    /// Reads a phrase of `language`; case and white space do not matter.
    ///
    /// # Errors
    /// A word is not in the language's list, or the checksum is wrong.
    pub fn parse_in(language: Language, text: &str) -> Result<Self, MnemonicError> {
        let text = normalise(text)?;
        Ok(Self(bip39::Mnemonic::parse_in_normalized(language, &text)?))
    }

    /// Returns the words, separated by single spaces.
    pub fn phrase(&self) -> Zeroizing<String> {
        // Reserved at once, so that growing leaves no copy behind.
        let mut phrase = Zeroizing::new(String::with_capacity(MAX_PHRASE));
        for word in self.0.words() {
            if !phrase.is_empty() {
                phrase.push(' ');
            }
            phrase.push_str(word);
        }
        phrase
    }

    /// Returns the entropy that the words stand for.
    pub fn entropy(&self) -> Zeroizing<Vec<u8>> {
        // The crate's own `to_entropy` guesses the language again, and panics where two lists share
        // the words (simplified and traditional Chinese do), so the bits are read from the indices.
        let length = self.0.word_count() / 3 * 4;
        let mut entropy = Zeroizing::new(Vec::with_capacity(length + 2));
        let (mut bits, mut held) = (0_usize, 0);
        for index in self.0.word_indices() {
            bits = (bits << 11 | index) & 0x7_ffff;
            held += 11;
            while held >= 8 {
                held -= 8;
                entropy.push(u8::try_from(bits >> held & 0xff).expect("eight bits"));
            }
        }
        // What is left over is the checksum.
        entropy.truncate(length);
        entropy
    }

    /// Returns the language of the words.
    pub fn language(&self) -> Language {
        self.0.language()
    }

    /// Writes the phrase for sealing: one byte for the language, then the entropy.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let entropy = self.entropy();
        let mut bytes = Zeroizing::new(Vec::with_capacity(1 + entropy.len()));
        let known = LANGUAGES.iter().zip(0_u8..);
        let number = known.filter(|(known, _)| **known == self.language());
        bytes.extend(number.map(|(_, number)| number));
        bytes.extend_from_slice(&entropy);
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote, or returns `None` if these bytes are no phrase.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&number, entropy) = bytes.split_first()?;
        let language = LANGUAGES.get(usize::from(number))?;
        Self::from_entropy(entropy, *language).ok()
    }

    /// Stretches the phrase and an optional extra passphrase into the seed.
    pub fn to_seed(&self, passphrase: &str) -> Seed {
        let mut passphrase = Cow::Borrowed(passphrase);
        bip39::Mnemonic::normalize_utf8_cow(&mut passphrase);
        let bytes = Zeroizing::new(self.0.to_seed_normalized(&passphrase));
        if let Cow::Owned(mut copy) = passphrase {
            copy.zeroize();
        }
        Seed::from_bytes(&*bytes).expect("64 bytes are a seed")
    }
}

/// Lower case and NFKD, as the word lists are written.
fn normalise(text: &str) -> Result<Zeroizing<String>, MnemonicError> {
    if text.len() > MAX_PHRASE {
        return Err(MnemonicError::TooLong);
    }
    let lower = Zeroizing::new(text.to_lowercase());
    let mut normal = Cow::Borrowed(lower.as_str());
    bip39::Mnemonic::normalize_utf8_cow(&mut normal);
    Ok(Zeroizing::new(normal.into_owned()))
}

#[cfg(test)]
mod tests;
