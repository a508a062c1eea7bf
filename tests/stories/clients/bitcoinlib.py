"""Fetches every header and the last block from a node with python-bitcoinlib as it is, and checks them by its rules.

Usage: bitcoinlib.py HOST PORT; prints what it found as JSON.
"""

import json
import socket
import sys

import bitcoin
from bitcoin.core import CBlockHeader, CheckBlock, CheckBlockHeader, b2lx
from bitcoin.core.serialize import VarIntSerializer, ser_read
from bitcoin.messages import (
    MSG_BLOCK,
    MSG_WITNESS_FLAG,
    MsgSerializable,
    msg_getdata,
    msg_getheaders,
    msg_headers,
    msg_pong,
    msg_verack,
    msg_version,
)
from bitcoin.net import CInv

VERSION = 70015


class Headers(msg_headers):
    """The library's own reader forgets the count of transactions, always zero, that follows each header."""

    @classmethod
    def msg_deser(cls, f, protover=VERSION):
        found = cls()
        for _ in range(VarIntSerializer.stream_deserialize(f)):
            found.headers.append(CBlockHeader.stream_deserialize(f))
            assert ser_read(f, 1) == b"\0"
        return found


def hear(stream, command):
    """Returns the next message with this name; answers pings meanwhile."""
    while True:
        message = MsgSerializable.stream_deserialize(stream)
        if message is None:
            continue
        if message.command == b"ping":
            say(stream, msg_pong(VERSION, message.nonce))
        if message.command == command:
            return message


def say(stream, message):
    message.stream_serialize(stream)
    stream.flush()


def all_headers(stream, genesis):
    headers, last = [], genesis
    while True:
        question = msg_getheaders(VERSION)
        question.locator.nVersion = VERSION
        question.locator.vHave = [last]
        say(stream, question)
        more = hear(stream, b"headers").headers
        for header in more:
            assert header.hashPrevBlock == last, "the headers follow one another"
            CheckBlockHeader(header, cur_time=header.nTime)
            last = header.GetHash()
        headers += more
        if not more:
            return headers


def main():
    bitcoin.SelectParams("regtest")
    bitcoin.messages.messagemap[b"headers"] = Headers
    connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=60)
    stream = connection.makefile("rwb")
    say(stream, msg_version(VERSION))
    hear(stream, b"version")
    say(stream, msg_verack(VERSION))
    hear(stream, b"verack")
    headers = all_headers(stream, bitcoin.params.GENESIS_BLOCK.GetHash())
    question = msg_getdata(VERSION)
    item = CInv()
    item.type, item.hash = MSG_BLOCK | MSG_WITNESS_FLAG, headers[-1].GetHash()
    question.inv.append(item)
    say(stream, question)
    block = hear(stream, b"block").block
    CheckBlock(block, cur_time=block.nTime)
    txids = [b2lx(tx.GetTxid()) for tx in block.vtx]
    print(json.dumps({"height": len(headers), "tip": b2lx(block.GetHash()), "txids": txids}))


main()
