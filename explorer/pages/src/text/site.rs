//! Words of every page's frame, of the front page and of the search.
super::words! {
    site_description => "Explorer of the Moneta chain: gold, art and identity that anyone can check."
        | "Moneta 链浏览器：黄金、艺术品与身份，人人可查。";
    skip_to_content => "Skip to content" | "跳到正文";
    navigation => "Main navigation" | "主导航";
    pages => "Pages" | "翻页";
    newest => "Newest" | "最新";
    newer => "Newer" | "较新";
    older => "Older" | "较旧";
    change_theme => "Change colours: system, light, dark" | "切换配色：跟随系统、浅色、深色";
    copy => "Copy" | "复制";
    copied => "Copied" | "已复制";
    as_of => "As of" | "数据截至";
    no_tip => "The chain can't be read at the moment." | "暂时无法读取链上数据。";
    network_named(name: &str) => "{name} network" | "{name} 网络";
    api_docs => "API documentation" | "API 文档";
    promise => "No trackers, no third parties; every figure on a page belongs to the same block."
        | "无追踪、无第三方；同一页上的所有数字都出自同一区块。";
    times_utc => "Times are in UTC." | "时间为协调世界时（UTC）。";
    times_local => "Times are in your time zone." | "时间为您所在时区的时间。";
    list_comma => ", " | "、";

    home_title => "Explorer" | "浏览器";
    home_headline => "Gold, art and identity on a chain anyone can check"
        | "黄金、艺术与身份，尽在人人可查的链上";
    search => "Search" | "搜索";
    search_placeholder => "Block, transaction, address, acme/GOLD, @handle…"
        | "区块、交易、地址、acme/GOLD、@名称…";
    search_what => "Finds blocks, transactions, addresses, assets, identities and document hashes."
        | "可查找区块、交易、地址、资产、身份与文件哈希。";
    tip => "Latest state of the chain" | "链的最新状态";
    latest_block => "Latest block" | "最新区块";
    mined_at => "Mined" | "出块时间";
    difficulty => "Difficulty" | "难度";
    hashes_per_block => "hashes expected per block" | "次哈希（每块期望值）";
    mempool => "Mempool" | "内存池";
    waiting_text(bytes: &str) => "transactions waiting, {bytes} vB" | "笔交易等待打包，{bytes} vB";
    latest_blocks => "Latest blocks" | "最新区块";
    all_blocks => "All blocks" | "全部区块";
    latest_transactions => "Latest transactions" | "最新交易";
    no_transactions => "Nothing but mining rewards lately. Ask the faucet for coins and send them on."
        | "近来只有挖矿奖励。可向水龙头领取一些币，再转出试试。";
    faucet => "Faucet" | "水龙头";
    faucet_what => "This is a sandbox: its coins are free and worth nothing. Name an address and the faucet sends it some."
        | "这是沙盒网络：币可免费领取，也没有价值。填写地址，水龙头便会向其发送一些。";
    your_address => "Your address" | "您的地址";
    faucet_ask => "Send me coins" | "领取";
    about => "What is this?" | "这是什么？";
    about_assets => "Real things, as coins" | "真实之物，化为链上之币";
    about_assets_text => "Moneta is a public chain whose blocks are Bitcoin blocks. A coin can carry grams of gold, a painting or an identity, and the rules see to it that none of it is lost or made from nothing."
        | "Moneta 是一条公有链，其区块即比特币格式的区块。一枚币可承载若干克黄金、一幅画或一个身份；规则确保它既不会遗失，也不会凭空产生。";
    about_freezes => "Freezes in the open" | "公开的冻结";
    about_freezes_text => "An issuer may freeze coins only if the asset said so from its first day, only for a limited time and only with a reason. Every freeze stands in a public register. MTA itself can never be frozen."
        | "只有在资产发行之初即声明可冻结时，发行人才能冻结其币；冻结须有期限、有理由，并全部列入公开登记簿。MTA 本身永远不可冻结。";
    about_api => "Made to build on" | "为开发者而备";
    about_api_text => "Wallets, payments, assets and proofs over one HTTP API with ready documentation. Unmodified Bitcoin tools can read the same chain."
        | "钱包、支付、资产与证明，尽在一套附有文档的 HTTP API。未经修改的比特币工具也能读取本链。";

    search_results => "Found" | "搜索结果";
    nothing_found => "Nothing found" | "未找到结果";
    search_probed => "We looked for it as:" | "已按以下类型查找：";
    search_no_kind => "This looks like none of the things the explorer knows."
        | "输入内容不像浏览器所认识的任何一类对象。";
    search_can => "What you can search for" | "可以搜索什么";
    search_can_block => "A block: its height, such as 1234, or its id of 64 hexadecimal digits"
        | "区块：高度（如 1234）或 64 位十六进制 ID";
    search_can_transaction => "A transaction: its id of 64 hexadecimal digits; one sent a moment ago may need a few seconds"
        | "交易：64 位十六进制 ID；刚刚发送的交易可能需要几秒";
    search_can_address => "An address of this network; addresses of other networks are refused"
        | "本网络的地址；其他网络的地址会被拒绝";
    search_can_asset => "An asset: issuer and symbol such as acme/GOLD, a symbol, or its id"
        | "资产：发行人与代号（如 acme/GOLD）、代号或资产 ID";
    search_can_identity => "An identity: its handle such as acme, or did:moneta:…"
        | "身份：名称（如 acme）或 did:moneta:…";
    search_can_document => "A document: its SHA-256 of 64 hexadecimal digits"
        | "文件：64 位十六进制 SHA-256 哈希";
}
