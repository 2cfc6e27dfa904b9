"""Assigns keys to partitions as Kafka does by default: murmur2 of the key's UTF-8, so that any Kafka client agrees.

Both adapters use it: a key has the same partition on SQLite and on Kafka. The function must never change, or existing
records would be in the wrong partition.
"""

from __future__ import annotations

_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def partition_of(key: str, partitions: int) -> int:
    """The 0-based partition of `key` among `partitions`."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """MurmurHash2 (Austin Appleby), 32 bits unsigned, with the seed that Kafka's clients use."""
    value = _SEED ^ len(data)
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        block = int.from_bytes(data[at : at + 4], "little") * _M & _MASK
        value = (value * _M & _MASK) ^ ((block ^ block >> 24) * _M & _MASK)
    if len(data) != whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * _M & _MASK
    value = (value ^ value >> 13) * _M & _MASK
    return value ^ value >> 15
