//! Scenarios as JSON, both ways: the format of `mips/vectors/README.md`.
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use bitcoin::consensus::encode::{deserialize_hex, serialize_hex};
use bitcoin::hashes::hex::FromHex;
use bitcoin::hex::DisplayHex;
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, TxOut};
use moneta_chain::Height;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Vector;
use crate::{
    Asset, AssetId, Attachment, Change, Coin, Effects, Entry, FreezeRecord, Identity, Key,
    MipError, Record, Registry, Rights, Target,
};

/// A vector as it was read.
pub(super) struct Replay {
    pub(super) tx: Transaction,
    pub(super) spent: Vec<Coin>,
    pub(super) registry: Registry,
    pub(super) frozen_in_block: BTreeSet<Target>,
    pub(super) spent_in_block: BTreeSet<OutPoint>,
    pub(super) unspent: BTreeMap<OutPoint, Coin>,
    pub(super) height: Height,
    pub(super) expect: Value,
}

pub(super) fn write(vector: &Vector) -> Value {
    let stage = &vector.stage;
    let frozen = stage.frozen_in_block.iter();
    let mut value = json!({
        "about": vector.about,
        "height": stage.height.to_u32(),
        "tx": serialize_hex(&stage.tx()),
        "spent": stage.spent.iter().map(coin).collect::<Vec<_>>(),
        "registry": {
            "assets": stage.registry.assets().map(asset).collect::<Vec<_>>(),
            "identities": stage.registry.identities().map(identity).collect::<Vec<_>>(),
            "freezes": stage.registry.freezes().map(|(asset, coin, record)| {
                json!({"asset": asset.to_string(), "coin": coin.to_string(), "record": freeze(record)})
            }).collect::<Vec<_>>(),
        },
        "frozen_in_block": frozen.map(target).collect::<Vec<_>>(),
        "expect": verdict(&stage.check()),
    });
    let others = stage.registry.records().filter(|(key, _)| is_other(key));
    let others: Vec<Value> = others
        .map(|(key, record)| {
            json!({"key": written(&key.encode()), "record": written(&record.encode())})
        })
        .collect();
    if !others.is_empty() {
        value["registry"]["records"] = json!(others);
    }
    if !stage.spent_in_block.is_empty() {
        let coins = stage.spent_in_block.iter().map(ToString::to_string);
        value["spent_in_block"] = coins.collect();
    }
    if !stage.unspent.is_empty() {
        let unspent = stage.unspent.iter().map(|(outpoint, held)| {
            let mut value = coin(held);
            value["outpoint"] = json!(outpoint.to_string());
            value
        });
        value["unspent"] = unspent.collect();
    }
    value
}

fn target(target: &Target) -> Value {
    let asset = target.asset().to_string();
    match target {
        Target::Coin { coin, .. } => json!({"asset": asset, "coin": coin.to_string()}),
        Target::Script { script, .. } => json!({"asset": asset, "script": script.to_string()}),
        Target::All { .. } => json!({"asset": asset}),
    }
}

fn read_target(value: &Value) -> Target {
    let asset = parse(&value["asset"]);
    match (&value["coin"], &value["script"]) {
        (Value::String(_), _) => Target::Coin {
            asset,
            coin: parse(&value["coin"]),
        },
        (_, Value::String(_)) => Target::Script {
            asset,
            script: parse(&value["script"]),
        },
        _ => Target::All { asset },
    }
}

/// Writes what the rules say.
pub(super) fn verdict(result: &Result<Effects, MipError>) -> Value {
    let effects = match result {
        Err(error) => return json!({"code": error.code()}),
        Ok(effects) => effects,
    };
    let attachments = effects.attachments.iter().map(|(vout, held)| {
        let mut value = attachment(held);
        value["vout"] = json!(vout);
        value
    });
    json!({
        "attachments": attachments.collect::<Vec<_>>(),
        "changes": effects.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    match change {
        Change::Asset { before, after } => json!({
            "what": "asset",
            "before": before.as_deref().map(asset),
            "after": asset(after),
        }),
        Change::Freeze {
            asset,
            coin,
            before,
            after,
        } => json!({
            "what": "freeze",
            "asset": asset.to_string(),
            "coin": coin.to_string(),
            "before": before.as_ref().map(freeze),
            "after": after.as_ref().map(freeze),
        }),
        Change::Identity { after } => json!({"what": "identity", "after": identity(after)}),
        Change::Record(entry) => json!({
            "what": "record",
            "key": written(&entry.key.encode()),
            "before": entry.before.as_ref().map(|record| written(&record.encode())),
            "after": entry.after.as_ref().map(|record| written(&record.encode())),
        }),
    }
}

fn coin(coin: &Coin) -> Value {
    json!({
        "value": coin.output.value.to_sat().to_string(),
        "script": coin.output.script_pubkey.to_hex_string(),
        "height": coin.height.to_u32(),
        "coinbase": coin.coinbase,
        "attachment": coin.attachment.as_ref().map(attachment),
    })
}

fn attachment(attachment: &Attachment) -> Value {
    match attachment {
        Attachment::Asset { id, amount } => {
            json!({"kind": "asset", "id": id.to_string(), "amount": amount.to_string()})
        }
        Attachment::Authority { asset, rights } => {
            json!({"kind": "authority", "asset": asset.to_string(), "rights": rights.bits()})
        }
        Attachment::Identity { id } => json!({"kind": "identity", "id": id.to_string()}),
        Attachment::Commitment { digest } => {
            json!({"kind": "commitment", "digest": digest.to_string()})
        }
    }
}

fn asset(asset: &Asset) -> Value {
    json!({
        "id": asset.id.to_string(),
        "symbol": asset.symbol,
        "issuer": asset.issuer.map(|id| id.to_string()),
        "decimals": asset.decimals,
        "supply": asset.supply.to_string(),
        "burned": asset.burned.to_string(),
        "cap": asset.cap.to_string(),
        "powers": asset.powers.bits(),
        "holders": asset.holders,
        "name": asset.name,
        "contract_hash": hex(&asset.contract_hash),
        "issued_in": asset.issued_in.to_string(),
        "issued_at": asset.issued_at.to_u32(),
    })
}

fn identity(identity: &Identity) -> Value {
    json!({
        "id": identity.id.to_string(),
        "handle": identity.handle,
        "document": identity.document,
        "recovery": hex(&identity.recovery),
        "registered_in": identity.registered_in.to_string(),
        "registered_at": identity.registered_at.to_u32(),
    })
}

fn freeze(record: &FreezeRecord) -> Value {
    json!({
        "tier": record.tier,
        "start": record.start.to_u32(),
        "stop": record.stop.to_u32(),
        "reason": record.reason,
        "jurisdiction": String::from_utf8_lossy(&record.jurisdiction),
        "document": hex(&record.document),
        "frozen_in": record.frozen_in.to_string(),
        "ordered": record.ordered.map(Height::to_u32),
        "contested": record.contested.map(Height::to_u32),
    })
}

/// Tells whether records of this kind have no list of their own.
const fn is_other(key: &Key) -> bool {
    !matches!(
        key,
        Key::Asset(_) | Key::Symbol { .. } | Key::Freeze { .. } | Key::Identity(_) | Key::Handle(_)
    )
}

fn written(bytes: &[u8]) -> String {
    bytes.to_lower_hex_string()
}

fn hex(bytes: &[u8; 32]) -> String {
    AssetId(*bytes).to_string()
}

pub(super) fn read(value: &Value) -> Replay {
    let mut registry = Registry::default();
    for value in list(&value["registry"]["assets"]) {
        let after = Box::new(read_asset(value));
        registry.apply(&Change::Asset {
            before: None,
            after,
        });
    }
    for value in list(&value["registry"]["identities"]) {
        let after = Box::new(read_identity(value));
        registry.apply(&Change::Identity { after });
    }
    for value in list(&value["registry"]["freezes"]) {
        registry.apply(&Change::Freeze {
            asset: parse(&value["asset"]),
            coin: parse(&value["coin"]),
            before: None,
            after: Some(read_freeze(&value["record"])),
        });
    }
    for value in value["registry"]["records"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let key = Vec::from_hex(text(&value["key"])).expect("a key");
        let record = Vec::from_hex(text(&value["record"])).expect("a record");
        registry.apply(&Change::Record(Box::new(Entry {
            key: Key::decode(&key).expect("a key"),
            before: None,
            after: Some(Record::decode(&record).expect("a record")),
        })));
    }
    let frozen = list(&value["frozen_in_block"]).iter();
    Replay {
        tx: deserialize_hex(text(&value["tx"])).expect("a transaction"),
        spent: list(&value["spent"]).iter().map(read_coin).collect(),
        registry,
        frozen_in_block: frozen.map(read_target).collect(),
        spent_in_block: value["spent_in_block"]
            .as_array()
            .into_iter()
            .flatten()
            .map(parse)
            .collect(),
        unspent: value["unspent"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|value| (parse(&value["outpoint"]), read_coin(value)))
            .collect(),
        height: from(&value["height"]),
        expect: value["expect"].clone(),
    }
}

fn read_coin(value: &Value) -> Coin {
    let attachment = &value["attachment"];
    Coin {
        output: TxOut {
            value: Amount::from_sat(parse(&value["value"])),
            script_pubkey: ScriptBuf::from_hex(text(&value["script"])).expect("a script"),
        },
        height: from(&value["height"]),
        coinbase: from(&value["coinbase"]),
        attachment: (!attachment.is_null()).then(|| read_attachment(attachment)),
    }
}

fn read_attachment(value: &Value) -> Attachment {
    match text(&value["kind"]) {
        "asset" => Attachment::Asset {
            id: parse(&value["id"]),
            amount: parse(&value["amount"]),
        },
        "authority" => Attachment::Authority {
            asset: parse(&value["asset"]),
            rights: Rights::from_bits(from(&value["rights"])).expect("rights"),
        },
        "identity" => Attachment::Identity {
            id: parse(&value["id"]),
        },
        "commitment" => Attachment::Commitment {
            digest: parse(&value["digest"]),
        },
        kind => panic!("unknown kind {kind}"),
    }
}

fn read_asset(value: &Value) -> Asset {
    let issuer = &value["issuer"];
    Asset {
        id: parse(&value["id"]),
        symbol: from(&value["symbol"]),
        issuer: (!issuer.is_null()).then(|| parse(issuer)),
        decimals: from(&value["decimals"]),
        supply: parse(&value["supply"]),
        burned: parse(&value["burned"]),
        cap: parse(&value["cap"]),
        powers: Rights::from_bits(from(&value["powers"])).expect("rights"),
        holders: from(&value["holders"]),
        name: from(&value["name"]),
        contract_hash: bytes(&value["contract_hash"]),
        issued_in: parse(&value["issued_in"]),
        issued_at: from(&value["issued_at"]),
    }
}

fn read_identity(value: &Value) -> Identity {
    Identity {
        id: parse(&value["id"]),
        handle: from(&value["handle"]),
        document: from(&value["document"]),
        recovery: bytes(&value["recovery"]),
        registered_in: parse(&value["registered_in"]),
        registered_at: from(&value["registered_at"]),
    }
}

fn read_freeze(value: &Value) -> FreezeRecord {
    FreezeRecord {
        tier: from(&value["tier"]),
        start: from(&value["start"]),
        stop: from(&value["stop"]),
        reason: from(&value["reason"]),
        jurisdiction: text(&value["jurisdiction"]).as_bytes().try_into().unwrap(),
        document: bytes(&value["document"]),
        frozen_in: parse(&value["frozen_in"]),
        ordered: from(&value["ordered"]),
        contested: from(&value["contested"]),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn parse<T: FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    text(value).parse().expect("a readable field")
}

fn from<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("a readable field")
}

fn bytes(value: &Value) -> [u8; 32] {
    <[u8; 32]>::from_hex(text(value)).expect("32 bytes")
}
