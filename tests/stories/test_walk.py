"""The walk of the README: a labour office hands a case to a human-rights commission."""

import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.stories.running_services import RunningServices, running_services
from tests.waiting import soon

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
OFFICE, COMMISSION = "stps-chihuahua", "cedh-chihuahua"
CASE = {
    "programme": "mx-labour-protection",
    "subdivision": "MX-CHH",
    "municipality": "08019",
    "channel": "self-presented",
    "opened_at": "2026-03-02T10:15:00-06:00",
    "happened_at": "2026-03-02T10:20:00-06:00",
    "details": {"sex": "female", "sector": "manufacturing", "violations": ["unpaid-wages"]},
}


class Footsteps:
    """Which of the project's files had a function called, from when it starts to watch."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.watching = False

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        del arg
        if self.watching and event == "call":
            name = frame.f_code.co_filename
            if name.startswith(str(ROOT)) and ".venv" not in name:
                relative = name[len(str(ROOT)) + 1 :]
                if relative not in self.files:
                    self.files.append(relative)


@pytest.fixture
def footsteps() -> Iterator[Footsteps]:
    steps = Footsteps()
    threading.setprofile(steps)
    sys.setprofile(steps)
    yield steps
    sys.setprofile(None)
    threading.setprofile(None)


@pytest.fixture(params=["log", "kafka"])
def running(
    request: pytest.FixtureRequest, footsteps: Footsteps, postgres_server: Any
) -> Iterator[RunningServices]:
    del footsteps  # before any thread is started
    bus = request.param
    bootstrap = request.getfixturevalue("kafka_bootstrap") if bus == "kafka" else None
    with running_services(postgres_server, bus, bootstrap) as built:
        yield built


def walk_of_the_readme() -> list[list[str]]:
    """The files of the README's table of the walk, row by row; a row may name one for each bus."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text[text.index("<!-- walk -->") : text.index("<!-- /walk -->")]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    return [re.findall(r"`([a-z_/]+\.py)`", row.split("|")[1]) for row in rows]


def test_the_walk_of_the_readme_is_what_happens(
    running: RunningServices, footsteps: Footsteps, request: pytest.FixtureRequest
) -> None:
    bus = request.node.callspec.params["running"]
    auditor = running.as_("auditoria", "auditor")
    keeper = running.as_(OFFICE, "steward")
    for code in (OFFICE, COMMISSION):
        body = {"institution": code, "name": code, "kind": "labour-office", "subdivision": "MX-CHH"}
        assert keeper.post("/referral/institutions", body).status_code == 201
    office, commission = running.as_(OFFICE), running.as_(COMMISSION)

    # given a case that a labour office has registered and answers for
    case = office.post("/intake/cases", CASE).json()["stream"]
    custody = soon(lambda: _found(office.get(f"/referral/cases/{case}")))
    assert custody["custodian"] == OFFICE

    # when it hands the case over, and the human-rights commission accepts
    referral = {"to": COMMISSION, "kind": "transfer", "services": ["complaint-handling"]}
    answer = office.post(f"/referral/cases/{case}/referrals", referral)
    assert answer.status_code == 201, answer.text
    identity = answer.headers["Location"].rpartition("/")[2]
    soon(lambda: _found(commission.get(f"/intake/cases/{case}/previews/{identity}")))
    footsteps.watching = True
    accepted = commission.post(f"/referral/cases/{case}/referrals/{identity}/acceptance")
    assert accepted.status_code == 200, accepted.text

    # then custody has moved in that fact, everybody is told, the commission follows up, and the
    # history tells it all
    told = ["referral-acknowledged", "referral-accepted", "custody-announced"]
    assert accepted.json()["names"] == told
    assert _found(commission.get(f"/referral/cases/{case}"))["custodian"] == COMMISSION
    follow_up = soon(lambda: _found(commission.get(f"/followup/follow-ups/{identity}")))
    assert follow_up["status"] == "open"
    soon(lambda: "follow-up-opened" in auditor.get(f"/reporting/cases/{case}/history").text)
    footsteps.watching = False

    _is_one_connected_tree(auditor.get(f"/reporting/cases/{case}/history").json())
    walk = walk_of_the_readme()
    assert 4 <= len(walk) <= 8
    skipped = "log_bus.py" if bus == "kafka" else "relay.py"
    for row in walk:
        for file in row:
            assert (ROOT / file).is_file(), f"the walk names {file}, which is not there"
            if not file.endswith(skipped):
                assert file in footsteps.files, f"the walk names {file}, which nothing called"


def _found(response: Any) -> Any:
    return response.json() if response.status_code == 200 else None


def _is_one_connected_tree(history: dict[str, Any]) -> None:
    facts = history["facts"]
    ids = {fact["id"] for fact in facts}
    assert {fact["service"] for fact in facts} == {"intake", "referral", "followup"}
    seen: set[str] = set()
    for fact in facts:
        cause = fact["causation"]
        assert cause.startswith("command:") or cause in seen, f"{fact['id']} came before its cause"
        assert cause.startswith("command:") or cause in ids
        seen.add(fact["id"])
