//! A reading in plain sentences: the words are `moneta_mips::explain`'s, the facts are the proven ones.
use std::collections::BTreeSet;

use bitcoin::{Script, ScriptBuf};
use moneta_chain::{Height, Network, address_of};
use moneta_mips::{AssetFacts, AssetId, Coin, Facts, IdentityId, Lang, Sentence, explain};

use super::{ProvenFacts, PsbtReading, ReadInput, Warning};
use crate::units::mta;

impl PsbtReading {
    /// Says what signing this does, one clause for each thing that happens. A clause says only what is
    /// proven: an asset without proof is called by its id and counted in base units.
    pub fn sentences(&self, lang: Lang) -> Vec<Sentence> {
        let spent: Vec<Coin> = self.inputs.iter().map(coin_of).collect();
        let reader = Reader {
            facts: &self.facts,
            network: self.network,
            own: self.own_scripts(),
        };
        explain(&self.psbt.unsigned_tx, &spent, &reader, lang)
    }

    /// Returns the words of [`Self::sentences`] alone.
    pub fn explain(&self, lang: Lang) -> Vec<String> {
        let sentences = self.sentences(lang).into_iter();
        sentences.map(|sentence| sentence.text).collect()
    }

    /// Scripts that derivation proved to be the reader's.
    fn own_scripts(&self) -> BTreeSet<ScriptBuf> {
        let inputs = self.inputs.iter();
        let inputs = inputs.filter(|input| input.ours.is_some());
        let outputs = self.outputs.iter();
        let outputs = outputs.filter(|output| output.ours.is_some());
        inputs
            .map(|input| input.output.script_pubkey.clone())
            .chain(outputs.map(|output| output.output.script_pubkey.clone()))
            .collect()
    }
}

/// Height and origin of a coin are the chain's business; nothing is said about them.
fn coin_of(input: &ReadInput) -> Coin {
    Coin {
        output: input.output.clone(),
        height: Height::GENESIS,
        coinbase: false,
        attachment: input.attachment.clone(),
    }
}

/// What the reader knows: proofs, the network's addresses, and which scripts are his.
struct Reader<'a> {
    facts: &'a ProvenFacts,
    network: Network,
    own: BTreeSet<ScriptBuf>,
}

impl Facts for Reader<'_> {
    fn asset(&self, id: &AssetId) -> Option<AssetFacts> {
        let issue = self.facts.assets.get(id)?;
        // A symbol alone names nothing: it lives under a handle, or anybody may use it.
        let name = match &issue.issuer {
            Some(issuer) => {
                let handle = self.handle(issuer);
                let handle = handle.unwrap_or_else(|| issuer.to_string());
                format!("{handle}/{}", issue.symbol)
            }
            None => format!("{} [{id}]", issue.symbol),
        };
        let decimals = issue.decimals;
        Some(AssetFacts { name, decimals })
    }

    fn handle(&self, id: &IdentityId) -> Option<String> {
        let identity = self.facts.identities.get(id)?;
        Some(identity.handle.clone())
    }

    fn is_own(&self, script: &Script) -> bool {
        self.own.contains(script)
    }

    fn address(&self, script: &Script) -> Option<String> {
        address_of(script, self.network)
    }
}

impl Warning {
    /// Says what to look at twice, as a clause without a full stop.
    pub fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Zh => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::HighFee { fee, outputs } => format!(
                "the fee of {} is more than a tenth of the {} that come out",
                mta(*fee),
                mta(*outputs)
            ),
            Self::FalseChange { output } => {
                format!("output {output} claims to come back to this wallet, and does not")
            }
            Self::UnprovenAsset { asset } => {
                format!("nothing proves the name of asset {asset}: it is counted in base units")
            }
            Self::UnprovenIdentity { identity } => {
                format!("nothing proves the handle of identity {identity}")
            }
            Self::ForeignInputs { count } => format!(
                "{count} of the inputs belong to somebody else: compare all of it with what was agreed"
            ),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::HighFee { fee, outputs } => {
                format!(
                    "手续费 {} 超过输出总额 {} 的十分之一",
                    mta(*fee),
                    mta(*outputs)
                )
            }
            Self::FalseChange { output } => format!("输出 {output} 自称返回本钱包，其实不是"),
            Self::UnprovenAsset { asset } => {
                format!("资产 {asset} 的名称没有证明，数量以最小单位显示")
            }
            Self::UnprovenIdentity { identity } => format!("身份 {identity} 的名称没有证明"),
            Self::ForeignInputs { count } => {
                format!("有 {count} 个输入属于他人：请与事先约定的内容逐一核对")
            }
        }
    }
}
