"""Reads as every institution, a stranger and an auditor, and writes what each saw into the ledger.

A line ``look`` says who read (institution and roles, never a token), what (service, question, case,
referral, address), between which moments (``since``, and ``t`` for the end, in seconds since 1970),
and what came: status and body. Of a list it keeps its rows' ids, by the fields that say something;
of another body of more than ``WHOLE`` characters all but the values of what is told of a fact.
"""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from tests.faults.actors import AUDITOR, INSTITUTIONS, ROLES, STRANGER
from tests.faults.http_client import HttpClient
from tests.faults.ledger import Ledger
from tests.faults.remembered import KnownCase

WHOLE = 6_000
_PAGE, _WHOLE_LIST = 50, 500
_MOST_PAGES = 40


@dataclass(frozen=True)
class Question:
    """Something that is read. name: as in the ledger."""

    service: str
    name: str
    path: str
    case_id: str | None = None
    referral_id: str | None = None


LISTS = (
    Question("reporting", "cases", "/cases"),
    Question("reporting", "referrals", "/referrals"),
)


_ID = MappingProxyType({"cases": "case_id", "referrals": "referral_id"})


class Onlookers:
    """A thread that looks at one case after another, with everybody's eyes."""

    def __init__(self, client: HttpClient, ledger: Ledger, seed: int, *, every: float) -> None:
        """every: seconds between two rounds."""
        self._client, self._ledger, self._every = client, ledger, every
        self._chance = Random(f"looks/{seed}")  # noqa: S311 - a schedule, not a secret
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="onlookers", daemon=True)
        self.broken: list[str] = []
        self.looks = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the round at hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look_at_last(self, cases: int) -> None:
        """Once all is through: everybody reads the most told cases, and whole lists."""
        for case in self._client.remembered.most_told(cases):
            self._round(case)
        for reader in (*INSTITUTIONS, STRANGER, AUDITOR):
            for each in LISTS:
                self._list(reader, each, _WHOLE_LIST, _MOST_PAGES)

    def _run(self) -> None:
        try:
            while not self._stopping.wait(min(self._every, threading.TIMEOUT_MAX)):
                case = self._client.remembered.case(self._chance)
                if case is not None:
                    self._round(case)
                    reader = self._chance.choice((*INSTITUTIONS, STRANGER, AUDITOR))
                    self._list(reader, self._chance.choice(LISTS), _PAGE, 1)
        except Exception as error:  # noqa: BLE001 - reported at the end of the run, which then fails
            self.broken.append(f"onlookers: {type(error).__name__}: {error}")

    def _round(self, case: KnownCase) -> None:
        """Everybody concerned, an institution that may not be, a stranger, an auditor."""
        acting = case.concerned.intersection(INSTITUTIONS)  # the others have no token to read with
        readers = {*acting, self._chance.choice(INSTITUTIONS), STRANGER, AUDITOR}
        for question in questions(case):
            for reader in sorted(readers):
                self._look(reader, question)

    def _look(self, reader: str, question: Question, more: str = "") -> Any:
        """Ask, and write down what came; returns the body."""
        since = time.time()
        status, body = self._client.read(question.service, question.path + more, reader)
        self.looks += 1
        self._ledger.write(
            "look",
            reader=reader,
            roles=list(ROLES[reader]),
            service=question.service,
            question=question.name,
            case_id=question.case_id,
            referral_id=question.referral_id,
            path=question.path + more,
            since=since,
            status=status,
            body=kept(question.name, body),
        )
        return body

    def _list(self, reader: str, question: Question, limit: int, pages: int) -> None:
        """Page through a list, at most so many pages."""
        more = f"?limit={limit}"
        for _ in range(pages):
            body = self._look(reader, question, more)
            following = body.get("next") if isinstance(body, dict) else None
            if following is None:
                return
            more = f"?limit={limit}&cursor={quote(following)}"


def questions(case: KnownCase) -> Iterator[Question]:
    """Everything that is shown of one case."""
    case_id, path = case.case_id, f"/cases/{case.case_id}"
    yield Question("intake", "case", path, case_id)
    yield Question("referral", "custody", path, case_id)
    yield Question("reporting", "case-row", path, case_id)
    yield Question("reporting", "history", f"{path}/history?limit=500", case_id)
    for referral in case.referrals:
        of_one = f"{path}/referrals/{referral}"
        yield Question("referral", "referral", of_one, case_id, referral)
        yield Question("intake", "preview", f"{path}/previews/{referral}", case_id, referral)
        follow_up = f"/follow-ups/{referral}"
        yield Question("followup", "follow-up", follow_up, case_id, referral)


def kept(question: str, body: Any) -> Any:
    """A body as the ledger has it: whole, or what the checker judges by where it is long.

    Of a list always that: the ids of its rows, by the fields that say something.
    """
    if question in _ID and isinstance(body, dict) and "items" in body:
        told: dict[tuple[str, ...], list[str]] = {}
        for row in body["items"]:
            fields = tuple(sorted(name for name, value in row.items() if value is not None))
            told.setdefault(fields, []).append(row[_ID[question]])
        return {"rows": [{"fields": list(fields), "ids": ids} for fields, ids in told.items()]}
    return body if len(json.dumps(body)) <= WHOLE else _outline(body)


def _outline(body: Any) -> Any:
    """The same members, with ids and codes, and without the values of what is told of a fact."""
    if isinstance(body, list):
        return [_outline(each) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        name: dict.fromkeys(value)
        if name == "data" and isinstance(value, dict)
        else _outline(value)
        for name, value in body.items()
    }
