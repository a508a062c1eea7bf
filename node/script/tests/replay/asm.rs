//! Reads scripts as Bitcoin Core's vectors write them.
use std::collections::BTreeMap;

use bitcoin::hex::FromHex;
use bitcoin::opcodes::Opcode;
use bitcoin::script::{Builder, PushBytes, ScriptBuf};

/// Reads opcodes with or without `OP_`, numbers, `'text'` to push, and `0xhex` to take as it is.
pub(crate) fn parse(text: &str) -> ScriptBuf {
    let opcodes = opcodes();
    let mut script = Vec::new();
    for word in text.split_whitespace() {
        if let Some(hex) = word.strip_prefix("0x") {
            script.extend(Vec::from_hex(hex).unwrap());
        } else if let Some(pushed) = word.strip_prefix('\'') {
            let pushed = pushed.strip_suffix('\'').unwrap();
            script.extend(push(pushed.as_bytes()));
        } else if let Ok(number) = word.trim_start_matches("OP_").parse::<i64>() {
            script.extend(Builder::new().push_int(number).into_bytes());
        } else {
            let name = word.strip_prefix("OP_").unwrap_or(word);
            let opcode = opcodes.get(name);
            script.push(*opcode.unwrap_or_else(|| panic!("no opcode {word}")));
        }
    }
    ScriptBuf::from_bytes(script)
}

fn push(data: &[u8]) -> Vec<u8> {
    let data = <&PushBytes>::try_from(data).unwrap();
    Builder::new().push_slice(data).into_bytes()
}

fn opcodes() -> BTreeMap<String, u8> {
    let named = (0x61..=0xba_u8).chain([0x50]).map(|byte| {
        let name = match Opcode::from(byte).to_string().as_str() {
            "OP_CLTV" => "OP_CHECKLOCKTIMEVERIFY".to_owned(),
            "OP_CSV" => "OP_CHECKSEQUENCEVERIFY".to_owned(),
            name => name.to_owned(),
        };
        (name.trim_start_matches("OP_").to_owned(), byte)
    });
    named.collect()
}
