"""Sends commands, and sends each again with the same key until it has a definite answer."""

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from types import MappingProxyType
from typing import Any

from tests.faults.commands import Command
from tests.faults.ledger import Ledger
from tests.faults.remembered import Answered, Remembered

_ANSWER_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_TOO_MANY = 429
MOVED_ON, RESTARTED = "moved-on", "restarted"
"""Why a command is repeated late: others followed in its stream, or its service began anew."""
LATE = MappingProxyType({MOVED_ON: "repeated_moved_on", RESTARTED: "repeated_restarted"})


@dataclass(frozen=True)
class Answer:
    """A definite answer; status None: the run ended before there was one."""

    status: int | None
    body: Any = None
    location: str | None = None

    @property
    def accepted(self) -> bool:
        return self.status is not None and self.status < 300


@dataclass
class Counts:
    """What was counted while submitting. accepted, refused: by the command's name."""

    commands: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    doubtful: int = 0
    tries: int = 0
    repeated_moved_on: int = 0
    repeated_restarted: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **numbers: int) -> None:
        with self._guard:
            for name, number in numbers.items():
                setattr(self, name, getattr(self, name) + number)

    def answered(self, command: str, *, accepted: bool) -> None:
        with self._guard:
            (self.accepted if accepted else self.refused)[command] += 1


class HttpClient:
    """The way of every institution to every service. Shared by threads."""

    def __init__(
        self,
        ledger: Ledger,
        address: Callable[[str, int], tuple[str, int]],
        secrets: dict[str, str],
        seed: int,
    ) -> None:
        """address: where a service is, for the try with this number."""
        self._ledger = ledger
        self._address = address
        self._secrets = {**secrets}
        self._seed = seed
        self._idle: dict[tuple[str, int], list[HTTPConnection]] = {}
        self.counts = Counts()
        self.remembered = Remembered()
        self.giving_up = threading.Event()
        """Set when the run ends whatever is still open."""

    def submit(self, command: Command) -> Answer:
        """Submit until there is a definite answer; then once more where the plan says so."""
        self.counts.add(commands=1)
        raw = json.dumps(command.body).encode()
        number, pause = 0, _FIRST_PAUSE
        while True:
            number += 1
            answer = self._attempt(command, raw, number)
            if _is_definite(answer.status):
                break
            self.counts.add(doubtful=1)
            if self.giving_up.is_set():
                self._ledger.write("given-up", ask=command.name)
                return Answer(None)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        if command.again:
            number += 1
            self._attempt(command, raw, number)
        self.counts.answered(command.command, accepted=answer.accepted)
        if answer.accepted and command.command != "issue-link" and not command.link:
            self._remember(command, answer, number)
        return answer

    def open_link(self, link_id: str, code: str) -> bool:
        """Exchange a link's secret for a session, once; returns whether that was given.

        Nobody asks a second time who got no answer: the session may have been given all the same.
        """
        path, raw = f"/links/{link_id}/opening", json.dumps({"code": code}).encode()
        headers = {"Content-Type": "application/json"}
        outcome, _, body = self._send("POST", "referral", path, "", raw, headers, 1)
        status = outcome if isinstance(outcome, int) else None
        self._ledger.write("opened", link=link_id, status=status)
        if status != HTTPStatus.CREATED:
            return False
        self._secrets[link_id] = _read(body)["session"]
        return True

    def repeat(self, one: Answered, late: str) -> Answer:
        """Submit an accepted command once more, under its key. late: why now, for the ledger."""
        one.tries += 1
        self.counts.add(**{LATE[late]: 1})
        return self._attempt(one.command, json.dumps(one.command.body).encode(), one.tries, late)

    def look(self, service: str, path: str, institution: str) -> int | None:
        """The status of a question: what is only looked at stands in no ledger."""
        return self.read(service, path, institution)[0]

    def read(self, service: str, path: str, reader: str) -> tuple[int | None, Any]:
        """The status and the body of a question; no status where no answer came."""
        status, _, body = self._send("GET", service, path, reader, None, {}, 1)
        return (status, _read(body)) if isinstance(status, int) else (None, None)

    def shown(self, service: str, path: str, institution: str) -> Any:
        """What an institution is shown; None if it is shown nothing."""
        status, _, body = self._send("GET", service, path, institution, None, {}, 1)
        return _read(body) if status == HTTPStatus.OK else None

    def close(self) -> None:
        """Hang up, once nobody sends any more."""
        for idle in self._idle.values():
            for connection in idle:
                connection.close()

    def _remember(self, command: Command, answer: Answer, tries: int) -> None:
        stream, version = str(answer.body["stream"]), int(answer.body["version"])
        referral = str(answer.location).rpartition("/")[2] if command.command == "refer" else None
        self.remembered.note(Answered(command, stream, version, time.monotonic(), tries), referral)

    def _attempt(
        self, command: Command, raw: bytes, number: int, late: str | None = None
    ) -> Answer:
        key = f"chaos-{self._seed}-{command.name}"
        self._ledger.write(
            "ask",
            ask=command.name,
            **{"try": number},
            service=command.service,
            command=command.command,
            method="POST",
            path=command.path,
            institution=command.institution,
            role=command.role,
            key=key,
            body=command.body,
            if_match=command.if_match,
            case_id=command.case_id,
            referral_id=command.referral_id,
            late=late,
            link=command.link or None,
        )
        self.counts.add(tries=1)
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        if command.if_match is not None:
            headers["If-Match"] = f'"{command.if_match}"'
        by = command.link or command.institution
        outcome, got, body = self._send(
            "POST", command.service, command.path, by, raw, headers, number
        )
        status = outcome if isinstance(outcome, int) else None
        read = _read(body)
        told = {**read, "secret": None} if isinstance(read, dict) and "secret" in read else read
        self._ledger.write(
            "answer",
            ask=command.name,
            **{"try": number},
            status=status,
            error=None if status is not None else outcome,
            body=told,
            location=got.get("Location"),
            etag=got.get("ETag"),
            digest=hashlib.sha256(body).hexdigest()[:16],
        )
        return Answer(status, read, got.get("Location"))

    def _send(  # noqa: PLR0913, PLR0917 - what a request is made of
        self,
        method: str,
        service: str,
        path: str,
        institution: str,
        raw: bytes | None,
        headers: dict[str, str],
        number: int,
    ) -> tuple[int | str, Message, bytes]:
        """Status, headers, body; instead of a status the name of what went wrong.

        institution: or the link that was opened; "" for nobody in particular.
        """
        address = self._address(service, number)
        idle = self._idle.setdefault(address, [])
        try:
            connection = idle.pop()
        except IndexError:
            connection = HTTPConnection(*address, timeout=_ANSWER_SECONDS)
        try:
            if institution:
                headers = {"Authorization": f"Bearer {self._secrets[institution]}", **headers}
            connection.request(method, path, raw, headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            connection.close()
            return type(error).__name__, Message(), b""
        idle.append(connection)
        return response.status, response.headers, body


def _is_definite(status: int | None) -> bool:
    return status is not None and status < 500 and status != _TOO_MANY


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
