"""The bus as a port.

Messages arrive in the order of their source's log within a partition, from any position, at least
once.

What every implementation promises (one suite of tests runs over all of them, tests/promises/bus):
- messages of one partition MUST arrive in the order of their source's log, and all messages of one
  key in one partition;
- a message MAY arrive again; it MUST NOT be skipped: ``previous`` names the message before it, so
  that a gap can be seen;
- reading from a position MUST give every message after it, whatever was read, crashed or rebalanced
  before; and first the message at that position once more, if the bus still has it, so that a
  reader can see that the history is the one it knows;
- a message that the publishing service did not send MUST NOT have a position, nor count as its;
- an implementation MUST NOT rely on a record of its own of how far a reader has come.
"""

from collections.abc import Callable, Sequence
from typing import Protocol
from zlib import crc32

import msgspec

from shared.contracts.contract import ID
from shared.contracts.envelope import Event
from shared.messaging.inbox import ReaderPosition


class BusAway(Exception):
    """The bus cannot be reached. Back off and try again."""


class Message(msgspec.Struct, frozen=True):
    """One published fact on its way.

    source: the publishing service. position: of the fact in that service's log, None if it is
    unknown, because no relay of ours sent the message. previous: the position of the message before
    it in the same partition, 0 for the first. offset: where this bus keeps it. key: the subject of
    the CloudEvent. value: its bytes. authentic: whether the publishing service itself sent it; if
    not, the message has neither position nor key. event: what the bytes say, where this process has
    read them already; None: they are to be read.
    """

    source: str
    partition: int
    offset: int
    position: int | None
    previous: int | None
    key: str
    value: bytes
    authentic: bool = True
    event: Event | None = None


Resume = Callable[[str, int], ReaderPosition]
"""Looks up the position from which to read on in (source, partition)."""


def partition_of(key: str, partitions: int) -> int:
    """Return the partition of a key, the same on every bus.

    So a position means the same on every bus, and an installation may change from one to the other.
    Neither the number of partitions nor this function ever changes.
    """
    return crc32(key.encode()) % partitions


def untrusted_key(key: str) -> str:
    """Return the key of a message that no relay of ours wrote if it is an id, else nothing.

    Any other text could be a person's name, even one in the form of an institution's code.
    """
    return key if ID.fullmatch(key) else ""


class Subscription(Protocol):
    """A reader's subscription: polls messages and reports its assigned partitions."""

    def poll(self, seconds: float) -> Sequence[Message]:
        """Return the next messages, waiting at most that long for the first.

        Empty if there is nothing new. Raises BusAway.
        """

    def assigned(self) -> frozenset[tuple[str, int]]:
        """Return the (source, partition) pairs that are assigned to this process now.

        Empty while another process of this reader has them all.
        """

    def close(self) -> None:
        """Stop reading and give the partitions back."""


class Bus(Protocol):
    """A way for messages to travel."""

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> Subscription:
        """Subscribe to these sources as ``reader``. Raises BusAway.

        Processes with the same name share the partitions.
        """
