"""The rows that the checker looks at: the ledger's, the logs', the topics'.

Written from the design pages and the SQL files alone; nothing here imports the product.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

SECRET = "of an installation that lives for hours"  # noqa: S105 - everybody here may know it
"""With what the installation under test derives its names."""
TOO_MANY = 429
_SHOWN_ONCE = "link-issued-already"
Json = Any


def client_of(institution: str) -> str:
    """The subject of the one token that the harness gives an institution."""
    return f"subject-of-{institution}"


@dataclass(frozen=True, slots=True)
class Broken:
    """One promise that was not kept. case_id: the case it is about, "" where it is about none."""

    case_id: str
    sentence: str
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Try:
    """One HTTP attempt. sent_at_line, answered: the numbers of its lines; answered None: never.

    digest: of the answer's bytes, where the driver noted it. headers: its location and its version.
    late: why it was repeated long after its answer; "" where it was not.
    """

    sent_at_line: int
    answered: int | None = None
    status: int | None = None
    body: Json = None
    digest: str = ""
    headers: tuple[str | None, str | None] = (None, None)
    late: str = ""

    @property
    def accepted(self) -> bool:
        """Whether a receipt came back."""
        return self.status is not None and 200 <= self.status < 300 and not self.link

    @property
    def link(self) -> str:
        """The link that came back instead of a receipt; "" if none did."""
        shown = self.body if isinstance(self.body, dict) and "secret" in self.body else {}
        return str(shown.get("link_id", ""))

    @property
    def refused(self) -> bool:
        """Whether a definite no came back: not that it was carried out, and is not shown again."""
        no = self.status is not None and 400 <= self.status < 500 and self.status != TOO_MANY
        return no and not (isinstance(self.body, dict) and self.body.get("code") == _SHOWN_ONCE)

    @property
    def doubtful(self) -> bool:
        """Whether it may have been carried out, for all that its sender knows."""
        return self.status is None or self.status >= 500


@dataclass(frozen=True)
class Submission:
    """One command with all its attempts, in the order in which they were sent.

    link: by which it was given; "" where it was by none.
    """

    id: str
    service: str
    command: str
    path: str
    institution: str
    key: str
    body: Json
    case_id: str
    tries: Sequence[Try]
    link: str = ""

    @cached_property
    def command_id(self) -> str:
        """The name that the service derives from the caller and the key."""
        ids = hmac.digest(SECRET.encode(), b"canaliza ids 1", "sha256")
        link = f"link-{self.link.replace('-', '')}"
        client = link if self.link else client_of(self.institution)
        parts = ("command", self.service, self.institution, client, self.key)
        told = b"".join(len(part).to_bytes(4, "big") + part for part in map(str.encode, parts))
        written = hmac.digest(ids, told, "sha256").hex()
        variant = "89ab"[int(written[16], 16) % 4]
        return str(UUID(f"{written[:12]}8{written[13:16]}{variant}{written[17:32]}"))

    @property
    def receipt(self) -> Json:
        """The first receipt that came back; None where none did."""
        return next((each.body for each in self.tries if each.accepted), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that was broken on purpose. until: when it was mended, in seconds.

    fact: the one on which a program was made to fail; "" where it was not.
    """

    n: int
    kind: str
    target: str
    since: float
    until: float | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Poison:
    """A message that the harness put into a topic by hand."""

    kind: str
    source: str
    partition: int
    offset: int
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody read. since, until: seconds, before it was asked and after it was answered.

    case_id, referral_id: "" where it was about none. last: asked once all was through.
    """

    n: int
    reader: str
    roles: Sequence[str]
    service: str
    question: str
    case_id: str
    referral_id: str
    since: float
    until: float
    status: int | None
    body: Json
    last: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody showed a link's secret. status: what came of it; None where no answer came."""

    link: str
    status: int | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the driver wrote down. through: seconds from quiet until all was through, or None."""

    submissions: Sequence[Submission] = ()
    faults: Sequence[Fault] = ()
    poisons: Sequence[Poison] = ()
    looks: Sequence[Look] = ()
    openings: Sequence[Opening] = ()
    partitions: int = 3
    lines: int = 0
    quiet: bool = False
    through: float | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a log. committed: when its transaction was, where the database keeps that.

    imported: the source of imported history; None of what happened live.
    """

    service: str
    position: int
    stream: str
    version: int
    name: str
    institution: str
    role: str
    subject: str
    happened_at: str
    recorded_at: str
    correlation: str
    causation: str
    payload: Mapping[str, Json]
    committed: datetime | None = None
    imported: Mapping[str, Json] | None = None

    @property
    def id(self) -> str:
        """The fact's public name."""
        return f"{self.service}:{self.stream}:{self.version}"


@dataclass(frozen=True, slots=True)
class Parked:
    """A row of a service's ``parked`` table."""

    id: str
    n: int
    source: str
    partition: int
    offset: int
    position: int
    key: str
    value: bytes
    reason: str
    resolved: bool = False


@dataclass(frozen=True)
class Service:
    """One service's own tables. positions: row name to (position, bus offset).

    documents: the ids of those whose bytes are there.
    """

    name: str
    facts: Sequence[Fact] = ()
    head: int = 0
    commands: Mapping[str, Json] = field(default_factory=dict)
    positions: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    parked: Sequence[Parked] = ()
    documents: frozenset[str] = frozenset()

    @cached_property
    def set_aside(self) -> frozenset[tuple[str, int]]:
        """The messages (source, position) that were parked and not taken in since."""
        given_up = {fact.stream for fact in self.facts if fact.name == "message-discarded"}
        return frozenset(
            (row.source, row.position)
            for row in self.parked
            if row.position and (not row.resolved or row.id in given_up)
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A record of a topic. position, previous: as its headers say; None where they do not."""

    source: str
    partition: int
    offset: int
    sent: float
    key: str
    position: int | None
    previous: int | None
    value: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """A message that a careful reader takes in, opened. envelope: the CloudEvent's members."""

    message: Message
    envelope: Mapping[str, Json]

    @property
    def name(self) -> str:
        """The fact's name, as in ``case-registered``."""
        return str(self.envelope["type"]).split(".")[3]

    @property
    def position(self) -> int:
        """Its fact's position in the publisher's log."""
        return int(self.envelope["position"])

    @property
    def data(self) -> Mapping[str, Json]:
        """What the contract says."""
        read: Mapping[str, Json] = self.envelope["data"]
        return read
