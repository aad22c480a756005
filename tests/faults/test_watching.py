"""What is repeated late, and what is written down of what was read: enough to judge, no secret."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from tests.faults.actors import AUDITOR, INSTITUTIONS, STRANGER
from tests.faults.commands import Command
from tests.faults.http_client import MOVED_ON, RESTARTED, HttpClient
from tests.faults.ledger import Ledger, read
from tests.faults.looking import WHOLE, Onlookers, kept, questions
from tests.faults.remembered import Answered, KnownCase, Remembered
from tests.faults.repeating import Repeater

OFFICE, SHELTER = INSTITUTIONS[0], INSTITUTIONS[4]
CASE = "case-1"


def command(name: str, institution: str = OFFICE, **body: Any) -> Command:
    service = "intake" if name == "register-case" else "referral"
    return Command(f"a-{name}", service, name, "/", institution, body, case_id=CASE)


def answered(name: str, version: int, at: float, **body: Any) -> Answered:
    return Answered(command(name, **body), CASE, version, at, 1)


# --- repeats --------------------------------------------------------------------------------


class Repeating:
    """A client that only notes what it was asked to repeat, and why."""

    def __init__(self) -> None:
        self.remembered = Remembered()
        self.repeated: list[tuple[str, str]] = []

    def repeat(self, one: Answered, late: str) -> None:
        one.tries += 1
        self.repeated.append((one.command.command, late))


def repeater(client: Repeating, began: Mapping[str, float], *, age: float = 0.0) -> Repeater:
    real = cast("HttpClient", client)
    return Repeater(real, lambda service: began.get(service, 0.0), 7, every=1.0, age=age)


def test_what_has_moved_on_is_repeated_and_what_is_the_last_of_its_stream_is_not() -> None:
    client = Repeating()
    client.remembered.note(answered("register-case", 1, 1.0))
    client.remembered.note(answered("refer", 2, 2.0, to=SHELTER), "r1")
    assert repeater(client, {}).repeat(3) == 3
    assert client.repeated == [("register-case", MOVED_ON)] * 3


def test_after_a_restart_of_its_service_the_last_one_is_repeated_too() -> None:
    client = Repeating()
    client.remembered.note(answered("register-case", 1, 1.0))
    one = repeater(client, {"intake": 5.0})
    assert one.repeat(2) == 2
    assert client.repeated == [("register-case", RESTARTED)] * 2


def test_nothing_is_repeated_before_it_is_old_enough() -> None:
    client = Repeating()
    assert repeater(client, {"intake": 5.0}).repeat(1) == 0
    client.remembered.note(answered("register-case", 1, 1e12))
    assert repeater(client, {"intake": 2e12}).repeat(1) == 0


def test_a_case_is_known_by_whom_it_concerns_and_its_referrals() -> None:
    remembered = Remembered()
    assert remembered.case(Random(1)) is None  # noqa: S311 - no secret
    remembered.note(answered("register-case", 1, 1.0))
    remembered.note(answered("refer", 2, 2.0, to=SHELTER), "r1")
    directory = Command("i", "referral", "register-institution", "/", OFFICE, {})
    remembered.note(Answered(directory, "entry", 1, 3.0, 1))
    (case,) = remembered.most_told(5)
    assert (case.case_id, case.referrals) == (CASE, ["r1"])
    assert case.concerned == {OFFICE, SHELTER}
    assert remembered.case(Random(1)) is case  # noqa: S311 - no secret


# --- looks ----------------------------------------------------------------------------------


class Answering:
    """A client whose every question is answered with the same; it knows a secret."""

    def __init__(self, body: Any, secret: str = "cnz_secret") -> None:  # noqa: S107 - made up
        self.remembered, self._body, self._secret = Remembered(), body, secret

    def read(self, service: str, path: str, reader: str) -> tuple[int, Any]:
        del service, reader
        if "cursor" in path or not path.startswith(("/cases?", "/referrals?")):
            return 200, self._body
        return 200, {"items": [{"case_id": "c", "referral_id": "r", "folio": None}], "next": "n x"}


def test_everybody_looks_at_the_cases_of_which_most_was_told_and_at_whole_lists(
    tmp_path: Path,
) -> None:
    client = Answering({"items": [], "next": None})
    client.remembered.note(answered("register-case", 1, 1.0))
    ledger = Ledger(tmp_path / "ledger.jsonl")
    onlookers = Onlookers(cast("HttpClient", client), ledger, 7, every=1.0)
    onlookers.look_at_last(3)
    ledger.close()
    lines = list(read(ledger.path))
    assert len(lines) == onlookers.looks > 0
    assert {line["what"] for line in lines} == {"look"}
    assert {line["reader"] for line in lines} >= {OFFICE, STRANGER, AUDITOR}
    lists = [line for line in lines if line["question"] == "cases"]
    assert {line["reader"] for line in lists} == {*INSTITUTIONS, STRANGER, AUDITOR}
    assert lists[0]["body"] == {"rows": [{"fields": ["case_id", "referral_id"], "ids": ["c"]}]}
    assert lists[1]["path"].endswith("cursor=n%20x")
    assert all(line["since"] <= line["t"] for line in lines)
    assert "cnz_secret" not in ledger.path.read_text(encoding="utf-8")


def test_everything_that_is_shown_of_a_case_is_asked_for() -> None:
    asked = {each.name for each in questions(KnownCase(CASE, referrals=["r1"]))}
    assert asked == {
        *("case", "custody", "case-row", "history", "referral", "preview", "follow-up"),
    }


@pytest.mark.parametrize("facts", [1, 500])
def test_a_body_is_kept_whole_or_without_the_values_of_what_is_told(facts: int) -> None:
    told = {"id": "intake:c:1", "data": {"channel": "shelter", "sex": "female"}}
    body = {"case_id": CASE, "facts": [told] * facts, "custodian": None}
    is_short = len(json.dumps(body)) <= WHOLE
    noted = kept("history", body)
    assert (noted == body) == is_short
    assert [fact["id"] for fact in noted["facts"]] == ["intake:c:1"] * facts
    assert set(noted["facts"][0]["data"]) == {"channel", "sex"}
    assert kept("history", None) is None
