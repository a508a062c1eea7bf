"""A second reader of mips/vectors, written from the specification alone: decodes each transaction and its
envelope, derives ids, and judges conservation (MIP-3: 3.2, 3.6, 3.7; MIP-2: 2.4). Python's library only.

    python3 tests/vectors/check_vectors.py [mips/vectors]
"""
import hashlib, json, pathlib, sys
from collections import Counter

TAG, MAX_PAYLOAD = b"MTA\x01", 8192


class Refused(Exception):
    """Carries the code of the rule that is broken."""


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if n > len(self.data) - self.at:
            raise Refused("envelope.truncated")
        self.at += n
        return self.data[self.at - n:self.at]

    def int(self, n):
        return int.from_bytes(self.take(n), "little")

    def size(self):
        first = self.int(1)
        if first < 0xfd:
            return first
        width, least = {0xfd: (2, 0xfd), 0xfe: (4, 1 << 16), 0xff: (8, 1 << 32)}[first]
        value = self.int(width)
        if value < least:
            raise Refused("envelope.not_minimal")
        return value

    def text(self):
        try:
            return self.take(self.size()).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("envelope.not_utf8")


def rising(keys, code):
    if any(a >= b for a, b in zip(keys, keys[1:])):
        raise Refused(code)


def one_of(value, allowed, code="envelope.unknown_value"):
    if value not in allowed:
        raise Refused(code)
    return value


def read_tx(raw):
    """Returns outpoints (36 bytes) and outputs (value, script) of a transaction without witness."""
    tx = Bytes(raw)
    tx.take(4)
    inputs = []
    for _ in range(tx.size()):
        inputs.append(tx.take(36))
        tx.take(tx.size() + 4)
    outputs = [(tx.int(8), tx.take(tx.size())) for _ in range(tx.size())]
    return inputs, outputs


def pushed(script):
    """Returns (claimed length, least length for this head, rest) if the script is OP_RETURN and a push."""
    if script[:1] != b"\x6a" or len(script) < 2 or script[1] > 0x4e:
        return None
    head, width = script[1], {0x4c: 1, 0x4d: 2, 0x4e: 4}.get(script[1], 0)
    if len(script) < 2 + width:
        return None
    length = int.from_bytes(script[2:2 + width], "little") if width else head
    return length, {0: 0, 1: 76, 2: 256, 4: 65536}[width], script[2 + width:]


def find_envelope(outputs):
    found = [(n, p) for n, p in ((n, pushed(s)) for n, (_, s) in enumerate(outputs)) if p and p[2][:4] == TAG]
    if len(found) > 1:
        raise Refused("envelope.duplicate")
    if not found:
        return None
    length, least, data = found[0][1]
    if length < least or length != len(data):
        raise Refused("envelope.not_one_push")
    if len(data) - 4 > MAX_PAYLOAD:
        raise Refused("envelope.too_large")
    return decode(Bytes(data[4:]))


def decode(r):
    """Returns allocations [(vout, kind, id, amount or rights)] and operations [(opcode, fields, body)]."""
    table = [r.take(32) for _ in range(r.size())]
    rising(table, "envelope.table_not_sorted")
    used = set()

    def asset():
        index = r.size()
        if index >= len(table):
            raise Refused("envelope.asset_index")
        used.add(index)
        return table[index]

    def rights():
        return one_of(r.int(1), range(32), "envelope.unknown_rights")

    def targets():
        kind = one_of(r.int(1), (0, 1, 2))
        if kind:
            return kind == 1 and scripts(32)
        coins = [(r.take(32), r.int(4)) for _ in range(r.size())]
        rising(coins, "envelope.targets_not_sorted")

    def scripts(width):
        rising([r.take(width)[:32] for _ in range(r.size())], "envelope.scripts_not_sorted")

    def allocation():
        vout = r.size()
        if vout >> 32:
            raise Refused("envelope.output_index")
        kind = one_of(r.int(1), (0, 1, 2, 3), "envelope.unknown_kind")
        return (vout, kind) + ((asset(), r.int(8)) if kind == 0 else (asset(), rights()) if kind == 1 else (r.take(32), 1))

    def operation():
        code, start = r.int(1), r.at
        fields = {}
        if code == 0x01:
            r.text()
            if one_of(r.int(1), (0, 1)):
                r.take(32)
            r.take(1)
            fields = {"initial": r.int(8), "cap": r.int(8), "powers": rights()}
            one_of(r.int(1), (0, 1))
            r.text(), r.take(32)
        elif code in (0x02, 0x03):
            fields = {"asset": asset(), "amount": r.int(8)}
        elif code == 0x04:
            fields = {"asset": asset(), "rights": rights()}
        elif code == 0x10:
            asset(), targets(), one_of(r.int(1), (0, 1)), r.take(4), one_of(r.int(1), range(1, 9)), r.take(34)
        elif code == 0x11:
            asset(), targets()
        elif code == 0x12:
            asset(), targets(), r.take(32)
        elif code == 0x13:
            asset(), r.take(32)
        elif code == 0x14:
            fields = {"asset": asset(), "coin": r.take(36), "amount": r.int(8)}
        elif code == 0x05:
            r.take(1), r.text(), r.take(8), r.text(), r.take(64)
        elif code == 0x31:
            asset(), one_of(r.int(1), range(1, 8)), r.take(32), r.text()
        elif code in (0x40, 0x41):
            asset(), scripts(68 if code == 0x40 else 32)
        elif code == 0x20:
            r.text(), r.text(), r.take(64)
        elif code == 0x21:
            r.take(32), r.text(), r.take(32)
        elif code == 0x22:
            r.text(), r.take(1)
        elif code in (0x23, 0x24, 0x25):
            fields = {"identity": r.take(32)}
            r.take(32 if code == 0x23 else 0)
        elif code == 0x30:
            r.take(32)
        else:
            raise Refused("envelope.unknown_operation")
        return code, fields, r.data[start:r.at]

    allocations = [allocation() for _ in range(r.size())]
    rising([a[0] for a in allocations], "envelope.allocations_not_sorted")
    operations = [operation() for _ in range(r.size())]
    if r.at != len(r.data):
        raise Refused("envelope.trailing_bytes")
    if len(used) != len(table):
        raise Refused("envelope.asset_unused")
    if not allocations and not operations:
        raise Refused("envelope.empty")
    return allocations, operations


def derive(tag, first, index, body):
    tag = hashlib.sha256(tag).digest()
    return hashlib.sha256(tag + tag + first + index.to_bytes(4, "little") + body).digest()


def add(side, kind, of, amount):
    """Counts units by amount, identities by one, rights bit by bit."""
    if kind == 1:
        side.update({(1, of, bit): 1 for bit in range(5) if amount >> bit & 1})
    else:
        side[(kind, of, 0)] += amount


def still_held(coin, outpoint, registry):
    """An identity's coin older than the last claim of it holds nothing (2.15), nor one whose units were taken (1.21)."""
    held = coin["attachment"]
    if held and held["kind"] == "asset":
        key = "14" + held["id"] + outpoint.hex()
        return None if any(entry["key"] == key for entry in registry.get("records", [])) else held
    if not held or held["kind"] != "identity":
        return held
    for entry in registry.get("records", []):
        if entry["key"] == "23" + held["id"]:
            r = Bytes(bytes.fromhex(entry["record"])[5:])
            r.take(4 * r.int(1)), r.take(36 * r.int(1))
            return held if not r.int(1) or coin["height"] >= r.int(4) else None
    return held


def is_conserved(held):
    return held and held["kind"] != "commitment"


def check_conserved(inputs, spent, allocations, operations):
    goes_in, comes_out = Counter(), Counter()
    for coin in filter(is_conserved, spent):
        kind = ("asset", "authority", "identity").index(coin["kind"])
        amount = (int(coin.get("amount", 0)), coin.get("rights"), 1)[kind]
        add(goes_in, kind, bytes.fromhex(coin.get("id") or coin["asset"]), amount)
    for _, kind, of, amount in allocations:
        if kind != 3:
            add(comes_out, kind, of, amount)
    for index, (code, fields, body) in enumerate(operations):
        if code == 0x01:
            new = derive(b"moneta/asset", inputs[0], index, body)
            add(goes_in, 0, new, fields["initial"])
            add(goes_in, 1, new, fields["powers"])
        elif code in (0x02, 0x03, 0x14):
            add(goes_in if code != 0x03 else comes_out, 0, fields["asset"], fields["amount"])
        elif code == 0x04:
            add(comes_out, 1, fields["asset"], fields["rights"])
        elif code == 0x24:
            add(goes_in, 2, fields["identity"], 1)
        elif code == 0x20:
            add(goes_in, 2, derive(b"moneta/identity", inputs[0], index, body), 1)
    wrong = [thing for thing in sorted(goes_in | comes_out) if goes_in[thing] != comes_out[thing]]
    # Units and rights are judged before identities, and by asset: an asset's units, then its rights.
    for kind, of, bit in sorted(wrong, key=lambda thing: (thing[0] == 2, thing[0], thing[1:])):
        if kind == 0:
            raise Refused("mip0003.not_conserved")
        held, given = goes_in[(kind, of, bit)], comes_out[(kind, of, bit)]
        end = "from_nothing" if not held else "lost" if not given else "twice"
        raise Refused(("mip0003.right_" if kind == 1 else "mip0002.identity_") + end)


JUDGED = ("envelope.", "mip0003.not_conserved", "mip0003.envelope_missing", "mip0002.identity_from_nothing",
          "mip0002.identity_lost", "mip0002.identity_twice")
RIGHTS = ("mip0003.right_from_nothing", "mip0003.right_lost", "mip0003.right_twice")


def judge(vector):
    """Returns the code of the rule that is broken, or the attachments of the outputs."""
    inputs, outputs = read_tx(bytes.fromhex(vector["tx"]))
    if inputs == [b"\0" * 32 + b"\xff" * 4]:
        return []
    spent = [still_held(coin, at, vector["registry"]) for coin, at in zip(vector["spent"], inputs)]
    try:
        found = find_envelope(outputs)
        if found is None:
            if any(map(is_conserved, spent)):
                raise Refused("mip0003.envelope_missing")
            return []
        check_conserved(inputs, spent, *found)
    except Refused as refused:
        return str(refused)
    kinds = (("asset", "id", "amount", str), ("authority", "asset", "rights", int), ("identity", "id", None, None),
             ("commitment", "digest", None, None))
    attachments = []
    for vout, kind, of, amount in found[0]:
        name, id_key, key, form = kinds[kind]
        attachments.append({"vout": vout, "kind": name, id_key: of.hex(), **({key: form(amount)} if key else {})})
    return attachments


def main(folder):
    # What headers commit to is read by check_headers.py; how many signatures are checked is asked elsewhere.
    others = {"mip-0007", "mip-0008", "mip-0009"}
    paths = [path for path in sorted(pathlib.Path(folder).glob("*/*.json")) if path.parent.name not in others]
    compared, failed = 0, 0
    for path in paths:
        vector = json.loads(path.read_text("utf-8"))
        expect, verdict = vector["expect"], judge(vector)
        code = expect.get("code")
        if code is not None and not code.startswith(JUDGED) and code not in RIGHTS:
            continue  # refused by a rule that this reader does not know
        compared += 1
        if verdict != (code or expect["attachments"]):
            failed += 1
            print(f"{path}: expected {code or expect['attachments']}, got {verdict}")
    print(f"{len(paths)} vectors, {compared} judged here, {failed} disagreements")
    return 1 if failed or not compared else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "mips/vectors"))
