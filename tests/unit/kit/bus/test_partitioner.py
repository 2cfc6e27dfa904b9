"""The partitioner is Kafka's, bit for bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.bus.partitioner import murmur2, partition_of


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"abc", 479470107),
    ],
)
def test_hashes_are_those_of_the_java_client(data: bytes, expected: int) -> None:
    assert murmur2(data) == expected % 2**32


@given(st.binary(max_size=80))
def test_hashes_are_those_of_kafka_python(data: bytes) -> None:
    from kafka.partitioner import default

    assert murmur2(data) == default.murmur2(data) % 2**32


@given(st.text(max_size=60), st.integers(1, 200))
def test_a_key_has_one_partition_of_those_there_are(key: str, partitions: int) -> None:
    assert 0 <= partition_of(key, partitions) < partitions
    assert partition_of(key, partitions) == partition_of(key, partitions)


def test_keys_spread_over_all_partitions() -> None:
    counts = [0] * 8
    for n in range(8_000):
        counts[partition_of(f"acme/call-{n}", 8)] += 1

    assert min(counts) > 800
