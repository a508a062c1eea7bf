//! How things are called: by what is proven of them, else by their ids.
use bitcoin::{OutPoint, Script};
use moneta_chain::{Network, address_of};
use moneta_mips::{AssetId, IdentityId, IssueAsset, Rights};

use super::sentence::{Language, Sentence};
use crate::psbt::Facts;
use crate::units::exact;

/// What names are made of.
pub(super) struct Names<'a> {
    pub(super) facts: &'a Facts,
    pub(super) network: Network,
    pub(super) language: Language,
}

impl Names<'_> {
    /// `12.500 acme/GOLD`, or `12500 base units of asset 3f...`
    pub(super) fn units(&self, id: &AssetId, amount: u64) -> String {
        match self.facts.assets.get(id) {
            Some(issue) => {
                let amount = exact(amount, issue.decimals);
                format!("{amount} {}", self.symbol(id, issue))
            }
            None => match self.language {
                Language::English => format!("{amount} base units of asset {id}"),
                Language::Chinese => format!("资产 {id} 的 {amount} 个最小单位"),
            },
        }
    }

    /// `acme/GOLD`, or `asset 3f...`
    pub(super) fn asset(&self, id: &AssetId) -> String {
        match (self.facts.assets.get(id), self.language) {
            (Some(issue), _) => self.symbol(id, issue),
            (None, Language::English) => format!("asset {id}"),
            (None, Language::Chinese) => format!("资产 {id}"),
        }
    }

    /// `@acme`, or `identity 3f...`
    pub(super) fn identity(&self, id: &IdentityId) -> String {
        match (self.facts.identities.get(id), self.language) {
            (Some(identity), _) => format!("@{}", clean(&identity.handle)),
            (None, Language::English) => format!("identity {id}"),
            (None, Language::Chinese) => format!("身份 {id}"),
        }
    }

    /// `the right to mint and freeze acme/GOLD`
    pub(super) fn rights(&self, rights: Rights, asset: &AssetId) -> String {
        let asset = self.asset(asset);
        match self.language {
            Language::English => {
                format!("the right to {} {asset}", rights.names().join(" and "))
            }
            Language::Chinese => {
                let names: Vec<&str> = rights.names().into_iter().map(chinese_right).collect();
                format!("{asset} 的{}权", names.join("、"))
            }
        }
    }

    /// `control of @acme`
    pub(super) fn control(&self, id: &IdentityId) -> String {
        let identity = self.identity(id);
        match self.language {
            Language::English => format!("control of {identity}"),
            Language::Chinese => format!("{identity} 的控制权"),
        }
    }

    /// The address of a script, or the script itself where it has none.
    pub(super) fn owner(&self, script: &Script) -> String {
        address_of(script, self.network).unwrap_or_else(|| match self.language {
            Language::English => format!("script {}", script.to_hex_string()),
            Language::Chinese => format!("脚本 {}", script.to_hex_string()),
        })
    }

    /// `coin 3f...:0`, or all of them.
    pub(super) fn coins(&self, coins: &[OutPoint]) -> String {
        let list: Vec<String> = coins.iter().map(ToString::to_string).collect();
        match self.language {
            Language::English => format!("{} ({})", count(coins.len()), list.join(", ")),
            Language::Chinese => format!("{} 个币（{}）", coins.len(), list.join("、")),
        }
    }

    /// What is said of a new asset.
    pub(super) fn issue(&self, issue: &IssueAsset) -> Sentence {
        let symbol = clean(&issue.symbol);
        let symbol = match &issue.issuer {
            Some(issuer) => format!("{}/{symbol}", self.handle(issuer)),
            None => symbol,
        };
        Sentence::Issue {
            symbol,
            name: clean(&issue.name),
            initial: exact(issue.initial, issue.decimals),
            cap: exact(issue.cap, issue.decimals),
            freezable: issue.powers.contains(Rights::FREEZE),
        }
    }

    /// A symbol alone names nothing: it lives under a handle, or anybody may use it.
    fn symbol(&self, id: &AssetId, issue: &IssueAsset) -> String {
        let symbol = clean(&issue.symbol);
        match &issue.issuer {
            Some(issuer) => format!("{}/{symbol}", self.handle(issuer)),
            None => format!("{symbol} [{id}]"),
        }
    }

    fn handle(&self, issuer: &IdentityId) -> String {
        let identity = self.facts.identities.get(issuer);
        identity.map_or_else(|| issuer.to_string(), |identity| clean(&identity.handle))
    }
}

/// Text from strangers must not move the cursor or turn the direction of writing around.
pub(super) fn clean(text: &str) -> String {
    let harmless = |letter: char| {
        !letter.is_control()
            && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let letters = text.chars();
    letters
        .map(|letter| if harmless(letter) { letter } else { '\u{fffd}' })
        .collect()
}

fn count(coins: usize) -> String {
    match coins {
        1 => "1 coin".to_owned(),
        many => format!("{many} coins"),
    }
}

fn chinese_right(name: &str) -> &str {
    match name {
        "mint" => "增发",
        "freeze" => "冻结",
        "compliance" => "合规",
        "enrol" => "登记持有人",
        "meta" => "文件",
        other => other,
    }
}
