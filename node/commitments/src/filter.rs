//! The BIP158 basic filter of a block and its BIP157 header.
//!
//! OP_RETURN outputs are not in the filter, so the output that carries the commitment does not change
//! what it commits to.
use bitcoin::bip158::{BlockFilter, FilterHeader};
use bitcoin::{Block, OutPoint, Script};

/// Builds the basic filter of `block`; `spent` gives the script of every coin that it spends.
///
/// Returns `None` if `spent` does not know one of them.
///
/// # Consensus
/// > The basic filter holds the script of every output but OP_RETURN ones, and of every coin spent;
/// > empty scripts are left out. (BIP158)
pub fn basic_filter<'a>(
    block: &Block,
    spent: impl Fn(&OutPoint) -> Option<&'a Script>,
) -> Option<BlockFilter> {
    let missing = |outpoint: &OutPoint| bitcoin::bip158::Error::UtxoMissing(*outpoint);
    BlockFilter::new_script_filter(block, |outpoint| {
        spent(outpoint).ok_or_else(|| missing(outpoint))
    })
    .ok()
}

/// Returns the filter header that follows `previous` (all zero before genesis).
///
/// # Consensus
/// > filter header = double-SHA256(double-SHA256(filter) || previous filter header). (BIP157)
pub fn filter_header(filter: &BlockFilter, previous: &FilterHeader) -> FilterHeader {
    filter.filter_header(previous)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bitcoin::ScriptBuf;
    use bitcoin::consensus::encode::deserialize_hex;
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_published_filters_and_headers_come_out() {
        let Some(text) = moneta_vectors::text("filters/blockfilters.json") else {
            return;
        };
        let rows: Vec<Vec<Value>> = serde_json::from_str(&text).expect("JSON rows");
        let mut passed = 0;
        for row in rows.iter().skip(1) {
            let field = |at: usize| row[at].as_str().expect("text");
            let block: Block = deserialize_hex(field(2)).expect("a block");
            // The file lists the scripts of spent coins in the order of the inputs that spend them.
            let scripts = row[3].as_array().expect("scripts").iter();
            let scripts =
                scripts.map(|hex| ScriptBuf::from_hex(hex.as_str().expect("text")).expect("hex"));
            let inputs = block
                .txdata
                .iter()
                .skip(1)
                .flat_map(|tx| &tx.input)
                .map(|input| input.previous_output);
            let spent: BTreeMap<OutPoint, ScriptBuf> = inputs.zip(scripts).collect();
            let filter = basic_filter(&block, |outpoint| {
                spent.get(outpoint).map(ScriptBuf::as_script)
            });
            let filter = filter.expect("every spent script is listed");
            let hex: String = filter
                .content
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(hex, field(5), "block {}", row[0]);
            let header = filter_header(&filter, &field(4).parse().expect("a header"));
            assert_eq!(header.to_string(), field(6), "block {}", row[0]);
            passed += 1;
        }
        assert_eq!(passed, rows.len() - 1);
        assert!(passed >= 5);
    }
}
