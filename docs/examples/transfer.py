"""Sends units of an asset with embit: everything about Moneta is the 30 lines of `envelope`.

Reads an order as JSON (see README.md) from standard input, writes the signed transaction as hexadecimal digits.
"""
import json
import struct
import sys

from embit import ec, script
from embit.networks import NETWORKS
from embit.transaction import Transaction, TransactionInput, TransactionOutput

# ---- the envelope: docs/formats/envelope.md ----


def size(n):
    if n < 0xFD:
        return bytes([n])
    return b"\xfd" + struct.pack("<H", n) if n <= 0xFFFF else b"\xfe" + struct.pack("<I", n)


def push(data):
    head = bytes([len(data)]) if len(data) <= 75 else b"\x4c" + bytes([len(data)])
    if len(data) > 255:
        head = b"\x4d" + struct.pack("<H", len(data))
    return head + data


def envelope(allocations):
    """Allocates units: [(vout, asset, amount)], in the order of the outputs."""
    table = sorted({asset for _, asset, _ in allocations})  # ascending as bytes
    payload = size(len(table)) + b"".join(table) + size(len(allocations))
    for vout, asset, amount in allocations:
        payload += size(vout) + b"\x00" + size(table.index(asset)) + struct.pack("<Q", amount)
    payload += size(0)  # no operation
    return b"\x6a" + push(b"MTA\x01" + payload)


# ---- the transaction: Bitcoin's ----
order = json.load(sys.stdin)
key = ec.PrivateKey(bytes.fromhex(order["key"]), network=NETWORKS["regtest"])
own = script.p2wpkh(key.get_public_key())
coins = [order["asset_coin"], order["grain_coin"]]
asset, amount = bytes.fromhex(order["asset"]), int(order["amount"])
back = int(order["asset_coin"]["amount"]) - amount

inputs = [TransactionInput(bytes.fromhex(coin["txid"]), coin["vout"]) for coin in coins]
change = sum(int(coin["value"]) for coin in coins) - 2000 - int(order["fee"])
outputs = [
    TransactionOutput(1000, script.address_to_scriptpubkey(order["to"])),
    TransactionOutput(1000, own),
    TransactionOutput(change, own),
    TransactionOutput(0, script.Script(envelope([(0, asset, amount), (1, asset, back)]))),
]
tx = Transaction(version=2, vin=inputs, vout=outputs)
for number, coin in enumerate(coins):
    hashed = tx.sighash_segwit(number, script.p2pkh_from_p2wpkh(own), int(coin["value"]))
    signature = key.sign(hashed).serialize() + b"\x01"
    tx.vin[number].witness = script.Witness([signature, key.get_public_key().sec()])
print(tx.serialize().hex())
