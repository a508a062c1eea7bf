//! Amounts, what they are amounts of, and what a coin holds beside its grains.
use crate::Lang;
use crate::format::{group, units};

/// An amount in its displayed unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Digits with every decimal of the unit, grouped: `1,234.500`. A change of a balance has a sign.
    pub number: String,
    /// Of what.
    pub unit: Unit,
}

/// What an amount is an amount of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// The native asset, MTA.
    Native,
    /// An issued asset.
    Asset(AssetRef),
}

/// An asset as other things point to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetRef {
    /// Its id, 64 hexadecimal digits.
    pub id: String,
    /// Its symbol: unique under its issuer, a mere label without one.
    pub symbol: String,
    /// Who issued it.
    pub issuer: Option<IdentityRef>,
}

/// An identity as other things point to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRef {
    /// Its id, 64 hexadecimal digits.
    pub id: String,
    /// Its handle.
    pub handle: String,
}

/// What a coin holds beside its grains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// Units of an asset.
    Asset(Amount),
    /// Rights over an asset.
    Authority {
        /// Over which asset.
        asset: AssetRef,
        /// Which rights.
        rights: Vec<Right>,
    },
    /// Control of an identity.
    Identity(IdentityRef),
    /// A promise to register a handle that is not shown yet.
    Commitment,
}

/// A right over an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Create more units, up to the cap.
    Mint,
    /// Freeze and unfreeze coins that hold the asset.
    Freeze,
    /// Second signature of an order.
    Compliance,
    /// Enrol holders.
    Enrol,
    /// Attach documents.
    Meta,
}

/// Rights as a line of words.
#[derive(Debug, Clone, Copy)]
pub struct Rights<'a>(pub &'a [Right]);

impl Amount {
    /// Writes grains as MTA, with all eight decimals.
    pub fn native(grains: u64) -> Self {
        Self {
            number: units(u128::from(grains), 8),
            unit: Unit::Native,
        }
    }

    /// Writes base units of an asset that has `decimals` places.
    pub fn of_asset(base_units: u64, decimals: u8, asset: AssetRef) -> Self {
        Self {
            number: units(u128::from(base_units), decimals),
            unit: Unit::Asset(asset),
        }
    }

    /// Writes a change of a balance: always signed, with a real minus.
    #[must_use]
    pub fn signed(mut self, negative: bool) -> Self {
        self.number.insert(0, if negative { '−' } else { '+' });
        self
    }

    /// Returns the digits that matter.
    pub fn head(&self) -> &str {
        let (head, _) = self.number.split_at(self.cut());
        head
    }

    /// Returns the zeros after the last digit that matters, which pages draw paler.
    pub fn zeros(&self) -> &str {
        let (_, zeros) = self.number.split_at(self.cut());
        zeros
    }

    /// Returns number and unit as one phrase: `12.500 acme/GOLD`.
    pub fn phrase(&self) -> String {
        format!("{} {}", self.number, self.unit.name())
    }

    fn cut(&self) -> usize {
        if self.number.contains('.') {
            self.number
                .trim_end_matches('0')
                .trim_end_matches('.')
                .len()
        } else {
            self.number.len()
        }
    }
}

impl Unit {
    /// Returns `MTA`, or the asset's name.
    pub fn name(&self) -> String {
        match self {
            Self::Native => "MTA".to_owned(),
            Self::Asset(asset) => asset.name(),
        }
    }
}

impl AssetRef {
    /// Returns `handle/SYMBOL`, or the symbol alone for a bare asset.
    pub fn name(&self) -> String {
        match &self.issuer {
            Some(issuer) => format!("{}/{}", issuer.handle, self.symbol),
            None => self.symbol.clone(),
        }
    }
}

impl Right {
    /// Returns the right's name.
    pub fn name(self, t: &Lang) -> &'static str {
        match self {
            Self::Mint => t.right_mint(),
            Self::Freeze => t.right_freeze(),
            Self::Compliance => t.right_compliance(),
            Self::Enrol => t.right_enrol(),
            Self::Meta => t.right_meta(),
        }
    }

    /// Returns a sentence on what the right allows.
    pub fn meaning(self, t: &Lang) -> &'static str {
        match self {
            Self::Mint => t.right_mint_means(),
            Self::Freeze => t.right_freeze_means(),
            Self::Compliance => t.right_compliance_means(),
            Self::Enrol => t.right_enrol_means(),
            Self::Meta => t.right_meta_means(),
        }
    }
}

impl Rights<'_> {
    /// Returns the rights' names with the language's comma.
    pub fn list(self, t: &Lang) -> String {
        let names: Vec<_> = self.0.iter().map(|right| right.name(t)).collect();
        names.join(t.list_comma())
    }
}

/// Writes a count with its digits grouped.
pub(crate) fn count(number: impl ToString) -> String {
    group(&number.to_string())
}
