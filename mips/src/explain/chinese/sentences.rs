//! Statements in Chinese, one clause each.
use super::super::statement::{
    Contract, Enrolled, Freezing, Issuing, Life, Listing, Party, Statement,
};
use super::refusals::refused;
use super::words::{
    after, count, document as kind_name, name, plain, quantity, reason_name, right, right_names,
    scripts, tier_name, with, within,
};

/// Says one statement.
pub(in super::super) fn say(statement: &Statement) -> String {
    match statement {
        Statement::Moves(what, to) => moves(&quantity(what), to),
        Statement::MovesRights(rights, asset, to) => {
            let what = format!("{}的{}", within(&name(asset)), right(*rights));
            keeps(what.trim_start(), to)
        }
        Statement::MovesIdentity(identity, to) => keeps(&format!("身份 {}", plain(identity)), to),
        Statement::Commits(grains, commitment, to) => {
            let kept = keeps(&format!("{} 粒", grains.to_sat()), to);
            format!("{kept}，用于登记尚未公开的名称（承诺 {commitment}）")
        }
        Statement::Issues(issuing) => issues(issuing),
        Statement::Lives(life) => lives(life),
        Statement::Lists(listing) => lists(listing),
        Statement::Mints(what) => format!("增发{}", after(&quantity(what))),
        Statement::Burns(what) => format!("永久销毁{}", after(&quantity(what))),
        Statement::Renounces(rights, asset) => {
            format!("永久放弃{}的{}", within(&name(asset)), right(*rights))
        }
        Statement::Freezes(freezing) => freezes(freezing),
        Statement::Lifts(what, asset) => {
            format!("解冻{}的{}", within(&name(asset)), after(&count(what)))
        }
        Statement::Notarises(digest) => format!("公证摘要 {digest}"),
        Statement::Mines(what, to) => moves(&format!("新挖出的 {}", quantity(what)), to),
        Statement::GrainsAlong(grains) => format!("随所转之物附带 {} 粒", grains.to_sat()),
        Statement::Price(grains) => {
            format!("销毁 {} 粒，作为在登记簿新增条目的费用", grains.to_sat())
        }
        Statement::Fee(grains) => format!("手续费 {} 粒", grains.to_sat()),
        Statement::FreezesNothing => "不冻结任何资产".to_owned(),
        Statement::Wastes(grains) => {
            format!("{} 粒落在谁也无法花费的输出上，将会丢失", grains.to_sat())
        }
        Statement::Unreadable(error) => {
            format!("链会拒绝此交易：无法读取其信封（{}）", refused(error))
        }
        Statement::NoEnvelope => {
            "链会拒绝此交易：它花费了带有资产、权利或身份的币，却没有说明其去向".to_owned()
        }
        Statement::Overspends => "链会拒绝此交易：输出大于输入".to_owned(),
    }
}

fn freezes(freezing: &Freezing) -> String {
    format!(
        "冻结{}的{}，至高度 {} 止（{}，{}，{}{}）",
        within(&name(&freezing.asset)),
        after(&count(&freezing.what)),
        freezing.stop,
        tier_name(freezing.tier),
        reason_name(freezing.reason),
        freezing.jurisdiction,
        with("文件", freezing.document.as_deref()),
    )
}

fn lives(life: &Life) -> String {
    match life {
        Life::Registers {
            handle,
            document,
            recovery,
        } => format!(
            "登记身份 {handle}：{}，{}可恢复该身份",
            published(document.as_deref()),
            recoverer(recovery.as_deref()),
        ),
        Life::Updates {
            identity,
            document,
            recovery,
        } => format!(
            "更换身份 {} 公布的内容：{}，此后{}可恢复该身份",
            plain(identity),
            published(document.as_deref()),
            recoverer(recovery.as_deref()),
        ),
        Life::Renews(handle, years) => format!("为名称 {handle} 续费 {years} 年"),
        Life::Recovers(identity, to) => format!(
            "开始将身份 {} 交给脚本 {to}：其所有者有一周时间提出反对",
            plain(identity)
        ),
        Life::Claims(identity) => {
            format!("接管身份 {}：原先持有该身份的币不再持有它", plain(identity))
        }
        Life::Revokes(identity) => format!("永久撤销身份 {}", plain(identity)),
    }
}

fn lists(listing: &Listing) -> String {
    match listing {
        Listing::Describes {
            asset,
            collection,
            number,
            edition,
            media_type,
            content,
            terms,
        } => format!(
            "将{}定为藏品系列 {collection} 的第 {number} 件，共 {edition} 件（{media_type}，内容 {content}{}）",
            within(&name(asset)),
            with("条款", terms.as_deref()),
        ),
        Listing::Documents {
            asset,
            kind,
            digest,
            uri,
        } => {
            let at = if uri.is_empty() {
                String::new()
            } else {
                format!("，位于 {uri}")
            };
            let (asset, kind) = (within(&name(asset)), kind_name(*kind));
            format!("设定{asset}的{kind}：摘要 {digest}{at}")
        }
        Listing::Enrols(holders, asset) => {
            let each: Vec<String> = holders.iter().map(enrolled).collect();
            format!("准许{}接收{}", scripts(&each), after(&name(asset)))
        }
        Listing::Contests {
            what,
            asset,
            statement,
        } => format!(
            "对{}的{}的冻结提出异议{}",
            within(&name(asset)),
            within(&count(what)),
            with("声明", statement.as_deref()),
        ),
        Listing::Redeems(Some(script), asset) => {
            format!("允许被冻结的{}退回脚本 {script}", within(&name(asset)))
        }
        Listing::Redeems(None, asset) => {
            format!("不允许被冻结的{}转往任何地方", within(&name(asset)))
        }
        Listing::Takes(what, coin) => {
            format!(
                "依据法院命令，强制划走币 {coin} 中的{}",
                after(&quantity(what))
            )
        }
        Listing::Withdraws(withdrawn, asset) => {
            format!("不再准许{}接收{}", scripts(withdrawn), after(&name(asset)))
        }
    }
}

/// Says who gets units or grains.
fn moves(what: &str, to: &Party) -> String {
    match to {
        Party::Back => format!("将{}退回给您", within(what)),
        to => goes(what, to),
    }
}

/// Says who gets what a reader who gets it back has kept.
fn keeps(what: &str, to: &Party) -> String {
    match to {
        Party::Back => format!("您保留{}", after(what)),
        to => goes(what, to),
    }
}

fn goes(what: &str, to: &Party) -> String {
    match to {
        Party::Back | Party::You => format!("您收到{}", after(what)),
        Party::Address(address) => format!("将{}转给 {address}", within(what)),
        Party::Script(script) => format!("将{}转给脚本 {script}", within(what)),
    }
}

fn published(document: Option<&str>) -> String {
    match document {
        Some(digest) => format!("公布摘要为 {digest} 的文件"),
        None => "不公布任何内容".to_owned(),
    }
}

fn recoverer(script: Option<&str>) -> String {
    match script {
        Some(script) => format!("脚本 {script} "),
        None => "无人".to_owned(),
    }
}

fn enrolled(one: &Enrolled) -> String {
    let (script, expiry, record) = (&one.script, one.expiry, &one.record);
    format!("{script}（至高度 {expiry} 止，记录 {record}）")
}

const fn who_receives(enrolled: bool) -> &'static str {
    match enrolled {
        true => "，仅限已登记的脚本接收",
        false => "",
    }
}

fn issues(issuing: &Issuing) -> String {
    let title = match issuing.title.as_str() {
        "" => String::new(),
        title => format!("（{title}）"),
    };
    let powers = match issuing.powers.is_empty() {
        true => "无人对其拥有权利".to_owned(),
        false => format!("权利：{}", right_names(issuing.powers)),
    };
    let contract = match &issuing.contract {
        Some(Contract::Terms(hash)) => with("条款", Some(hash)),
        Some(Contract::Piece(hash)) => with("藏品描述", Some(hash)),
        None => String::new(),
    };
    format!(
        "发行新资产{title}：首发{}，上限{}，{powers}{contract}{}",
        after(&quantity(&issuing.first)),
        after(&quantity(&issuing.cap)),
        who_receives(issuing.enrolled),
    )
}
