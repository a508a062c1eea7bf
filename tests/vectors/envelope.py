"""Reads an envelope as docs/formats/envelope.md has it: bytes to allocations and operations, or the code of a refusal."""
from plain import Bytes, Refused, pushed_with

ASSET, AUTHORITY, IDENTITY, COMMITMENT = range(4)
# What follows an opcode, field by field; a number is that many bytes.
OPERATIONS = {
    0x01: "text optional 1 amount amount rights flag text 32", 0x02: "asset amount", 0x03: "asset amount",
    0x04: "asset rights", 0x05: "1 text 8 text 64", 0x10: "asset targets flag 4 reason 34", 0x11: "asset targets",
    0x12: "asset targets 32", 0x13: "asset 32", 0x14: "asset 36 amount", 0x20: "text text 64", 0x21: "32 text 32",
    0x22: "text 1", 0x23: "32 32", 0x24: "32", 0x25: "32", 0x30: "32", 0x31: "asset document 32 text",
    0x40: "asset holders", 0x41: "asset scripts"}


def find_envelope(outputs):
    found = [push for push in (pushed_with(b"MTA\x01", script) for _, script in outputs) if push]
    if len(found) > 1:
        raise Refused("envelope.duplicate")
    if not found:
        return None
    is_one_push, payload = found[0]
    if not is_one_push:
        raise Refused("envelope.not_one_push")
    if len(payload) > 8192:
        raise Refused("envelope.too_large")
    return decode(Bytes(payload))


def decode(r):
    """Returns allocations [(vout, kind, id, amount or rights)] and operations [(opcode, fields, body)]."""
    def rising(keys, code):
        if any(a >= b for a, b in zip(keys, keys[1:])):
            raise Refused(code)
        return keys

    def one_of(allowed, code="envelope.unknown_value"):
        value = r.int(1)
        return value if value in allowed else r.refuse(code)

    def asset():
        index = r.size()
        used.add(index)
        return table[index] if index < len(table) else r.refuse("envelope.asset_index")

    def scripts(width=32):
        return rising([r.take(width)[:32] for _ in range(r.size())], "envelope.scripts_not_sorted")

    def targets():
        kind = one_of(range(3))
        if kind == 0:
            return rising([(r.take(32), r.int(4)) for _ in range(r.size())], "envelope.targets_not_sorted")
        return scripts() if kind == 1 else None

    fields = {
        "asset": asset, "amount": lambda: r.int(8), "rights": lambda: one_of(range(32), "envelope.unknown_rights"),
        "text": r.text, "targets": targets, "scripts": scripts, "holders": lambda: scripts(68),
        "flag": lambda: one_of(range(2)), "optional": lambda: one_of(range(2)) and r.take(32),
        "reason": lambda: one_of(range(1, 9)), "document": lambda: one_of(range(1, 8))}

    def allocation():
        vout = r.size()
        if vout >> 32:
            raise Refused("envelope.output_index")
        kind = one_of(range(4), "envelope.unknown_kind")
        of = asset() if kind in (ASSET, AUTHORITY) else r.take(32)
        return vout, kind, of, fields[("amount", "rights")[kind]]() if kind in (ASSET, AUTHORITY) else 1

    def operation():
        code = one_of(OPERATIONS, "envelope.unknown_operation")
        start = r.at
        read = [r.take(int(one)) if one.isdigit() else fields[one]() for one in OPERATIONS[code].split()]
        return code, read, r.data[start:r.at]

    used, table = set(), rising([r.take(32) for _ in range(r.size())], "envelope.table_not_sorted")
    allocations = [allocation() for _ in range(r.size())]
    rising([vout for vout, *_ in allocations], "envelope.allocations_not_sorted")
    operations = [operation() for _ in range(r.size())]
    for is_wrong, code in ((r.at != len(r.data), "trailing_bytes"), (len(used) != len(table), "asset_unused"),
                           (not allocations and not operations, "empty")):
        if is_wrong:
            raise Refused("envelope." + code)
    return allocations, operations
