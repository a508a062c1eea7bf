//! Words about transactions, and the sentences that explain them.
super::words! {
    transaction => "Transaction" | "交易";
    transactions => "Transactions" | "交易";
    one_transaction => "1 transaction" | "1 笔交易";
    many_transactions(number: &str) => "{number} transactions" | "{number} 笔交易";
    waiting => "waiting" | "等待打包";
    arrived => "seen" | "收到时间";
    in_plain_words => "In plain words" | "简明说明";
    who_gets_what => "Who gets what" | "资金流向";
    inputs => "Inputs" | "输入";
    outputs => "Outputs" | "输出";
    from_coin => "from" | "来自";
    unspent => "unspent" | "未花费";
    spent_by => "spent in" | "花费于";
    never_spent => "can't be spent" | "不可花费";
    party_new_coins => "New coins" | "新发行的币";
    party_envelope => "Moneta envelope" | "Moneta 信封";
    party_unspendable => "Not spendable" | "不可花费";
    party_script(kind: &str) => "Script ({kind})" | "脚本（{kind}）";
    authority => "Rights over" | "权利：";
    authority_means => "Whoever can spend this coin can use these rights." | "能花费这枚币的人即可行使这些权利。";
    commitment => "Commitment" | "承诺";
    commitment_means => "A handle that the next transaction registers; nobody else can read which."
        | "下一笔交易将登记的名称；他人无从得知。";
    envelope => "Envelope" | "信封";
    envelope_means => "What the transaction says about assets, rights, identities and documents; every node checks it."
        | "交易关于资产、权利、身份与文件的声明；每个节点都会核验。";
    envelope_size_text(vout: &str, bytes: &str) => "output {vout}, {bytes} bytes" | "输出 {vout}，{bytes} 字节";
    envelope_moves_only => "It moves what the inputs hold and changes nothing else."
        | "仅转移输入所持之物，不作其他变更。";
    amount => "Amount" | "数量";
    coin => "Coin" | "币";
    coins_label => "Coins" | "币";
    one_coin => "1 coin" | "1 枚币";
    many_coins(number: &str) => "{number} coins" | "{number} 枚币";
    rights => "Rights" | "权利";
    figures => "Figures" | "数据";
    fee => "Fee" | "手续费";
    fee_rate => "Fee rate" | "费率";
    grains_per_vbyte(rate: &str) => "{rate} grains/vB" | "{rate} 粒/vB";
    virtual_size => "Virtual size" | "虚拟大小";
    weight => "Weight" | "权重";
    lock_time => "Lock time" | "锁定时间";
    not_shown(number: &str) => "{number} more are not shown here." | "另有 {number} 项未在此显示。";
    raw_hex => "Raw transaction" | "原始交易";

    deed_reward => "reward" | "奖励";
    deed_transfer => "transfer" | "转账";
    deed_issue => "issue" | "发行";
    deed_mint => "mint" | "增发";
    deed_burn => "burn" | "销毁";
    deed_renounce => "renounce" | "放弃权利";
    deed_freeze => "freeze" | "冻结";
    deed_unfreeze => "unfreeze" | "解冻";
    deed_register => "identity" | "身份登记";
    deed_anchor => "notarisation" | "公证";
    deed_piece => "piece" | "藏品";
    deed_document => "document" | "文件";
    deed_enrol => "enrolment" | "持有人登记";
    deed_withdraw => "withdrawal" | "取消登记";
    deed_update => "identity update" | "身份更新";
    deed_renewal => "renewal" | "续费";
    deed_recovery => "recovery" | "身份恢复";
    deed_revocation => "revocation" | "撤销";
    deed_contest => "contest" | "异议";
    deed_seizure => "forced transfer" | "强制划转";
    deed_redemption => "redemption script" | "赎回脚本";

    explain_issue(asset: &str, initial: &str, cap: &str) => "Issues the asset {asset}: {initial} now, never more than {cap}."
        | "发行资产 {asset}：首发 {initial}，上限 {cap}。";
    explain_mint(amount: &str) => "Creates {amount}." | "增发 {amount}。";
    explain_burn(amount: &str) => "Destroys {amount} for ever." | "永久销毁 {amount}。";
    explain_renounce(asset: &str, rights: &str) => "Gives up rights over {asset} for ever: {rights}."
        | "永久放弃对 {asset} 的权利：{rights}。";
    explain_freeze(coins: &str, asset: &str, until: &str, reason: &str, jurisdiction: &str) =>
        "Freezes {coins} of {asset} until block {until}. Reason: {reason} ({jurisdiction})."
        | "冻结 {asset} 的 {coins}，至区块 {until} 止。理由：{reason}（{jurisdiction}）。";
    explain_unfreeze(coins: &str, asset: &str) => "Unfreezes {coins} of {asset}." | "解冻 {asset} 的 {coins}。";
    explain_register(handle: &str) => "Registers the identity @{handle}." | "登记身份 @{handle}。";
    explain_anchor(digest: &str) => "Notarises a document with the digest {digest}." | "公证摘要为 {digest} 的文件。";
    explain_authority(asset: &str, to: &str) => "Rights over {asset} go to {to}." | "{asset} 的权利归 {to}。";
    explain_identity(handle: &str, to: &str) => "Control of @{handle} goes to {to}." | "@{handle} 的控制权归 {to}。";
    explain_commitment(amount: &str, to: &str) => "{to} commits to a handle without showing it, and sets {amount} aside."
        | "{to} 承诺登记一个尚未公开的名称，并预留 {amount}。";
    explain_reward(to: &str, amount: &str) => "The miner {to} receives {amount} for the block."
        | "矿工 {to} 因出块获得 {amount}。";
    explain_payment(amount: &str, to: &str) => "{amount} goes to {to}." | "{amount} 转给 {to}。";
    explain_return(amount: &str, to: &str) => "{amount} returns to {to}, who also paid." | "{amount} 返回给付款方 {to}。";
    explain_more(number: usize) => "And so on, for {number} more outputs." | "另有 {number} 个输出从略。";
    explain_registry_price(amount: &str) => "{amount} is burned as the price of the entry in the registry."
        | "{amount} 作为登记费被销毁。";
    explain_fee(amount: &str) => "The miner gets a fee of {amount}." | "矿工获得手续费 {amount}。";
}
