//! Every sentence there is, in both languages side by side.
use bitcoin::hex::DisplayHex;
use moneta_chain::Height;
use moneta_mips::Reason;

/// In which language a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// Something that happens; every part already has its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sentence {
    Issue {
        symbol: String,
        name: String,
        initial: String,
        cap: String,
        freezable: bool,
    },
    Mint {
        what: String,
    },
    Burn {
        what: String,
    },
    Renounce {
        what: String,
    },
    Freeze {
        asset: String,
        coins: String,
        until: Height,
        reason: Reason,
        jurisdiction: String,
    },
    Unfreeze {
        asset: String,
        coins: String,
    },
    Register {
        handle: String,
    },
    Anchor {
        digest: [u8; 32],
    },
    Transfer {
        what: String,
        to: String,
    },
    Return {
        what: String,
    },
    RegistryPrice {
        amount: String,
    },
    Fee {
        amount: String,
    },
}

impl Sentence {
    pub(super) fn say(&self, language: Language) -> String {
        match language {
            Language::English => capital(&self.english()),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Issue {
                symbol,
                name,
                initial,
                cap,
                freezable,
            } => {
                let freezable = if *freezable {
                    "coins of it can be frozen"
                } else {
                    "coins of it can never be frozen"
                };
                format!(
                    "creates the asset {symbol} ({name}): {initial} now, never more than {cap}; {freezable}."
                )
            }
            Self::Mint { what } => format!("creates {what}."),
            Self::Burn { what } => format!("destroys {what} for ever."),
            Self::Renounce { what } => format!("gives up {what} for ever."),
            Self::Freeze {
                asset,
                coins,
                until,
                reason,
                jurisdiction,
            } => format!(
                "freezes {coins} of {asset} until block {until}: {} ({jurisdiction}).",
                english_reason(*reason)
            ),
            Self::Unfreeze { asset, coins } => format!("unfreezes {coins} of {asset}."),
            Self::Register { handle } => format!("registers the identity @{handle}."),
            Self::Anchor { digest } => format!(
                "notarises a document with SHA-256 {}.",
                digest.to_lower_hex_string()
            ),
            Self::Transfer { what, to } => format!("{what} goes to {to}."),
            Self::Return { what } => format!("{what} comes back to this wallet."),
            Self::RegistryPrice { amount } => {
                format!("{amount} is burned as the price of the entry in the registry.")
            }
            Self::Fee { amount } => format!("the miner gets a fee of {amount}."),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Issue {
                symbol,
                name,
                initial,
                cap,
                freezable,
            } => {
                let freezable = if *freezable {
                    "可冻结"
                } else {
                    "永不可冻结"
                };
                format!("创建资产 {symbol}（{name}）：现发行 {initial}，上限 {cap}，{freezable}。")
            }
            Self::Mint { what } => format!("增发 {what}。"),
            Self::Burn { what } => format!("永久销毁 {what}。"),
            Self::Renounce { what } => format!("永久放弃 {what}。"),
            Self::Freeze {
                asset,
                coins,
                until,
                reason,
                jurisdiction,
            } => format!(
                "冻结 {asset} 的 {coins}，至区块 {until}：{}（{jurisdiction}）。",
                chinese_reason(*reason)
            ),
            Self::Unfreeze { asset, coins } => format!("解冻 {asset} 的 {coins}。"),
            Self::Register { handle } => format!("注册身份 @{handle}。"),
            Self::Anchor { digest } => {
                format!("公证文件，SHA-256 为 {}。", digest.to_lower_hex_string())
            }
            Self::Transfer { what, to } => format!("{what} 转给 {to}。"),
            Self::Return { what } => format!("{what} 返回本钱包。"),
            Self::RegistryPrice { amount } => format!("销毁 {amount}，作为登记的价格。"),
            Self::Fee { amount } => format!("矿工手续费 {amount}。"),
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

const fn english_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::CourtOrder => "court order",
        Reason::Sanctions => "sanctions",
        Reason::TheftReport => "reported as stolen",
        Reason::HolderRequest => "asked for by the holder",
        Reason::MisIssuance => "issued by mistake",
        Reason::Dispute => "dispute",
        Reason::Redemption => "being redeemed",
        Reason::SecurityIncident => "security incident",
    }
}

const fn chinese_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::CourtOrder => "法院命令",
        Reason::Sanctions => "制裁",
        Reason::TheftReport => "失窃报告",
        Reason::HolderRequest => "持有人请求",
        Reason::MisIssuance => "误发",
        Reason::Dispute => "争议",
        Reason::Redemption => "赎回",
        Reason::SecurityIncident => "安全事件",
    }
}
