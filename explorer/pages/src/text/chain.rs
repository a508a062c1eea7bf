//! Words about blocks, addresses and lists.
super::words! {
    block => "Block" | "区块";
    blocks => "Blocks" | "区块";
    block_at(height: &str) => "block {height}" | "区块 {height}";
    block_id => "Id" | "区块 ID";
    height => "Height" | "高度";
    time => "Time" | "时间";
    size => "Size" | "大小";
    miner => "Miner" | "矿工";
    bytes_text(number: &str) => "{number} B" | "{number} 字节";
    vbytes_text(number: &str) => "{number} vB" | "{number} 虚拟字节";
    weight_text(number: &str) => "{number} weight units" | "{number} 权重单位";
    neighbours => "Neighbouring blocks" | "相邻区块";
    parent => "Parent" | "父区块";
    child => "Child" | "子区块";
    genesis => "None: this is the first block" | "无：这是首个区块";
    one_confirmation => "1 confirmation" | "1 次确认";
    many_confirmations(number: &str) => "{number} confirmations" | "{number} 次确认";
    orphaned => "not in the best chain" | "不在最佳链上";
    orphaned_means => "Miners found more work on another branch, so nothing in this block counts unless another block holds it too."
        | "矿工在另一分支上完成了更多工作量，因此本区块中的内容不再有效，除非另有区块收录。";
    orphaned_instead(height: &str) => "See the block that stands at height {height} now."
        | "查看高度 {height} 处现行的区块。";
    header => "Header" | "区块头";
    median_time => "Median time" | "中位时间";
    merkle_root => "Merkle root" | "默克尔根";
    version => "Version" | "版本";
    bits => "Target" | "目标值";
    header_nonce => "Nonce" | "随机数";
    seal => "Ethash seal" | "Ethash 封印";
    seal_means => "Proof of work that stands beside the 80-byte header. The block's id does not depend on it."
        | "位于 80 字节区块头之旁的工作量证明；区块 ID 不依赖于它。";
    seal_none => "The first block is part of the rules and needs no proof of work."
        | "首个区块属于规则的一部分，无需工作量证明。";
    seal_nonce => "Seal nonce" | "封印随机数";
    mix_hash => "Mix hash" | "混合哈希";
    seal_hash => "Sealed hash" | "被封印哈希";
    epoch => "Epoch" | "纪元";
    content => "Content" | "内容";
    reward => "Reward" | "奖励";
    fees => "of that, fees" | "其中手续费";

    address => "Address" | "地址";
    qr_of_address => "QR code of the address" | "地址二维码";
    balances => "Balances" | "余额";
    no_balance => "This address holds nothing now." | "该地址目前没有余额。";
    confirmed => "Confirmed" | "已确认";
    frozen_part => "Of that, frozen" | "其中已冻结";
    pending => "Pending" | "待确认";
    also_holds => "It also holds:" | "另持有：";
    frozen_coins => "Frozen coins" | "被冻结的币";
    history => "History" | "历史记录";
    no_history => "No transaction so far." | "暂无交易。";

    identity => "Identity" | "身份";
    identity_coin_means => "Whoever can spend this coin controls the identity." | "能花费这枚币的人即控制该身份。";
    published => "Published by its owner" | "所有者公开的信息";
    published_means => "The owner wrote this; the chain proves who wrote it, not that it is true."
        | "以下内容由所有者填写；链只证明由谁填写，不证明其真实。";
    published_nothing => "The owner publishes nothing." | "所有者未公开任何信息。";
    as_on_chain => "As it stands on chain" | "链上原文";
    registration => "Registration" | "登记";
    registered => "Registered" | "登记于";
    controlled_by => "Controlled by" | "控制者";
    recovery => "Recovery" | "恢复方式";
    recovery_none => "none named" | "未指定";
    did_document => "DID document" | "DID 文档";
    assets_issued => "Assets issued" | "发行的资产";

    document => "Document" | "文件";
    digest => "Digest" | "摘要";
    document_means => "The chain holds only this SHA-256 digest, never the document. Whoever has the document can compute the digest and compare."
        | "链上只保存此 SHA-256 摘要，从不保存文件本身。持有文件者可自行计算摘要并加以比对。";
    notarisations => "Notarisations" | "公证记录";
    no_notarisations => "Nobody has notarised this digest." | "尚无人公证此摘要。";
    existed_by_then => "The document existed by then: the digest stands in a block of that time."
        | "文件在此时已经存在：其摘要已载入当时的区块。";
    proof => "Proof" | "证明";
    download_proof => "Download" | "下载";
    proof_means => "check it offline with moneta verify" | "可用 moneta verify 离线验证";
    basis_of => "Basis of freezes" | "作为以下冻结的依据";
    terms_of => "Terms of" | "作为以下资产的条款";
    documents_of => "Document or content of" | "作为以下资产的文件或内容";
}
