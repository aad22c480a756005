"""An import that is killed in the middle goes on where it was, and doubles nothing."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.embedded_processes import REPOSITORY, eventually
from tests.integration.importing.conftest import Office
from tests.integration.importing.files import many, written
from tests.unit.importing.mapping_files import WAGES
from tests.whole_logs import facts_of

pytestmark = pytest.mark.integration

ROWS = 4_000


def importing(file: Path, mapping: Path, data: Path) -> "subprocess.Popen[bytes]":
    """The command, as a process of its own."""
    arguments = ["import", str(file), "--mapping", str(mapping), "--data", str(data)]
    known = filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")])
    return subprocess.Popen(
        [sys.executable, "-m", "services.cli", *arguments, "--rejected", str(file) + ".out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(known)},
        cwd=file.parent,
    )


@pytest.fixture
def mapping_file(office: Office) -> Path:
    text = WAGES.read_text(encoding="utf-8")
    file = office.folder / "mapping.yaml"
    file.write_text(text.replace("name: us-wage-claims", f"name: {office.mapping.name}", 1))
    return file


def followed(office: Office) -> int:
    return office.services["followup"].log.position()


@pytest.mark.verify
def test_killed_twice_and_run_again_every_case_is_there_once(
    office: Office, mapping_file: Path, home: Path
) -> None:
    file = written(office.folder / "claims.csv", many(ROWS))
    before = office.positions()
    for _ in range(2):
        start = followed(office)
        with importing(file, mapping_file, home / "data") as process:
            assert eventually(lambda at=start: followed(office) > at + 200, seconds=60)  # type: ignore[misc]
            process.send_signal(signal.SIGKILL)
            process.wait()
    summary = office.imports(file)
    assert summary.clean
    assert summary.imported > 0, "it was killed too late to show anything"
    assert summary.imported + summary.already_there == ROWS

    names = facts_by_case(office, before)
    assert len(names) == ROWS
    assert all(count == 1 for each in names.values() for count in each.values())
    assert {tuple(sorted(each)) for each in names.values()} <= WAYS
    again = office.imports(file)
    assert again.already_there == ROWS


REFERRED = (
    *("case-registered", "folio-assigned", "custody-taken"),
    *("case-previewed", "referral-requested"),
)
ACCEPTED = (
    *("referral-acknowledged", "referral-accepted", "custody-moved"),
    *("custodian-changed", "follow-up-opened"),
)
CLOSED = ("follow-up-closed", "referral-closed", "case-closed")
PAID = ("award-recorded", "payment-recorded")
WAYS = {
    tuple(sorted([*REFERRED, *more]))
    for more in (
        (),
        *((*ACCEPTED, *result) for result in ((), CLOSED, PAID, (*PAID, *CLOSED))),
    )
}
"""The facts that a case of these files may have, each once."""


def facts_by_case(office: Office, after: dict[str, int]) -> dict[str, Counter[str]]:
    """How often each fact is on the logs, by case; who may see a case is intake's own affair."""
    found: dict[str, Counter[str]] = {}
    for service in office.services.values():
        for fact in facts_of(service.log, after[service.name]):
            if fact.name.startswith(("institution-", "party-")):
                continue
            outcome = getattr(fact.fact, "outcome", "")
            name = f"{outcome}-recorded" if fact.name == "outcome-recorded" else fact.name
            found.setdefault(fact.meta.correlation, Counter())[name] += 1
    return found


def test_a_signal_ends_it_after_the_rows_at_hand_and_it_tells_how_to_go_on(
    office: Office, mapping_file: Path, home: Path
) -> None:
    file = written(office.folder / "claims.csv", many(ROWS))
    start = followed(office)
    with importing(file, mapping_file, home / "data") as process:
        assert eventually(lambda: followed(office) > start + 200, seconds=60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert "repita la misma orden" in err.decode()
    assert "sigue donde quedó" in out.decode()
    assert "Traceback" not in err.decode()
