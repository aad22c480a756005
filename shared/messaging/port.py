"""The bus as a port.

Messages in the order of their source, per partition, from any place, at least once.

What every home promises (one suite of tests runs over all of them, tests/promises/bus):
- messages of one partition MUST arrive in the order of their source's log, and all messages of one
  key in one partition;
- a message MAY arrive again; it MUST NOT be skipped: ``previous`` names the message before it, so a
  gap can be seen;
- reading from a place MUST give every message after it, whatever was read, crashed or rebalanced
  before; and first, where the bus still has it, the message at that place once more: so a reader
  sees that the history is the one it knew;
- a home keeps no truth of its own about how far a reader has come.
"""

from collections.abc import Callable, Sequence
from typing import Protocol
from zlib import crc32

import msgspec

from shared.contracts.contract import ID
from shared.messaging.inbox import ReaderPosition


class BusAway(Exception):
    """The bus could not be reached or gave up. Back off and try again."""


class Message(msgspec.Struct, frozen=True):
    """One published fact on its way.

    source: the publishing service. position: its place in that service's log, None if the bus could
    not tell (a message that no relay of ours sent). previous: the position of the message before it
    in the same partition, 0 for the first. offset: where this bus keeps it. key: the subject of
    the CloudEvent. value: its bytes.
    """

    source: str
    partition: int
    offset: int
    position: int | None
    previous: int | None
    key: str
    value: bytes


Resume = Callable[[str, int], ReaderPosition]
"""Where a reader goes on in (source, partition)."""


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key, the same on every bus.

    So a place means the same on every bus, and an installation may change from one to the other.
    The number of partitions is for ever, and so is this function.
    """
    return crc32(key.encode()) % partitions


def untrusted_key(key: str) -> str:
    """What is kept of the key of a message that no relay of ours wrote: an id, or nothing.

    Any other word could be a person's, and so could one with the form of an institution's code.
    """
    return key if ID.fullmatch(key) else ""


class Subscription(Protocol):
    """One reader's open ear."""

    def poll(self, seconds: float) -> Sequence[Message]:
        """The next messages, waiting at most that long for the first.

        Empty when there is nothing new.
        """

    def assigned(self) -> frozenset[tuple[str, int]]:
        """The (source, partition) pairs that this reader answers for now.

        None while another process does.
        """

    def close(self) -> None:
        """Stop listening and hand the partitions back."""


class Bus(Protocol):
    """Where messages travel."""

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> Subscription:
        """Listen to these sources as ``reader``.

        Processes with the same name share the partitions among them.
        """
