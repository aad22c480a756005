"""Which partition a case's letters travel in: the same on every bus.

So a reader's places mean the same on every bus too, and an installation may change from one to the
other, and back, without losing or doubling a letter.
"""

from functools import lru_cache

from kafka.partitioner.default import murmur2


@lru_cache(maxsize=16_384)
def partition_of(key: str, partitions: int) -> int:
    """The partition of a case: Kafka's own default for keys, so that any client finds it."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)
