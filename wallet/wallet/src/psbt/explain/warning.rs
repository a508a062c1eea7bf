//! Warnings in both languages side by side.
use super::Language;
use crate::psbt::Warning;
use crate::units::mta;

impl Warning {
    /// Says what to look at twice.
    pub fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::HighFee { fee, outputs } => format!(
                "the fee of {} is more than a tenth of the {} that come out.",
                mta(*fee),
                mta(*outputs)
            ),
            Self::FalseChange { output } => {
                format!("output {output} claims to come back to this wallet, and does not.")
            }
            Self::UnprovenAsset { asset } => {
                format!("nothing proves the name of asset {asset}: it is counted in base units.")
            }
            Self::UnprovenIdentity { identity } => {
                format!("nothing proves the handle of identity {identity}.")
            }
            Self::ForeignInputs { count } => format!(
                "{count} of the inputs belong to somebody else: compare all of it with what was agreed."
            ),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::HighFee { fee, outputs } => format!(
                "手续费 {} 超过输出总额 {} 的十分之一。",
                mta(*fee),
                mta(*outputs)
            ),
            Self::FalseChange { output } => {
                format!("输出 {output} 自称返回本钱包，其实不是。")
            }
            Self::UnprovenAsset { asset } => {
                format!("资产 {asset} 的名称没有证明，数量以最小单位显示。")
            }
            Self::UnprovenIdentity { identity } => {
                format!("身份 {identity} 的名称没有证明。")
            }
            Self::ForeignInputs { count } => {
                format!("有 {count} 个输入属于他人：请与事先约定的内容逐一核对。")
            }
        }
    }
}
