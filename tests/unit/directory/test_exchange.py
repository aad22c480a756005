"""Others' directories come in, once; ours goes out, and comes in elsewhere as it is."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.referral import directory, names, service_decisions
from services.referral.describing import DescribeInstitution
from services.referral.exchange.importing import Home
from services.referral.exchange.institutions import code_of, institution_said
from services.referral.exchange.planning import Outcome
from services.referral.institution import Listed
from services.referral.service import Service
from services.referral.service_commands import (
    CorrectService,
    ListService,
    StateCapacity,
    SuspendService,
)
from shared.documents.memory import MemoryDocuments
from shared.hsds.packages import read_bytes, read_files
from shared.hsds.writing import as_json, as_tables, as_zip, compiled
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, Coverage, EligibilityRule, Funding
from tests.personas import AT, STEWARD
from tests.unit.directory.homes import Directory, directory_in_memory, file_of, outcomes
from tests.unit.directory.puente import PUENTE, SERVICE

DATA = Path(__file__).parents[4] / "shared/data"
EXAMPLES, SCHEMAS = DATA / "hsds-examples", DATA / "hsds-schemas"
needs_examples = pytest.mark.skipif(
    not EXAMPLES.exists(), reason="the published examples of HSDS are not on this machine"
)


@pytest.fixture
def ours() -> Iterator[Directory]:
    with directory_in_memory() as home:
        yield home


def entry_of(home: Directory) -> Listed:
    state = home.referral.state(directory.DECIDER, directory.stream_of("casa-del-puente"))
    assert isinstance(state, Listed)
    return state


def lodging(home: Directory) -> Service:
    stream = service_decisions.stream_of(SERVICE)
    state = home.referral.state(service_decisions.DECIDER, stream)
    assert isinstance(state, Service)
    return state


def test_a_record_becomes_an_entry_in_our_words(ours: Directory) -> None:
    ours.imports(file_of(PUENTE))
    entry = entry_of(ours)
    assert (entry.kind, entry.subdivision) == ("shelter", "MX-CHH")
    described = entry.profile.described
    assert described is not None
    assert (described.level, described.sector) == ("civil", "civil-society")
    assert described.municipality == "08037"
    service = lodging(ours)
    told = service.described
    assert (told.kind, told.languages, told.cost) == ("other", ("spa",), Cost(Decimal(0)))
    assert told.eligibility == (EligibilityRule("age-band", ("18-29", "30-44", "45-59", "60+")),)
    rule = "FREQ=WEEKLY;BYDAY=MO,TU"
    assert told.hours == (Hours(rule, "09:00", "18:00", "America/Ciudad_Juarez"),)
    assert service.assured_on == date(2026, 3, 1)
    assert service.capacity is not None
    assert (service.capacity.capacity, service.capacity.places_free) == ("has-capacity", 4)
    assert (service.capacity.unit, service.capacity.stated_on) == ("beds", date(2026, 4, 1))


def test_a_second_import_adds_nothing(ours: Directory) -> None:
    first = ours.imports(file_of(PUENTE))
    assert outcomes(first) == ({Outcome.NEW: 1}, {Outcome.NEW: 2})
    before = ours.position
    second = ours.imports(file_of(PUENTE))
    assert outcomes(second) == ({Outcome.THERE: 1}, {Outcome.THERE: 2})
    assert ours.position == before


def test_a_trial_says_the_same_and_records_nothing(ours: Directory) -> None:
    trial = ours.imports(file_of(PUENTE), check=True)
    assert ours.position == 0
    assert ours.documents.there == {}
    assert outcomes(trial) == outcomes(ours.imports(file_of(PUENTE)))


class Cut(Exception):
    """The process was killed."""


class CutLog:
    """A log whose process is killed after so many commands."""

    def __init__(self, home: Directory, left: int) -> None:
        self._log = home.referral.log
        self._left = left

    def submit(self, submission: Any) -> Future[Any]:
        self._left -= 1
        if self._left < 0:
            raise Cut
        return self._log.submit(submission)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


@pytest.mark.parametrize("left", range(10))
def test_killed_anywhere_it_is_finished_by_doing_it_again(ours: Directory, left: int) -> None:
    whole = ours.home
    log: Any = CutLog(ours, left)
    with pytest.raises(Cut):
        ours.imports(file_of(PUENTE), home=Home(whole.secret, log, ours.documents))
    again = ours.imports(file_of(PUENTE))
    assert again.problems == []
    assert lodging(ours).capacity is not None
    assert outcomes(ours.imports(file_of(PUENTE))) == ({Outcome.THERE: 1}, {Outcome.THERE: 2})


def test_what_came_in_goes_out_as_it_came_with_our_code(ours: Directory) -> None:
    ours.imports(file_of(PUENTE))
    (out,) = ours.exports()
    code = out.pop("organization_identifiers")[0]
    assert (code["identifier_scheme"], code["identifier"]) == ("canaliza", "casa-del-puente")
    of_file = file_of(PUENTE).organizations[0]
    out["services"].sort(key=lambda each: str(each["name"]), reverse=True)
    assert out == compiled(of_file.entry.record, [one.record for one in of_file.services])


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_goes_out_comes_in_again_here_and_elsewhere(ours: Directory, form: str) -> None:
    ours.imports(file_of(PUENTE))
    out = ours.exports()
    written = as_json(out) if form == "json" else as_zip(as_tables(out))
    before = ours.position
    assert outcomes(ours.imports(read_bytes(written)))[1] == {Outcome.THERE: 2}
    assert ours.position == before
    with directory_in_memory() as elsewhere:
        elsewhere.imports(read_bytes(written))
        assert lodging(elsewhere).described.hours == lodging(ours).described.hours
        assert elsewhere.exports() == out


def test_what_somebody_corrected_goes_out_and_is_not_undone(ours: Directory) -> None:
    ours.imports(file_of(PUENTE))
    described = lodging(ours).described
    corrected = CorrectService(
        by=STEWARD,
        at=AT,
        name="Hospedaje familiar",
        kind="shelter",
        populations=("asylum-seekers",),
        eligibility=(EligibilityRule("sex", ("female",)),),
        cost=Cost(Decimal("12.5"), "MXN"),
        duration_days=30,
        hours=(Hours("FREQ=DAILY", "08:00", "24:00", "America/Chihuahua"),),
        languages=("eng", "tar"),
        accessibility=("wheelchair",),
        coverage=Coverage(subdivisions=("MX-CHH",), regions=("norte",)),
        funding=(Funding("donations", date(2026, 1, 1)),),
        entries=("ley-victimas",),
        texts=described.texts,
    )
    stream = service_decisions.stream_of(SERVICE)
    ours.does(service_decisions.DECIDER, stream, corrected)
    room = StateCapacity(by=STEWARD, at=AT, capacity="waiting-list", unit="families")
    ours.does(service_decisions.DECIDER, stream, room)
    stopped = SuspendService(by=STEWARD, at=AT, reason="no-staff")
    ours.does(service_decisions.DECIDER, stream, stopped)
    again = ours.imports(file_of(PUENTE))
    assert outcomes(again)[1] == {Outcome.DIFFERS: 1, Outcome.THERE: 1}
    assert lodging(ours).described.name == "Hospedaje familiar"
    with directory_in_memory() as elsewhere:
        elsewhere.imports(read_bytes(as_json(ours.exports())))
        there, here = lodging(elsewhere), lodging(ours)
        for name in here.described.__struct_fields__:
            if name != "texts":
                assert getattr(there.described, name) == getattr(here.described, name), name
        assert there.capacity == here.capacity
        assert (there.status, there.assured_on) == (here.status, here.assured_on)
        assert elsewhere.exports() == ours.exports()


def test_an_update_brings_an_entry_to_what_the_file_says(ours: Directory) -> None:
    ours.imports(file_of(PUENTE))
    service = {**PUENTE["services"][0], "name": "Hospedaje por noche", "assured_date": "2026-04-30"}
    newer = {**PUENTE, "website": "https://example.org", "services": [service]}
    left = ours.imports(file_of(newer))
    assert outcomes(left) == ({Outcome.DIFFERS: 1}, {Outcome.DIFFERS: 1})
    done = ours.imports(file_of(newer), update=True)
    assert outcomes(done) == ({Outcome.UPDATED: 1}, {Outcome.UPDATED: 1})
    assert lodging(ours).described.name == "Hospedaje por noche"
    assert lodging(ours).assured_on == date(2026, 4, 30)
    assert outcomes(ours.imports(file_of(newer))) == ({Outcome.THERE: 1}, {Outcome.THERE: 1})


def test_entries_of_our_own_go_out_and_come_in(ours: Directory) -> None:
    entry = directory.RegisterInstitution(
        by=STEWARD, at=AT, institution="stps-chih", name="Secretaría del Trabajo", kind="court"
    )
    ours.does(directory.DECIDER, directory.stream_of("stps-chih"), entry)
    listed = ListService(
        by=STEWARD,
        at=AT,
        service_id=SERVICE,
        institution="stps-chih",
        name="Asesoría",
        kind="legal-advice",
    )
    ours.does(service_decisions.DECIDER, service_decisions.stream_of(SERVICE), listed)
    (out,) = ours.exports()
    assert out["description"] == "Secretaría del Trabajo"
    with directory_in_memory() as elsewhere:
        elsewhere.imports(file_of(out))
        assert elsewhere.exports()[0]["services"] == out["services"]


def test_an_institution_of_that_name_is_that_institution(ours: Directory) -> None:
    entry = directory.RegisterInstitution(
        by=STEWARD, at=AT, institution="puente", name="CASA DEL PUENTE", kind="ngo"
    )
    ours.does(directory.DECIDER, directory.stream_of("puente"), entry)
    imported = ours.imports(file_of(PUENTE))
    assert outcomes(imported) == ({Outcome.DIFFERS: 1}, {Outcome.NEW: 2})
    assert lodging(ours).institution == "puente"
    assert ours.referral.state(names.NAMES, names.stream_of("Casa del Puente")) == "puente"


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"name": "Casa 614 123 4567"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"description": "CURP GOMC900515HCHRRR09"}, "content"),
    ],
)
def test_an_entry_that_a_rule_refuses_does_not_come_in_by_half(
    ours: Directory, changed: dict[str, str], column: str
) -> None:
    imported = ours.imports(file_of({**PUENTE, **changed}))
    assert outcomes(imported) == ({Outcome.REJECTED: 1}, {Outcome.REJECTED: 2})
    assert [one.column for one in imported.problems][-1] == column
    assert ours.position == 0
    assert ours.documents.there == {}


def test_two_of_one_name_are_one_institution_with_the_services_of_both(ours: Directory) -> None:
    other = {**PUENTE, "id": "o2", "services": [{"id": "s3", "name": "Ropero", "status": "active"}]}
    imported = ours.imports(file_of(PUENTE, other))
    assert outcomes(imported) == ({Outcome.NEW: 1, Outcome.REJECTED: 1}, {Outcome.NEW: 3})
    assert (imported.problems[0].row, imported.problems[0].column) == (2, "name")


def test_a_service_of_another_institution_is_left_to_it(ours: Directory) -> None:
    ours.imports(file_of(PUENTE))
    thief = {"id": "o9", "name": "Otra Casa", "services": [PUENTE["services"][0]]}
    imported = ours.imports(file_of(thief))
    assert outcomes(imported) == ({Outcome.NEW: 1}, {Outcome.REJECTED: 1})
    assert lodging(ours).institution == "casa-del-puente"


def test_an_erased_document_is_not_brought_back(ours: Directory) -> None:
    ours.imports(file_of(PUENTE))
    ours.documents.erase(list(ours.documents.there))
    assert outcomes(ours.imports(file_of(PUENTE)))[0] == {Outcome.THERE: 1}
    assert isinstance(ours.documents, MemoryDocuments)
    assert ours.documents.there == {}
    assert ours.exports()[0]["name"] == "Casa del Puente"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Casa del Migrante en Tijuana, AC", "casa-del-migrante-en-tijuana-ac"),
        ("ÑANDÚ", "nandu"),
        ("A", None),
        ("Centro Ambulatorio para la Prevención y Atención en SIDA", None),
        ("你好", None),
    ],
)
def test_a_name_always_gives_the_same_code(name: str, code: str | None) -> None:
    made = code_of(name)
    assert code in {None, made}
    assert made == code_of(name)
    assert 3 <= len(made) <= 40


@needs_examples
@pytest.mark.parametrize("version", ["3.0", "3.1"])
@pytest.mark.parametrize("name", ["organization", "service", "csv"])
def test_the_published_examples_go_in_and_out_and_in(
    ours: Directory, name: str, version: str
) -> None:
    files = {path.name: path.read_bytes() for path in (EXAMPLES / "csv").glob("*.csv")}
    file = read_files(files)
    if name != "csv":
        file = read_bytes((EXAMPLES / f"{name}_full.json").read_bytes())
    assert outcomes(ours.imports(file)) == ({Outcome.NEW: 1}, {Outcome.NEW: 1})
    out = ours.exports()
    schema = json.loads((SCHEMAS / version / "organization.json").read_text())
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    for organization in out:
        checker.validate(organization)
    for written in (as_json(out), as_zip(as_tables(out))):
        again = ours.imports(read_bytes(written))
        assert outcomes(again) == ({Outcome.THERE: 1}, {Outcome.THERE: 1})
    assert outcomes(ours.imports(file)) == ({Outcome.THERE: 1}, {Outcome.THERE: 1})


def test_what_was_corrected_of_an_institution_goes_out_and_comes_in(ours: Directory) -> None:
    ours.imports(file_of(PUENTE))
    stream = directory.stream_of("casa-del-puente")
    corrected = directory.CorrectInstitution(
        by=STEWARD, at=AT, name="Casa del Puente, A. C.", kind="ngo", programmes=("mecal",)
    )
    ours.does(directory.DECIDER, stream, corrected)
    described = DescribeInstitution(
        by=STEWARD,
        at=AT,
        level="private",
        sector="private",
        jurisdiction=("MX-CHH", "MX-JAL"),
        mandate=("ley-migracion",),
        texts=entry_of(ours).profile.described.texts,  # type: ignore[union-attr]
    )
    ours.does(directory.DECIDER, stream, described)
    assert outcomes(ours.imports(file_of(PUENTE)))[0] == {Outcome.DIFFERS: 1}
    with directory_in_memory() as elsewhere:
        elsewhere.imports(read_bytes(as_json(ours.exports())))
        here, there = entry_of(ours), entry_of(elsewhere)
        assert institution_said(there) == institution_said(here)
        assert there.subdivision is None
        assert elsewhere.exports() == ours.exports()
