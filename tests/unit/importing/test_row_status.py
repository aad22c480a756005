"""How far a row has come is told by all of its commands, in whatever order they got lost."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import psycopg
import pytest

from services.operator.importer.run.decided_commands import ByService
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.pipeline import Pipeline
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_status import Reached, RowStatus, row_statuses
from services.operator.importer.run.updated_case import UpdateCommands
from shared.eventstore.writer import Answer, PreconditionFailed, Receipt, Submission
from tests.unit.importing.listener import Listener
from tests.unit.importing.offices import NOW, Imported, importing

CLAIM = {"date_opened": "2024-01-02", "date_closed": "2024-02-03", "amount_paid": "50"}


@pytest.fixture
def office() -> Iterator[Imported]:
    with importing() as made:
        yield made


def status(office: Imported, row: RowCommands) -> RowStatus:
    services: Any = office.services
    ((_, found),) = row_statuses([row], services, Deciding(services), NOW, update=False)
    return found


def test_a_row_is_done_once_all_of_it_was_carried_out(office: Imported) -> None:
    row = office.row(**CLAIM)
    assert status(office, row) is Reached.NEW
    office.imports(**CLAIM)
    assert status(office, row) is Reached.DONE


def test_a_row_is_not_done_by_its_last_command_alone(office: Imported) -> None:
    row = office.row(**CLAIM)
    for one in row.case.institutions:
        office.send(row.directory_entry(one))
    *others, lost, last = row.by_service["followup"]
    office.carry({**row.by_service, "followup": [*others, last]})
    assert status(office, row) is Reached.BEGUN
    assert lost is not last


@dataclass
class LosesOne:
    """A log that loses the nth submission, as an outage does, and keeps all others."""

    nth: int
    kept: list[Any] = field(default_factory=list)
    submitted: int = 0

    def submit(self, submission: Submission) -> Future[Answer]:
        """Answer at once."""
        self.submitted += 1
        future: Future[Answer] = Future()
        if self.submitted == self.nth:
            future.set_exception(psycopg.OperationalError("the connection is lost"))
        elif submission.precondition is not None and not submission.precondition():
            future.set_exception(PreconditionFailed())
        else:
            self.kept.append(submission.envelope.command)
            future.set_result(Receipt(submission.envelope.stream, 1, (), ()))
        return future


@dataclass
class One:
    """A service with such a log."""

    log: LosesOne


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_no_command_of_a_row_overtakes_one_that_an_outage_lost(office: Imported, nth: int) -> None:
    row = office.row(**CLAIM)
    commands = row.by_service["followup"]
    # All is sent to the first service, so that there is nothing to wait for.
    by_service: ByService = {"intake": [*commands], "referral": [], "followup": []}
    alone = UpdateCommands(row, "", by_service, Counter())
    log, listener = LosesOne(nth), Listener()
    services: Any = dict.fromkeys(("intake", "referral", "followup"), One(log))
    Pipeline(services, listener, Event()).run(iter([[alone]]))
    assert log.kept == [keyed.command for keyed in commands]
    assert (len(commands), listener.ended) == (3, [(2, "arrived")])
