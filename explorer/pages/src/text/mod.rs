//! Every word a page shows, in every language: one table, and a gap in it does not compile.

mod asset;
mod chain;
mod errors;
mod site;
mod transaction;

use crate::parts::count;

/// A language pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// English.
    En,
    /// Chinese, simplified.
    Zh,
}

impl Lang {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// Returns the tag for `<html lang>` and `?lang=`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// Returns what its own readers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "中文",
        }
    }

    /// Returns the language with this tag, as in `?lang=zh`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// Returns the language that an `Accept-Language` header prefers (RFC 9110, 12.5.4); English if it
    /// names none of ours.
    pub fn of_accept_language(header: &str) -> Self {
        let mut best = (0, Self::En);
        for range in header.split(',').take(16) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let known = Self::of_tag(&primary.to_ascii_lowercase());
            if let (Some(lang), Some(weight)) = (known, weight_per_mille(weight))
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// Returns `1 confirmation`, `12 confirmations`.
    pub fn confirmations(self, number: impl ToString) -> String {
        match count(number).as_str() {
            "1" => self.one_confirmation().to_owned(),
            number => self.many_confirmations(number),
        }
    }

    /// Returns `1 transaction`, `12 transactions`.
    pub fn transactions_count(self, number: impl ToString) -> String {
        match count(number).as_str() {
            "1" => self.one_transaction().to_owned(),
            number => self.many_transactions(number),
        }
    }

    /// Returns `1 coin`, `3 coins`.
    pub fn coins(self, number: impl ToString) -> String {
        match count(number).as_str() {
            "1" => self.one_coin().to_owned(),
            number => self.many_coins(number),
        }
    }

    /// Returns how long a freeze still holds.
    pub fn blocks_left(self, number: impl ToString) -> String {
        match count(number).as_str() {
            "1" => self.one_block_left().to_owned(),
            number => self.many_blocks_left(number),
        }
    }

    /// Returns `block 1,234`.
    pub fn block_number(self, height: impl ToString) -> String {
        self.block_at(&count(height))
    }

    /// Returns a number of bytes.
    pub fn bytes(self, number: impl ToString) -> String {
        self.bytes_text(&count(number))
    }

    /// Returns a number of virtual bytes.
    pub fn vbytes(self, number: impl ToString) -> String {
        self.vbytes_text(&count(number))
    }

    /// Returns what waits in the mempool, in virtual bytes.
    pub fn waiting_vbytes(self, number: impl ToString) -> String {
        self.waiting_text(&count(number))
    }

    /// Returns a weight.
    pub fn weight_units(self, number: impl ToString) -> String {
        self.weight_text(&count(number))
    }

    /// Returns where the envelope is and how long.
    pub fn envelope_size(self, vout: impl ToString, bytes: impl ToString) -> String {
        self.envelope_size_text(&count(vout), &count(bytes))
    }
}

/// Returns a weight such as `q=0.8` in thousandths, or `None` if it is none.
fn weight_per_mille(weight: &str) -> Option<u32> {
    let value = weight.trim().strip_prefix("q=")?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 {
        return None;
    }
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let fraction: u32 = format!("{fraction:0<3}").parse().ok()?;
    Some((whole * 1_000 + fraction).min(1_000))
}

/// Defines words and sentences: `name => "English" | "中文";`, where a sentence names its arguments.
///
/// A row without its second column matches no rule, so a missing translation is a compile error.
macro_rules! words {
    ($($name:ident $(($($arg:ident: $type:ty),+))? => $en:literal | $zh:literal;)+) => {
        impl $crate::Lang {
            $($crate::text::words!(@row $name $(($($arg: $type),+))? => $en | $zh);)+
        }

        /// The rows of this table: name, English, Chinese.
        #[cfg(test)]
        pub(super) const ROWS: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $zh)),+];
    };
    (@row $name:ident => $en:literal | $zh:literal) => {
        #[doc = $en]
        pub const fn $name(self) -> &'static str {
            match self {
                Self::En => $en,
                Self::Zh => $zh,
            }
        }
    };
    (@row $name:ident ($($arg:ident: $type:ty),+) => $en:literal | $zh:literal) => {
        #[doc = $en]
        pub fn $name(self, $($arg: $type),+) -> String {
            match self {
                Self::En => format!($en),
                Self::Zh => format!($zh),
            }
        }
    };
}
use words;

#[cfg(test)]
mod tests;

/// Returns the English phrases that would be seen if they were left on a Chinese page.
#[cfg(test)]
pub(crate) fn english_phrases() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        site::ROWS,
        chain::ROWS,
        transaction::ROWS,
        asset::ROWS,
        errors::ROWS,
    ]
    .into_iter()
    .flatten()
    .filter(|(_, english, _)| english.len() > 7 && !english.contains('{'))
    .map(|(name, english, _)| (*name, *english))
}
