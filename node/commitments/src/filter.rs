//! The BIP158 basic filter of a block and its BIP157 header.
//!
//! A filter is keyed with the id of its block: a block can commit to its parent's filter, never to its own.
use std::cell::RefCell;

use bitcoin::bip158::{BlockFilter, FilterHeader};
use bitcoin::{Block, Script};

/// Builds the basic filter of `block`; `spent` are the scripts of the coins that it spends, in the order of
/// its inputs.
///
/// Returns `None` if there are too few of them.
///
/// # Consensus
/// > The basic filter holds the script of every output but OP_RETURN ones, and of every coin spent;
/// > empty scripts are left out. (BIP158)
pub fn basic_filter<'a>(
    block: &Block,
    spent: impl IntoIterator<Item = &'a Script>,
) -> Option<BlockFilter> {
    let spent = RefCell::new(spent.into_iter());
    // The filter asks for the script of every input, in their order.
    BlockFilter::new_script_filter(block, |outpoint| {
        let script = spent.borrow_mut().next();
        script.ok_or(bitcoin::bip158::Error::UtxoMissing(*outpoint))
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
            let spent: Vec<ScriptBuf> = scripts.collect();
            let filter = basic_filter(&block, spent.iter().map(ScriptBuf::as_script));
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
        println!("count filters {passed} of {}", rows.len() - 1);
        assert_eq!(passed, rows.len() - 1);
        assert!(passed >= 5);
    }
}
