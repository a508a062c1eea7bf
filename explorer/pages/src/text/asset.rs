//! Words about assets, rights and freezes.
super::words! {
    asset => "Asset" | "资产";
    assets => "Assets" | "资产";
    assets_what => "Everything that has been issued on this chain, with what exists of it now."
        | "本链上发行的全部资产及其现存数量。";
    no_assets => "No asset has been issued yet." | "尚未发行任何资产。";
    name => "Name" | "名称";
    supply => "Supply" | "供应量";
    cap => "Cap" | "上限";
    share => "Share" | "占比";
    share_of_cap => "Share of the cap" | "占上限比例";
    percent_of_cap(percent: &str, cap: &str) => "{percent} % of the cap of {cap}" | "占上限 {cap} 的 {percent} %";
    issued => "Issued" | "发行于";
    issued_by => "Issued by" | "发行人：";
    issued_total => "Issued" | "累计发行";
    burned_total => "Burned" | "累计销毁";
    frozen_now => "Frozen now" | "当前冻结";
    initial => "First units" | "首发数量";
    decimals => "Decimal places" | "小数位数";
    terms => "Terms" | "条款";
    no_document => "none given" | "未提供";
    no_issuer => "no issuer" | "无发行人";
    no_issuer_means => "Anyone may use this symbol; compare the id." | "任何人都可使用此代号，请核对 ID。";
    freezable => "Freezable" | "可冻结";
    freezable_means => "Whoever holds the freeze right can stop single coins of this asset for a limited time, with a reason, in public. The MTA in a coin can't be frozen away from you: such coins hold hardly any."
        | "持有冻结权者可在限定时间内、附具理由、公开地冻结本资产的个别币。此类币中几乎不含 MTA，因此冻结不会困住您的 MTA。";
    powers => "Powers" | "权力";
    powers_none => "None: nobody can mint or freeze." | "无：任何人都不能增发或冻结。";
    who_may_hold => "Who may hold it" | "谁可持有";
    holders_open => "Anybody" | "任何人";
    holders_enrolled => "Only enrolled holders" | "仅限已实名登记者";
    right_mint => "mint" | "增发";
    right_freeze => "freeze" | "冻结";
    right_compliance => "compliance" | "合规";
    right_enrol => "enrol" | "登记持有人";
    right_meta => "documents" | "文件";
    right_mint_means => "create more units, up to the cap" | "在上限内增发";
    right_freeze_means => "freeze and unfreeze coins" | "冻结与解冻";
    right_compliance_means => "co-sign orders" | "共同签署命令";
    right_enrol_means => "say who may hold the asset" | "决定谁可持有本资产";
    right_meta_means => "attach documents" | "附加文件";
    holder => "Holder" | "持有人";
    holders => "Holders" | "持有人";
    no_holders => "Nobody holds this asset now." | "目前无人持有该资产。";

    freezes => "Freezes" | "冻结";
    freeze_register => "Freeze register" | "冻结登记簿";
    freeze_register_what => "Every freeze of every asset: which coin, why, under whose law and until when. A freeze ends by itself at its stop height."
        | "所有资产的全部冻结：哪枚币、何种理由、依据何地法律、至何时为止。冻结到达截止高度即自动失效。";
    entries => "Entries" | "记录";
    frozen_now_count(number: &str) => "{number} in force now" | "现行 {number} 项";
    no_freezes => "No freeze so far." | "暂无冻结。";
    frozen => "frozen" | "已冻结";
    freeze_lapsed => "lapsed" | "已到期";
    freeze_lifted => "lifted" | "已解除";
    freeze_ended => "ended" | "已结束";
    freeze_replaced => "replaced" | "已被替换";
    one_block_left => "1 block left" | "剩余 1 个区块";
    many_blocks_left(number: &str) => "{number} blocks left" | "剩余 {number} 个区块";
    reason => "Reason" | "理由";
    jurisdiction => "Jurisdiction" | "法域";
    tier => "Tier" | "级别";
    frozen_from => "Since" | "起始";
    frozen_until => "Until" | "截止";
    frozen_by => "Frozen in" | "冻结交易";
    tier_emergency => "Emergency" | "紧急";
    tier_order => "Order" | "命令";
    reason_court_order => "court order" | "法院命令";
    reason_sanctions => "sanctions" | "制裁";
    reason_theft_report => "theft report" | "失窃报案";
    reason_holder_request => "holder's request" | "持有人请求";
    reason_mis_issuance => "mis-issuance" | "发行有误";
    reason_dispute => "dispute" | "争议";
    reason_redemption => "redemption" | "赎回";
    reason_security_incident => "security incident" | "安全事件";
}
