//! Words of error pages: what is wrong, then why that may be and what to do.
super::words! {
    back_home => "Back to the front page" | "返回首页";
    error_no_page => "There is no such page" | "没有这个页面";
    error_no_page_advice => "The address in your browser leads nowhere. Search for what you need, or start from the front page."
        | "浏览器中的网址没有对应的页面。请搜索所需内容，或从首页开始。";
    error_block => "No such block" | "没有这个区块";
    error_block_advice => "This node has no block with this id or height. A height above the latest block has not been mined yet; an id may belong to another network."
        | "本节点没有此 ID 或高度的区块。高于最新区块的高度尚未出块；该 ID 也可能属于其他网络。";
    error_transaction => "No such transaction" | "没有这笔交易";
    error_transaction_advice => "Neither the chain nor the mempool holds it. If it was sent a moment ago, reload in a few seconds; if its block was orphaned, its sender may have to send it again."
        | "链上与内存池中均无此交易。若刚刚发送，请几秒后刷新；若其所在区块已成孤块，发送者可能需要重新发送。";
    error_asset => "No such asset" | "没有这个资产";
    error_asset_advice => "No asset with this id or symbol has been issued. Symbols are written with their issuer, such as acme/GOLD."
        | "没有此 ID 或代号的资产。代号须连同发行人书写，例如 acme/GOLD。";
    error_identity => "No such identity" | "没有这个身份";
    error_identity_advice => "Nobody has registered this handle or id. Handles are written in small letters."
        | "该名称或 ID 尚未登记。名称使用小写字母。";
    error_document => "Nothing refers to this digest" | "没有任何记录引用此摘要";
    error_document_advice => "Nobody has notarised it, and no asset names it as its terms. A single changed byte in a document changes its whole digest."
        | "尚无人公证，也没有资产以其为条款。文件只要有一个字节不同，摘要便完全不同。";
    error_bad_id => "This is not an id" | "这不是有效的 ID";
    error_bad_id_advice => "Ids are 64 hexadecimal digits. Perhaps a few were lost when copying."
        | "ID 应为 64 位十六进制数字，复制时可能有遗漏。";
    error_bad_address => "This is not an address of this network" | "这不是本网络的地址";
    error_bad_address_advice => "Check it against its source: a mistyped letter is noticed, and addresses of other networks are refused."
        | "请与来源核对：输错的字符会被发现，其他网络的地址会被拒绝。";
    error_bad_request => "This request makes no sense" | "无法理解该请求";
    error_bad_request_advice => "Go back and try again; if you typed the address of this page by hand, check what follows the question mark."
        | "请返回重试；若网址为手动输入，请检查问号之后的部分。";
    error_faucet => "The faucet gave nothing" | "水龙头未能发放";
    error_faucet_advice => "Check the address, wait for a block or two, and ask again."
        | "请检查地址，等待一两个区块后再试。";
    error_unavailable => "Not available just now" | "暂时不可用";
    error_unavailable_advice => "The explorer is catching up with the chain or restarting. Nothing is lost; try again in a few seconds."
        | "浏览器正在同步或重启。数据不会丢失，请几秒后重试。";
    error_internal => "Something broke on our side" | "服务器内部错误";
    error_internal_advice => "The fault is ours and has been noted in the log. Try again; if it stays, tell whoever runs this explorer."
        | "这是我们的问题，已记入日志。请重试；若仍未解决，请告知浏览器的运营者。";
}
