//! How long each message may be, known before a byte of it is kept.

/// Longest payload of any message, in bytes. A block is never longer, as its weight counts each byte once at least.
pub const MAX_PAYLOAD: u32 = 4_000_000;
/// Longest payload before the handshake is done, in bytes.
pub(super) const MAX_EARLY_PAYLOAD: u32 = 1_024;
/// Most entries of `inv`, `getdata` and `notfound`.
const MAX_INVENTORY: u32 = 50_000;
/// Most headers of `headers` and `sealhdrs`.
pub const MAX_HEADERS: u32 = 2_000;
/// Most hashes of a locator.
const MAX_LOCATOR: u32 = 101;
/// Most entries of `addr` and `addrv2`.
const MAX_ADDRESSES: u32 = 1_000;
/// Most filter headers of `cfheaders` (BIP157).
const MAX_FILTER_HEADERS: u32 = 2_000;
/// Most checkpoints of `cfcheckpt`: one for each 1,000 of the first 4,000,000 blocks.
const MAX_CHECKPOINTS: u32 = 4_000;
/// Longest encoding of a count.
const COUNT: u32 = 9;
/// Bytes of a header and its seal.
pub(super) const SEALED_HEADER: u32 = 120;

/// A list inside a payload.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    /// Bytes before its count.
    pub(super) offset: usize,
    /// Fewest bytes of one item.
    pub(super) item: u32,
    /// Most items.
    pub(super) limit: u32,
}

/// What is known of a message by its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Longest payload, in bytes.
    pub(super) max_payload: u32,
    /// The list in it, if it mainly is one.
    pub(super) list: Option<List>,
}

/// Returns the shape of a message we read, `None` for one that is skipped: BIP37 filters, `alert`, `reject`, and
/// what later protocols bring.
pub(super) fn shape(command: &str) -> Option<Shape> {
    let plain = |max_payload| Shape {
        max_payload,
        list: None,
    };
    let list = |offset: usize, item: u32, widest: u32, limit: u32, rest: u32| Shape {
        max_payload: COUNT + widest * limit + rest,
        list: Some(List {
            offset,
            item,
            limit,
        }),
    };
    Some(match command {
        "version" => plain(MAX_EARLY_PAYLOAD),
        "verack" | "sendheaders" | "sendaddrv2" | "wtxidrelay" | "sendseals" | "getaddr"
        | "mempool" => plain(0),
        "ping" | "pong" | "feefilter" => plain(8),
        "sendcmpct" => plain(9),
        "getcfilters" | "getcfheaders" => plain(37),
        "getcfcheckpt" => plain(33),
        "inv" | "getdata" | "notfound" => list(0, 36, 36, MAX_INVENTORY, 0),
        "headers" => list(0, 81, 81, MAX_HEADERS, 0),
        "sealhdrs" => list(0, SEALED_HEADER, SEALED_HEADER, MAX_HEADERS, 0),
        "getheaders" | "getblocks" => list(4, 32, 32, MAX_LOCATOR, 36),
        "addr" => list(0, 30, 30, MAX_ADDRESSES, 0),
        // BIP155: an address has 512 bytes at most.
        "addrv2" => list(0, 9, 536, MAX_ADDRESSES, 0),
        "cfheaders" => list(65, 32, 32, MAX_FILTER_HEADERS, 65),
        "cfcheckpt" => list(33, 32, 32, MAX_CHECKPOINTS, 33),
        // A transaction has 60 bytes at least, each of weight 4: so many fit into a block.
        "getblocktxn" => list(32, 1, 9, 16_667, 32),
        "tx" | "block" | "cmpctblock" | "blocktxn" | "cfilter" => plain(MAX_PAYLOAD),
        _ => return None,
    })
}
