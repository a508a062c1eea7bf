//! Why bytes are not an envelope, in Chinese.
use crate::EnvelopeError;

/// Says what is wrong with an envelope, as its error says it in English.
pub(super) fn refused(error: &EnvelopeError) -> String {
    match error {
        EnvelopeError::NotOnePush { vout } => {
            format!("输出 {vout} 带有信封，但不是 `OP_RETURN` 加一段最短形式的数据")
        }
        EnvelopeError::Duplicate { first, second } => {
            format!("输出 {first} 和 {second} 都带有信封，而信封只能有一个")
        }
        EnvelopeError::TooLarge { got, most } => format!("信封长 {got} 字节，最多 {most} 字节"),
        EnvelopeError::Truncated => "信封在某个字段的中间中断".to_owned(),
        EnvelopeError::TrailingBytes { bytes } => format!("信封结束之后还有 {bytes} 字节"),
        EnvelopeError::NotMinimal => "信封中有一个数没有写成最短形式".to_owned(),
        EnvelopeError::Empty => "信封什么也不分配，什么也不做".to_owned(),
        EnvelopeError::TableNotSorted => "信封的资产表没有排序，或重复列出了某个资产".to_owned(),
        EnvelopeError::AssetUnused { asset } => {
            format!("信封的资产表列出了资产 {asset}，却没有任何内容引用它")
        }
        EnvelopeError::AssetIndex { index, len } => {
            format!("信封引用了资产表的第 {index} 号，而资产表长度只有 {len}")
        }
        EnvelopeError::AllocationsNotSorted => {
            "信封的分配没有按输出排序，或向同一输出分配了两次".to_owned()
        }
        EnvelopeError::OutputIndex { vout } => {
            format!("信封向输出 {vout} 分配，而没有交易会有这么多输出")
        }
        EnvelopeError::TargetsNotSorted => "冻结或解冻所列的币没有排序，或重复列出".to_owned(),
        EnvelopeError::ScriptsNotSorted => {
            "登记或取消登记所列的脚本没有排序，或重复列出".to_owned()
        }
        EnvelopeError::UnknownKind { kind } => format!("信封分配的东西属于未知种类 {kind}"),
        EnvelopeError::UnknownOperation { opcode } => {
            format!("信封含有未知操作 0x{opcode:02x}")
        }
        EnvelopeError::UnknownRights { bits } => {
            format!("信封提到了不存在的权利（0x{bits:02x}）")
        }
        EnvelopeError::UnknownValue { field, value } => {
            format!("信封的字段“{}”不能是 {value}", called(field))
        }
        EnvelopeError::NotUtf8 => "信封中有一段文字不是 UTF-8".to_owned(),
    }
}

/// Calls a field of few values by its Chinese name.
fn called(field: &'static str) -> &'static str {
    match field {
        "issuer" => "发行人",
        "holders" => "谁可持有",
        "kind of document" => "文件种类",
        "targets" => "冻结对象",
        "tier" => "级别",
        "reason" => "理由",
        field => field,
    }
}
