"""What must be unique is claimed in a stream of its own: a folio, an institution's name."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from services.intake import case
from services.intake.wiring import SERVICE as INTAKE
from services.referral import directory, names
from services.referral.directory_refusals import NameTaken
from services.referral.wiring import SERVICE as REFERRAL
from shared.eventstore.log import Log
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Submission
from shared.kernel.decider import Command, Decider
from shared.kernel.folios import candidates, stream_of
from shared.kernel.ids import command_cause, new_id
from tests.homes import Home
from tests.personas import AT, OFFICE, STEWARD
from tests.promises.log.test_group_commit import all_together
from tests.toy_service import carried_out, refusal_of

SAME = "CHH-2BM-TEJ-RK9-4"


def planted(case_id: UUID, prefix: str) -> Iterator[tuple[str, UUID]]:
    """The first folio of every case is the same one; the next ones are its own."""
    yield SAME, stream_of(SAME)
    yield from candidates(case_id, prefix)


def submission(decider: Decider[Any], stream: UUID, command: Command) -> Submission:
    identity = new_id()
    envelope = CommandEnvelope(decider, stream, command, str(stream), command_cause(identity))
    return Submission(envelope, identity, b"")


def registering(case_id: UUID) -> Submission:
    command = case.RegisterCase(
        by=OFFICE,
        at=AT,
        case_id=case_id,
        folio_prefix="CHH",
        programme="mx-labour-protection",
        subdivision="MX-CHH",
        channel="shelter",
    )
    return submission(case.DECIDER, case_id, command)


def entering(code: str, name: str) -> Submission:
    command = directory.RegisterInstitution(
        by=STEWARD, at=AT, institution=code, name=name, kind="shelter"
    )
    return submission(directory.DECIDER, directory.stream_of(code), command)


def renaming(code: str, name: str) -> Submission:
    command = directory.CorrectInstitution(by=STEWARD, at=AT, name=name, kind="shelter")
    return submission(directory.DECIDER, directory.stream_of(code), command)


def folio_of(log: Log, case_id: UUID) -> str:
    """The folio of a registered case, which its own stream and the folio's agree on."""
    folio: str = log.read(case.DECIDER, case_id).state.folio
    assert log.read(case.FOLIOS, stream_of(folio)).state == case.FolioAssigned(folio, case_id)
    return folio


@pytest.fixture
def log(home: Home) -> Log:
    return home.log(service="intake", vocabulary=INTAKE.vocabulary)


@pytest.fixture
def directory_log(home: Home) -> Log:
    return home.log(service="referral", vocabulary=REFERRAL.vocabulary)


def test_a_case_has_its_first_folio_and_the_receipt_names_the_case_s_facts_alone(log: Log) -> None:
    one = new_id()
    receipt = carried_out(log.submit(registering(one)))
    assert (receipt.version, receipt.names) == (1, ("case-registered",))
    assert folio_of(log, one) == next(candidates(one, "CHH"))[0]
    assert [fact.name for fact in log.page(0)] == ["folio-assigned", "case-registered"]


def test_two_cases_of_one_batch_that_would_share_a_folio_do_not(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case, "candidates", planted)
    cases = [new_id() for _ in range(3)]
    with all_together(log):
        futures = [log.submit(registering(one)) for one in cases]
    for future in futures:
        carried_out(future)
    assert [folio_of(log, one) for one in cases] == [
        SAME,
        *(next(candidates(one, "CHH"))[0] for one in cases[1:]),
    ]


def test_two_cases_of_two_processes_that_would_share_a_folio_do_not(
    home: Home, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case, "candidates", planted)
    elsewhere = home.beside(log, vocabulary=INTAKE.vocabulary)
    one, other = new_id(), new_id()
    carried_out(log.submit(registering(one)))
    carried_out(elsewhere.submit(registering(other)))
    assert folio_of(log, one) == SAME
    assert folio_of(log, other) == next(candidates(other, "CHH"))[0]


def test_a_registration_that_is_repeated_has_the_same_folio(
    home: Home, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case, "candidates", planted)
    elsewhere = home.beside(log, vocabulary=INTAKE.vocabulary)
    carried_out(log.submit(registering(new_id())))
    one = new_id()
    asked = registering(one)
    receipts = [carried_out(each.submit(asked)) for each in (log, elsewhere, log)]
    assert receipts == [receipts[0]] * 3
    assert folio_of(log, one) == next(candidates(one, "CHH"))[0]


def test_states_of_folios_are_not_kept_in_memory(log: Log) -> None:
    one = new_id()
    carried_out(log.submit(registering(one)))
    assert log.states.get(case.DECIDER, one) is not None
    assert log.states.get(case.FOLIOS, stream_of(folio_of(log, one))) is None


def test_no_two_institutions_have_one_name_whichever_process_enters_them(
    home: Home, directory_log: Log
) -> None:
    elsewhere = home.beside(directory_log, vocabulary=REFERRAL.vocabulary)
    carried_out(directory_log.submit(entering("casa-uno", "Casa del Migrante")))
    for log in (directory_log, elsewhere):
        refused = refusal_of(log.submit(entering("casa-dos", "CASA DEL MIGRANTE")).result(10))
        assert refused == NameTaken(institution="casa-uno")


def test_of_two_that_ask_for_a_name_at_once_one_gets_it(directory_log: Log) -> None:
    with all_together(directory_log):
        first = directory_log.submit(entering("casa-uno", "Casa del Migrante"))
        second = directory_log.submit(entering("casa-dos", "Casa del migrante."))
    carried_out(first)
    assert refusal_of(second.result(10)) == NameTaken(institution="casa-uno")


def test_a_name_that_was_given_up_is_free_again(directory_log: Log) -> None:
    carried_out(directory_log.submit(entering("casa-uno", "Casa del Migrante")))
    receipt = carried_out(directory_log.submit(renaming("casa-uno", "Casa Nueva")))
    assert receipt.names == ("institution-corrected",)
    carried_out(directory_log.submit(entering("casa-dos", "Casa del Migrante")))
    holder = directory_log.read(names.NAMES, names.stream_of("casa del migrante")).state
    assert holder == "casa-dos"
    assert refusal_of(
        directory_log.submit(renaming("casa-dos", "Casa Nueva")).result(10)
    ) == NameTaken(institution="casa-uno")
