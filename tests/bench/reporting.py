"""Rebuilding, reports and histories, over ten thousand facts and over a million."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from uuid import UUID

import psycopg

from services.installation import Installation, schemas
from services.intake import case as intake
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.import_run import run_import
from services.operator.importer.run.import_services import import_services
from services.operator.importer.run.row_source import RowSource
from services.operator.publishing import SOURCES
from services.referral import custody
from services.reporting.rebuild import rebuild
from services.reporting.views import Reports
from shared.postgres.migrations import migrate, prepare_server
from shared.service.command_client import accepted, wait_until_read
from shared.service.service import Service
from shared.service.settings import SERVICES, role_of
from tests.bench import claims_file, logs
from tests.bench.commands import (
    correction,
    enter_in_directory,
    hand_overs,
    registration,
    submitted,
)
from tests.bench.effort import Effort
from tests.bench.figures import Measured, Unusable, median, ratios
from tests.bench.stage import Stage, progress, soon

FEW, MANY, LARGE = 10_000, 1_000_000, 10_000_000
CASE = UUID("00000000-0000-4000-8000-00000000b41c")
FACTS = 23
_FOLDED = 10
"""Of the equal parts that the logs have: a hundred thousand facts are rebuilt in each round."""
_CLAIMS = 1_800
_TIMES = 7
_HAND_OVERS = 3


def measure(stage: Stage) -> Measured:
    """Reports on ten thousand facts; a million in the logs, rebuilt from them; reports again."""
    effort = stage.effort
    few_facts, many_facts = effort.count(FEW), effort.count(LARGE if effort.large else MANY)
    with _installation(stage) as installation, ExitStack() as stack:
        progress(f"reporting: {few_facts:,} facts, by commands")
        _few(stage, installation)
        service = installation.service("reporting")
        stack.callback(service.close)
        reports = Reports(service.log)
        there = reports.overview().facts
        _require(there >= few_facts, f"{few_facts:,} facts")
        logs.vacuum(installation.admin)
        few = _report_ms(reports, effort)
        progress(f"reporting: {many_facts:,}, by copying those in the logs")
        copies = -(-many_facts // there)
        logs.multiply(installation.admin, copies - 1)
        raw, folded = [], []
        logs.taken_in(installation.admin, _FOLDED, copies)
        for number in range(1, effort.rounds + 1):
            raw.append(logs.read_per_second(installation.admin, _FOLDED, copies))
            folded.append(_rebuilt(installation))
            progress(
                f"reporting: round {number} of {effort.rounds}: read {raw[-1]:,.0f}, rebuilt"
                f" {folded[-1]:,.0f}"
            )
        logs.taken_in(installation.admin, copies, copies)
        progress("reporting: all of them are rebuilt")
        _rebuilt(installation)
        _require(reports.overview().facts >= many_facts, f"{many_facts:,} facts")
        logs.vacuum(installation.admin)
        many = _report_ms(reports, effort)
        history = reports.history(str(CASE))
        _require(history is not None and len(history.facts) >= FACTS, f"a history of {FACTS} facts")
        return {
            "rebuild_facts_per_s": median(folded),
            "rebuild_to_raw_read": ratios(folded, raw),
            "report_ms_at_1e4": few,
            "report_ms_at_1e7" if effort.large else "report_ms_at_1e6": many,
            "history_ms": _milliseconds(lambda: reports.history(str(CASE)), effort),
        }


def _rebuilt(installation: Installation) -> float:
    """Facts per second, from the first page until the new tables are in place."""
    done = rebuild(
        installation.admin,
        role_of("reporting", installation.settings.database_name),
        SOURCES,
        restart=True,
    )
    return done.facts / done.seconds


@contextmanager
def _installation(stage: Stage) -> Iterator[Installation]:
    """A second installation, empty, on the log bus, in a database of its own."""
    dbname = "reporting_bench"
    prepare_server(stage.server.conninfo(), dbname)
    admin = stage.server.conninfo(dbname=dbname)
    passwords = stage.settings.database_passwords
    migrate(admin, schemas({name: p.get_secret_value() for name, p in passwords.items()}, dbname))
    update = {"database_name": dbname, "bus": "log"}
    try:
        yield Installation(admin, stage.settings.model_copy(update=update), None)
    finally:
        with psycopg.connect(stage.server.conninfo(), autocommit=True) as conn:
            conn.execute(f"DROP DATABASE {dbname} WITH (FORCE)".encode())


def _few(stage: Stage, installation: Installation) -> None:
    """Claims by import, and one case of 23 facts by its institutions."""
    file = stage.folder / "few.csv"
    claims_file.write(file, stage.effort.count(_CLAIMS))
    with RowSource(file, MAPPINGS.load("us-wage-claims")) as source:
        run_import(installation, source)
    with import_services(installation, "bench", threading.Event(), check=False) as services:
        _record(services)


def _record(services: Mapping[str, Service]) -> None:
    """One case: registered, corrected, taken up; then handed over and followed up three times."""
    log = services["intake"].log
    corrections = [correction(channel) for channel in ("hotline", "shelter", "hotline")]
    steps = [registration(CASE), *corrections]
    accepted([submitted(log, intake.DECIDER, CASE, step) for step in steps])
    log = services["referral"].log
    soon(lambda: log.read(custody.DECIDER, CASE).version, "referral takes the case up")
    enter_in_directory(log)
    steps = list(islice(hand_overs(), 3 * _HAND_OVERS))
    accepted([submitted(log, custody.DECIDER, CASE, step) for step in steps])
    for source, reader in (("referral", "followup"), *((name, "reporting") for name in SERVICES)):
        if reader != source:
            wait_until_read(services[reader], services[source])


def _report_ms(reports: Reports, effort: Effort) -> float:
    """The claims report over everything or over one subdivision, whichever takes longer."""
    return max(
        _milliseconds(reports.claims, effort),
        _milliseconds(lambda: reports.claims("us-wage-claims", "US-KS"), effort),
    )


def _milliseconds(work: Callable[[], object], effort: Effort) -> float:
    """The median of several times, after one that warms the connection."""
    work()
    taken = []
    for _ in range(effort.rounds * _TIMES):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _require(there: bool, what: str) -> None:  # noqa: FBT001 - a condition, as in an assertion
    if not there:
        raise Unusable(f"there are not {what} in reporting")
