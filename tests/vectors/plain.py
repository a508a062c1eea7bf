"""What `envelope.py` stands on: Bitcoin's encoding of numbers, transactions and pushes."""


class Refused(Exception):
    """Carries the code of the rule that is broken."""


class Bytes:
    """Reads Bitcoin's consensus encoding; a CompactSize must be the shortest."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def refuse(self, code):
        raise Refused(code)

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
        return value if value >= least else self.refuse("envelope.not_minimal")

    def text(self):
        try:
            return self.take(self.size()).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("envelope.not_utf8")


def read_tx(raw):
    """Returns outpoints (36 bytes) and outputs (value, script) of a transaction without witness."""
    tx = Bytes(raw)
    tx.take(4)
    inputs = []
    for _ in range(tx.size()):
        inputs.append(tx.take(36))
        tx.take(tx.size() + 4)
    return inputs, [(tx.int(8), tx.take(tx.size())) for _ in range(tx.size())]


def pushed_with(tag, script):
    """Returns (is it one shortest push, what follows the tag) if the script is OP_RETURN and a push that begins so."""
    if script[:1] != b"\x6a" or len(script) < 2 or script[1] > 0x4e:
        return None
    head, width = script[1], {0x4c: 1, 0x4d: 2, 0x4e: 4}.get(script[1], 0)
    data = script[2 + width:]
    if data[:len(tag)] != tag:
        return None
    length = int.from_bytes(script[2:2 + width], "little") if width else head
    least = {0: 0, 1: 76, 2: 256, 4: 65536}[width]
    return length >= least and length == len(data), data[len(tag):]
