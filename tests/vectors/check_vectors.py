"""A second reader of mips/vectors, written from the specification alone: decodes each transaction's envelope
(envelope.py) and judges conservation (MIP-3: 3.2, 3.6, 3.7; MIP-2: 2.4). Python's library only.

    python3 tests/vectors/check_vectors.py [mips/vectors]
"""
import hashlib, json, pathlib, sys
from collections import Counter

from envelope import ASSET, AUTHORITY, COMMITMENT, IDENTITY, find_envelope
from plain import Bytes, Refused, read_tx


def still_held(coin, outpoint, registry):
    """An identity's coin older than the last claim of it holds nothing (2.15), nor one whose units were taken (1.21)."""
    held, records = coin["attachment"], registry.get("records", [])
    if held and held["kind"] == "asset":
        key = "14" + held["id"] + outpoint.hex()
        return None if any(entry["key"] == key for entry in records) else held
    if held and held["kind"] == "identity":
        for entry in records:
            if entry["key"] == "23" + held["id"]:
                standing = Bytes(bytes.fromhex(entry["record"])[5:])
                standing.take(4 * standing.int(1)), standing.take(36 * standing.int(1))
                return held if not standing.int(1) or coin["height"] >= standing.int(4) else None
    return held


def check_conserved(inputs, spent, allocations, operations):
    goes_in, comes_out = Counter(), Counter()

    def add(side, kind, of, amount):  # units by amount, identities by one, rights bit by bit
        things = [(kind, of, bit) for bit in range(5) if amount >> bit & 1] if kind == AUTHORITY else [(kind, of, 0)]
        side.update({thing: 1 if kind == AUTHORITY else amount for thing in things})

    def new(what, index, body):
        tag = hashlib.sha256(b"moneta/" + what).digest()
        return hashlib.sha256(tag + tag + inputs[0] + index.to_bytes(4, "little") + body).digest()

    for coin in filter(is_conserved, spent):
        kind = ("asset", "authority", "identity").index(coin["kind"])
        amount = (int(coin.get("amount", 0)), coin.get("rights"), 1)[kind]
        add(goes_in, kind, bytes.fromhex(coin.get("id") or coin["asset"]), amount)
    for _, kind, of, amount in allocations:
        if kind != COMMITMENT:
            add(comes_out, kind, of, amount)
    for index, (code, fields, body) in enumerate(operations):
        if code == 0x01:
            add(goes_in, ASSET, new(b"asset", index, body), fields[3])
            add(goes_in, AUTHORITY, new(b"asset", index, body), fields[5])
        elif code in (0x02, 0x03, 0x14):  # minted, burned, taken by force
            add(comes_out if code == 0x03 else goes_in, ASSET, fields[0], fields[-1])
        elif code == 0x04:
            add(comes_out, AUTHORITY, *fields)
        elif code in (0x20, 0x24):  # registered, claimed
            add(goes_in, IDENTITY, new(b"identity", index, body) if code == 0x20 else fields[0], 1)
    wrong = [thing for thing in goes_in | comes_out if goes_in[thing] != comes_out[thing]]
    # Units and rights are judged before identities, units of any asset before rights over one.
    for thing in sorted(wrong):
        end = "from_nothing" if not goes_in[thing] else "lost" if not comes_out[thing] else "twice"
        raise Refused(("mip0003.not_conserved", "mip0003.right_" + end, "mip0002.identity_" + end)[thing[0]])


def is_conserved(held):
    return held and held["kind"] != "commitment"


def judge(vector):
    """Returns the code of the rule that is broken, or the attachments of the outputs."""
    inputs, outputs = read_tx(bytes.fromhex(vector["tx"]))
    if inputs == [b"\0" * 32 + b"\xff" * 4]:  # a coinbase
        return []
    spent = [still_held(coin, at, vector["registry"]) for coin, at in zip(vector["spent"], inputs)]
    try:
        found = find_envelope(outputs)
        if found is None:
            return "mip0003.envelope_missing" if any(map(is_conserved, spent)) else []
        check_conserved(inputs, spent, *found)
    except Refused as refused:
        return str(refused)
    forms = (("asset", "id", "amount", str), ("authority", "asset", "rights", int), ("identity", "id", None, None),
             ("commitment", "digest", None, None))
    named = [(vout, of, amount, *forms[kind]) for vout, kind, of, amount in found[0]]
    return [{"vout": vout, "kind": name, key: of.hex()} | ({last: form(amount)} if last else {})
            for vout, of, amount, name, key, last, form in named]


JUDGED = ("envelope.", "mip0003.not_conserved", "mip0003.envelope_missing", "mip0003.right_from_nothing",
          "mip0003.right_lost", "mip0003.right_twice", "mip0002.identity_from_nothing", "mip0002.identity_lost",
          "mip0002.identity_twice")


def main(folder):
    # What headers commit to is read by check_headers.py; how many signatures are checked is asked elsewhere.
    paths = [path for path in sorted(pathlib.Path(folder).glob("*/*.json"))
             if path.parent.name not in ("mip-0007", "mip-0008", "mip-0009")]
    compared = failed = 0
    for path in paths:
        vector = json.loads(path.read_text("utf-8"))
        code = vector["expect"].get("code")
        if code is not None and not code.startswith(JUDGED):
            continue  # refused by a rule that this reader does not know
        compared += 1
        verdict, expected = judge(vector), code or vector["expect"]["attachments"]
        if verdict != expected:
            failed += 1
            print(f"{path}: expected {expected}, got {verdict}")
    print(f"{len(paths)} vectors, {compared} judged here, {failed} disagreements")
    return 1 if failed or not compared else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "mips/vectors"))
