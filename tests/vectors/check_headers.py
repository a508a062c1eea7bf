#!/usr/bin/env python3
"""A second reader of what headers say: MIP-0007 proofs and MIP-0008 targets, written from the texts alone.

check_headers.py FOLDER          replays FOLDER/mip-0007/*.json and FOLDER/mip-0008/asert.json
check_headers.py --write FOLDER  computes FOLDER/mip-0008/asert.json anew
"""
import hashlib
import json
import pathlib
import sys

HALF_LIFE, SPACING = 7_200, 60


def sha256(data):
    return hashlib.sha256(data).digest()


def tagged(tag, *parts):
    prefix = sha256(tag.encode())
    return sha256(prefix + prefix + b"".join(parts))


def double(data):
    return sha256(sha256(data))


def little(data):
    return int.from_bytes(data, "little")


class Refused(Exception):
    """The proof does not hold; its code."""


def refuse_if(condition, code):
    if condition:
        raise Refused("mip0007." + code)


# --- MIP-0008: targets ---


def expand(bits):
    size, word = bits >> 24, bits & 0x007F_FFFF
    return word << 8 * (size - 3) if size > 3 else word >> 8 * (3 - size)


def compact(target):
    size = (target.bit_length() + 7) // 8
    word = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if word & 0x0080_0000:
        word, size = word >> 8, size + 1
    return size << 24 | word


def asert(genesis, height, time):
    """Bits of the child of the block at `height` with `time`."""
    late = time - genesis["time"] - SPACING * height
    # Towards zero, as the published rule divides.
    exponent = abs(late) * 65_536 // HALF_LIFE * (1 if late >= 0 else -1)
    shifts, x = exponent >> 16, exponent & 0xFFFF
    factor = 65_536 + ((195_766_423_245_049 * x + 971_821_376 * x**2 + 5_127 * x**3 + 2**47) >> 48)
    limit = expand(genesis["bits"])
    target = limit * factor
    shifts -= 16
    target = target << shifts if shifts >= 0 else target >> -shifts
    return compact(min(max(target, 1), limit))


GENESIS = {
    "main": {"time": 1_795_219_200, "bits": 0x1E0F_FFFF},
    "test": {"time": 1_795_219_200, "bits": 0x1F00_FFFF},
}


def luck(seed):
    """Waiting times that look like a miner's, from a seed."""
    while True:
        seed = (seed * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        # The number of leading zeros is nearly exponential.
        yield 1 + (seed >> 40) % 37 + 40 * (64 - (seed >> 32).bit_length() - 31)


def runs():
    """Name, network, first height, first lateness in seconds, and the seconds between blocks."""
    chance = luck(1)
    yield "a block a minute", "main", 0, 0, [60] * 40
    yield "ten times the hash rate", "main", 100_000, -600_000, [6] * 60
    yield "a tenth of the hash rate", "main", 100_000, -600_000, [600] * 60
    yield "all at once", "main", 50_000, -400_000, [0] * 60
    yield "twelve hours of silence", "main", 200_000, -500_000, [60] * 10 + [43_200] + [60] * 20
    yield "half a life late and half a life early", "main", 300_000, -300_000, [3_660, -3_540] * 20
    yield "luck", "main", 400_000, -700_000, [next(chance) for _ in range(120)]
    yield "the easiest target is the end", "main", 10, 0, [7_200] * 30
    yield "the test network", "test", 1_000, -100_000, [30] * 40
    yield "the highest time", "main", 41_000_000, 0, [60] * 10 + [2**32 - 1 - 1_795_219_200 - 60 * 41_000_010]
    yield "towards the hardest target", "main", 30_000_000, -1_000_000, [-60_000] * 30
    yield "the last heights", "main", 2**32 - 40, 10**9 - 60 * (2**32 - 40), [1] * 30


def asert_vectors():
    vectors = []
    for name, network, height, late, spacings in runs():
        genesis = GENESIS[network]
        time = genesis["time"] + SPACING * height + late
        rows = []
        for spacing in [0] + spacings:
            time += spacing
            if 0 <= time < 2**32:
                rows.append({"parent_height": height, "parent_time": time, "bits": f"{asert(genesis, height, time):08x}"})
            height += 1
        assert rows, name
        vectors.append({"run": name, "network": network, "rows": rows})
    return vectors


# --- MIP-0007: proofs ---


def varint(data, at):
    size = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(data[at], 0)
    return (little(data[at + 1 : at + 1 + size]), at + 1 + size) if size else (data[at], at + 1)


def coinbase_outputs(data):
    """Scripts of the outputs of a coinbase without witness."""
    at = 4
    inputs, at = varint(data, at)
    refuse_if(inputs != 1 or data[at : at + 36] != bytes(32) + b"\xff" * 4, "not_a_coinbase")
    length, at = varint(data, at + 36)
    at += length + 4
    outputs, at = varint(data, at)
    scripts = []
    for _ in range(outputs):
        length, at = varint(data, at + 8)
        scripts.append(data[at : at + length])
        at += length
    refuse_if(at + 4 != len(data) or len(data) == 64, "not_a_coinbase")
    return scripts


def check_commitments(case):
    coinbase = bytes.fromhex(case["coinbase"])
    scripts = coinbase_outputs(coinbase)
    refuse_if(len(case["branch"]) > 17, "branch_too_long")
    node = double(coinbase)
    for sibling in case["branch"]:
        node = double(node + bytes.fromhex(sibling))
    refuse_if(bytes.fromhex(case["header"])[36:68] != node, "not_in_block")
    carried = [s[6:] for s in scripts if len(s) == 38 and s[:6] == b"\x6a\x24MTA\x00"]
    refuse_if(len(carried) != 1, "uncommitted")
    parts = [bytes.fromhex(case[part]) for part in ("filter_header", "registry_root", "history_root")]
    refuse_if(carried[0] != tagged("moneta/commitments", *parts), "other_parts")
    return parts


def check_record(case, root):
    proof = case["registry"]
    path = tagged("moneta/registry-key", bytes.fromhex(proof["key"]))
    record = proof["record"]
    wanted = record if record is None else tagged("moneta/registry-record", bytes.fromhex(record))
    siblings = [bytes.fromhex(sibling) for sibling in proof["siblings"]]
    refuse_if(len(siblings) > 256, "map_too_long")
    bits = lambda key: f"{int.from_bytes(key, 'big'):0256b}"
    node, found = bytes(32), None
    if proof["end"]:
        key, value = bytes.fromhex(proof["end"]["key"]), bytes.fromhex(proof["end"]["value"])
        refuse_if(bits(key)[: len(siblings)] != bits(path)[: len(siblings)], "map_off_the_way")
        node, found = tagged("moneta/map-leaf", key, value), value if key == path else None
    for depth in reversed(range(len(siblings))):
        pair = (siblings[depth], node) if bits(path)[depth] == "1" else (node, siblings[depth])
        node = tagged("moneta/map-branch", *pair)
    refuse_if(node != root, "map_wrong_root")
    refuse_if(found != wanted, "other_record")


def join(left, right):
    refuse_if(little(left[68:72]) + 1 != little(right[64:68]), "history_not_neighbours")
    work = int.from_bytes(left[32:64], "big") + int.from_bytes(right[32:64], "big")
    refuse_if(work >= 2**256, "history_not_neighbours")
    parts = work.to_bytes(32, "big"), left[64:68], right[68:72], left[72:76], right[76:80]
    return tagged("moneta/history-node", left, right) + b"".join(parts)


def leaf(header, height):
    number = height.to_bytes(4, "little")
    work = 2**256 // (expand(little(header[72:76])) + 1)
    times = header[68:72] * 2
    return tagged("moneta/history-leaf", double(header), number) + work.to_bytes(32, "big") + number * 2 + times


def check_ancestor(case, root):
    proof = case["ancestor"]
    height, blocks = proof["height"], proof["blocks"]
    refuse_if(height >= blocks, "history_beyond_range")
    trees, start = [], 0
    for bit in reversed(range(32)):
        if blocks >> bit & 1:
            trees.append((start, bit))
            start += 1 << bit
    place, (start, bit) = next((n, t) for n, t in enumerate(trees) if t[0] <= height < t[0] + (1 << t[1]))
    siblings, peaks = ([bytes.fromhex(node) for node in proof[name]] for name in ("siblings", "other_peaks"))
    refuse_if(len(siblings) != bit or len(peaks) != len(trees) - 1, "history_wrong_length")
    node = leaf(bytes.fromhex(proof["header"]), height)
    for level, sibling in enumerate(siblings):
        node = join(sibling, node) if (height - start) >> level & 1 else join(node, sibling)
    peaks.insert(place, node)
    got = tagged("moneta/history-root", blocks.to_bytes(4, "little"), *peaks)
    refuse_if(got != root, "history_wrong_root")


def check_filter(case, header):
    got = double(double(bytes.fromhex(case["parent_filter"])) + bytes.fromhex(case["filter_header_before"]))
    refuse_if(got != header, "other_filter")


def verdict(case):
    try:
        filter_header, registry_root, history_root = check_commitments(case)
        check_record(case, registry_root)
        check_ancestor(case, history_root)
        check_filter(case, filter_header)
    except Refused as refused:
        return str(refused)
    return None


def main():
    folder = pathlib.Path(sys.argv[-1])
    targets = folder / "mip-0008" / "asert.json"
    if "--write" in sys.argv:
        targets.parent.mkdir(exist_ok=True)
        rows = ",\n".join(json.dumps(vector) for vector in asert_vectors())
        targets.write_text(f"[\n{rows}\n]\n")
    wrong = []
    proofs = sorted((folder / "mip-0007").glob("*.json"))
    for path in proofs:
        case = json.loads(path.read_text())
        if verdict(case) != case["expect"]:
            wrong.append(f"{path.name}: {verdict(case)} instead of {case['expect']}")
    if json.loads(targets.read_text()) != asert_vectors():
        wrong.append("asert.json is not what this program computes")
    print(f"{len(proofs)} proofs, {sum(len(v['rows']) for v in asert_vectors())} targets")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
