"""A file's rows become cases: once each, at their dates, whatever else is in the file."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from services.intake import case
from services.intake.decisions import EnterCaseInError
from services.operator.importer.errors import ImportCutShort, ImportNotPossible, ImportUnderWay
from services.operator.importer.mapping.cell_types import CodeOf
from services.operator.importer.run.import_run import run_import
from services.operator.importer.run.row_source import RowSource
from services.reporting.views import Reports
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.postgres.leases import Lease
from shared.service.command_client import KeyedCommand, accepted, submit
from tests.integration.importing.conftest import Office
from tests.integration.importing.files import EMPLOYER, HEADINGS, many, read, row, written
from tests.sheets import Cell, ods, xlsx
from tests.unit.importing.mapping_files import quejas

pytestmark = pytest.mark.integration

GOOD = [
    row("paid", date_opened="2019-01-04", date_closed="2019-07-04", amount_paid="100.50",
        amount_assessed="4835.886"),
    row("dismissed", date_opened="2010-04-19", date_closed="2011-03-28", case_status="dismissed"),
    row("open", date_opened="2010-04-19"),
    row("paid-and-open", state_name="Wyoming", date_opened="2022-08-30 11:16:31.717",
        amount_paid="0"),
    row("undated", amount_paid="7"),
    row("only-closed", date_closed="2011-03-28"),
]  # fmt: skip
BAD = [
    row("bad-date", date_opened="soon"),
    row("bad-state", state_name="Kansaz", amount_paid="x"),
    row("too-fine", amount_paid="1.23456"),
    row("to-come", date_closed="2999-01-01"),
    row(""),
]


def test_every_good_row_travels_through_all_services_at_its_dates(office: Office) -> None:
    summary = office.imports(written(office.folder / "claims.csv", GOOD))
    assert (summary.imported, summary.rejected, summary.clean) == (6, 0, True)
    facts = office.history("paid")
    opened, closed = "2019-01-04T00:00:00-06:00", "2019-07-04T00:00:00-05:00"
    assert [(f.name, f.meta.happened_at.isoformat()) for f in facts] == [
        ("case-registered", opened),
        ("custody-taken", opened),
        ("referral-requested", opened),
        ("referral-acknowledged", opened),
        ("referral-accepted", opened),
        ("case-closed", closed),
        ("referral-closed", closed),
        ("follow-up-opened", opened),
        ("outcome-recorded", closed),
        ("outcome-recorded", closed),
        ("follow-up-closed", closed),
    ]
    assert [str(f.fact.amount) for f in facts[8:10]] == ["4835.886", "100.50"]
    names = {key: [f.name for f in office.history(key)[5:]] for key in ("open", "dismissed")}
    assert names == {
        "open": ["follow-up-opened"],
        "dismissed": ["case-closed", "referral-closed", "follow-up-opened", "follow-up-closed"],
    }
    assert office.history("undated")[0].fact.opened_at is None
    moments = {f.meta.happened_at.isoformat() for f in office.history("only-closed")}
    assert moments == {"2011-03-28T00:00:00-05:00"}
    wyoming = office.history("paid-and-open")
    assert wyoming[0].fact.opened_at.isoformat() == "2022-08-30T11:16:31.717000-06:00"
    assert [f.name for f in wyoming[6:]] == ["outcome-recorded", "outcome-recorded"]


def test_the_deciding_office_answers_for_the_case_and_every_fact_has_a_cause(
    office: Office,
) -> None:
    office.imports(written(office.folder / "claims.csv", GOOD[:1]))
    facts = office.history("paid")
    accepted = facts[4].fact
    assert accepted.custodian == "us-ks-wage-claims"
    assert accepted.previous_custodian == "us-ks-wage-claims-intake"
    known = {fact.id for fact in facts}
    assert all(
        fact.meta.causation in known or fact.meta.causation.startswith("command:") for fact in facts
    )
    assert {fact.meta.correlation for fact in facts} == {str(facts[0].stream)}


def test_nobody_in_the_file_is_named_on_any_log(office: Office) -> None:
    office.imports(written(office.folder / "claims.csv", GOOD))
    for service in office.services.values():
        rows = service.log.recorder.select_page(0, 100_000)
        assert not any(EMPLOYER.encode() in raw for *_, raw in rows)


def test_a_second_run_adds_nothing_and_says_so(office: Office) -> None:
    file = written(office.folder / "claims.csv", GOOD)
    office.imports(file)
    before = office.positions()
    again = office.imports(file)
    assert (again.imported, again.already_there, again.clean) == (0, 6, True)
    assert office.positions() == before


@pytest.mark.parametrize("update", [False, True])
def test_a_row_whose_case_was_voided_is_told_apart_and_its_case_does_not_come_back(
    office: Office, *, update: bool
) -> None:
    file = written(office.folder / "claims.csv", GOOD)
    office.imports(file)
    secret = office.services["intake"].secret
    case_id = secret.id_of("import", office.mapping.name, "paid")
    by = Actor("us-ks-wage-claims", "caseworker", "token-1")
    void = EnterCaseInError(by=by, at=now(), entry_id=new_id(), reason="duplicate")
    keyed = KeyedCommand(
        "intake", case.DECIDER, case_id, void, str(case_id), f"void-{case_id}", secret
    )
    accepted([submit(office.services, keyed)])
    again = office.imports(file, rejected=office.folder / "out.csv", update=update)
    assert (again.imported, again.already_there, again.voided, again.clean) == (0, 5, 1, False)
    assert [fact.name for fact in office.history("paid")].count("case-registered") == 1
    (line,) = read(office.folder / "out.csv")[1:]
    assert (line[0], "anuló" in line[3]) == ("2", True)


def test_good_rows_are_kept_when_others_are_bad_and_those_are_written_down(
    office: Office,
) -> None:
    file = written(office.folder / "claims.csv", [*BAD, *GOOD, GOOD[0]])
    rejected = office.folder / "out.csv"
    summary = office.imports(file, rejected=rejected)
    assert (summary.rows, summary.imported, summary.rejected) == (12, 6, 5)
    assert (summary.duplicates, summary.done, summary.clean) == (1, 12, False)
    lines = read(rejected)
    assert lines[0] == ["fila", "columna", "valor", "motivo"]
    assert [line[:3] for line in lines[1:]] == [
        ["2", "date_opened", "soon"],
        ["3", "state_name", "Kansaz"],
        ["3", "amount_paid", "x"],
        ["4", "amount_paid", "1.23456"],
        ["5", "date_closed", "2999-01-01"],
        ["6", "case_uuid", ""],
    ]
    assert all(line[3] for line in lines)
    assert office.history("too-fine") == []
    assert rejected.stat().st_mode & 0o077 == 0


def test_a_row_that_changed_is_reported_and_its_case_left_as_it_was(office: Office) -> None:
    office.imports(written(office.folder / "claims.csv", GOOD))
    before = office.positions()
    changed = [{**GOOD[0], "amount_paid": "101"}, *GOOD[1:]]
    rejected = office.folder / "out.csv"
    summary = office.imports(written(office.folder / "claims.csv", changed), rejected=rejected)
    assert (summary.differing, summary.already_there, summary.clean) == (1, 5, False)
    assert office.positions() == before
    assert [line[0] for line in read(rejected)[1:]] == ["2"]


def test_a_check_writes_nothing_and_foretells_what_will_be(office: Office) -> None:
    file = written(office.folder / "claims.csv", [*BAD, *GOOD])
    before = office.positions()
    trial = office.imports(file, check=True)
    assert office.positions() == before
    assert (trial.imported, trial.rejected, trial.check) == (6, 5, True)
    done = office.imports(file)
    assert (done.imported, done.rejected) == (trial.imported, trial.rejected)
    assert office.imports(file, check=True).already_there == 6
    with RowSource(file, office.mapping) as source:
        nowhere = run_import(None, source, check=True)
    assert (nowhere.imported, nowhere.rejected) == (6, 5)


def test_one_import_of_a_mapping_at_a_time(office: Office) -> None:
    file = written(office.folder / "claims.csv", GOOD)
    lease = Lease(f"import {office.mapping.name}", office.services["referral"].log.address)
    assert lease.hold()
    try:
        with pytest.raises(ImportUnderWay):
            office.imports(file)
    finally:
        lease.release()
    assert office.imports(file).imported == 6


def test_a_stop_finishes_the_rows_at_hand_and_the_next_run_does_the_rest(office: Office) -> None:
    file = written(office.folder / "claims.csv", many(3_000))
    stop = threading.Event()

    def progress(done: int, rows: int | None) -> None:
        assert rows is None or done <= rows
        if done > 100:
            stop.set()

    first = office.imports(file, progress=progress, stop=stop)
    assert first.interrupted
    assert 0 < first.imported < 3_000
    second = office.imports(file)
    assert (second.already_there, second.imported) == (first.imported, 3_000 - first.imported)
    assert not second.interrupted


def test_reporting_has_read_all_of_it_when_the_import_ends(office: Office) -> None:
    reports = Reports(office.services["reporting"].log)
    before = reports.overview().cases
    assert office.imports(written(office.folder / "claims.csv", many(40))).reported
    assert reports.overview().cases == before + 40


def complaints(office: Office, *rows: str, municipality: CodeOf | None = None) -> Office:
    """An office with the second mapping, under a name of its own, and a file of these rows."""
    mapping = replace(quejas(), name=f"{office.mapping.name}-quejas")
    if municipality is not None:
        columns = (
            replace(column, cell_type=municipality) if column.name == "municipio" else column
            for column in mapping.columns
        )
        mapping = replace(mapping, columns=tuple(columns))
    lines = "\n".join(("Folio;Fecha;Municipio;Sexo;Monto;Convenio", *rows))
    (office.folder / "quejas.csv").write_bytes(lines.encode("cp1252"))
    return replace(office, mapping=mapping)


def test_another_mapping_needs_no_other_code(office: Office) -> None:
    here = complaints(
        office,
        "1/26;05/02/2026;Juárez;M;$12,345.60;Sí",
        "2/26;31/12/2025;Chihuahua;H;s/d;si",
        "3/26;2026-02-05;Juárez;M;1;si",
        "4/26;05/02/2026;Juárez;M;1;tal vez",
    )
    summary = here.imports(here.folder / "quejas.csv", rejected=here.folder / "out.csv")
    assert (summary.imported, summary.rejected) == (2, 2)
    assert [line[:3] for line in read(here.folder / "out.csv")[1:]] == [
        ["4", "Fecha", "2026-02-05"],
        ["5", "Convenio", "tal vez"],
    ]
    facts = here.history("1/26")
    assert [f.name for f in facts][-2:] == ["follow-up-opened", "outcome-recorded"]
    assert (str(facts[-1].fact.amount), facts[-1].fact.currency) == ("12345.60", "MXN")
    assert facts[4].fact.custodian == "oficina-quejas"


ANYWHERE = CodeOf("municipalities")
"""Reads municipalities of every subdivision; a case may have those of its own only."""


@pytest.mark.parametrize("check", [False, True])
def test_a_refusal_of_a_services_own_rule_is_written_at_its_row_and_column(
    office: Office, *, check: bool
) -> None:
    here = complaints(
        office,
        "1/26;05/02/2026;08037;M;1;si",
        "2/26;05/02/2026;09002;M;1;si",
        municipality=ANYWHERE,
    )
    rejected = here.folder / "out.csv"
    summary = here.imports(here.folder / "quejas.csv", rejected=rejected, check=check)
    assert (summary.imported, summary.rejected) == (1, 1)
    (line,) = read(rejected)[1:]
    assert line[:3] == ["3", "Municipio", "09002"]
    assert "no está en MX-CHH" in line[3]
    assert here.history("2/26") == []


@pytest.mark.parametrize("check", [False, True])
def test_of_two_rows_of_one_key_the_second_counts_if_the_first_is_refused(
    office: Office, *, check: bool
) -> None:
    here = complaints(
        office,
        "1/26;05/02/2026;09002;M;1;si",
        "1/26;06/02/2026;08037;M;1;si",
        "1/26;06/02/2026;08037;M;1;si",
        municipality=ANYWHERE,
    )
    summary = here.imports(here.folder / "quejas.csv", check=check)
    assert (summary.imported, summary.rejected, summary.duplicates) == (1, 1, 1)
    days = {fact.meta.happened_at.day for fact in here.history("1/26")}
    assert days == (set() if check else {6})


def test_a_file_that_changes_is_imported_up_to_there_and_goes_on_once_complete(
    office: Office,
) -> None:
    file = written(office.folder / "claims.csv", many(2_000))

    def progress(done: int, rows: int | None) -> None:
        del rows
        if done == 1:
            with file.open("a") as writer:
                writer.write("half-a-row,Kan")

    with pytest.raises(ImportCutShort, match="cambió mientras se leía") as caught:
        office.imports(file, progress=progress)
    assert caught.value.code == 3
    assert "What was read before was imported" in caught.value.text.en
    written(file, many(2_000))
    again = office.imports(file)
    assert again.already_there > 0
    assert (again.already_there + again.imported, again.clean) == (2_000, True)


def test_a_broken_quote_costs_its_row_and_no_other(office: Office) -> None:
    file = written(office.folder / "claims.csv", many(20))
    with file.open("a") as writer:
        writer.write('"broken" quote,Kansas\n')
    rejected = office.folder / "out.csv"
    summary = office.imports(file, rejected=rejected)
    assert (summary.imported, summary.rejected, summary.last_line_ended) == (20, 1, True)
    assert read(rejected)[1][:3] == ["22", "", ""]


def test_a_spreadsheet_leads_to_the_same_facts_as_the_csv(office: Office) -> None:
    claims = [{**one, "amount_paid": one["amount_paid"].rstrip("0")} for one in many(200)]
    csv = office.imports(written(office.folder / "claims.csv", claims))
    rows = [[claim.get(heading, "") for heading in HEADINGS] for claim in claims]
    for write, name in ((xlsx, "claims.xlsx"), (ods, "claims.csv")):  # whatever it is called
        file = write(office.folder / name, {"Claims": [HEADINGS, *map(typed, rows)]})
        again = office.imports(file)
        assert (again.already_there, again.clean) == (csv.imported, True)


def typed(cells: list[str]) -> list[Cell]:
    """A row as a spreadsheet has it: amounts are numbers, and days are days."""
    *words, claimed, assessed, paid = cells
    days = [date.fromisoformat(word) if word[:2] == "20" else word or None for word in words]
    return [*days, claimed or None, assessed or None, float(paid) if paid else None]


def test_a_mapping_whose_institution_nobody_could_register_is_refused(office: Office) -> None:
    mapping = office.mapping
    broken = replace(mapping, registers=replace(mapping.registers, code="¡no!"))
    file = written(office.folder / "claims.csv", GOOD)
    before = office.positions()
    for check in (True, False):
        with pytest.raises(ImportNotPossible, match="directorio"):
            replace(office, mapping=broken).imports(file, check=check)
    assert office.positions() == before


def test_a_mapping_that_refers_to_the_institution_that_registers_is_refused(
    office: Office,
) -> None:
    mapping = office.mapping
    (handover,) = mapping.handovers
    itself = replace(handover, to=replace(handover.to, code="US-KS-itself"))
    registers = replace(mapping.registers, code="{subdivision}-itself")
    broken = replace(mapping, registers=registers, handovers=(itself,))
    file = written(office.folder / "claims.csv", GOOD[:1])
    for check in (True, False):
        with pytest.raises(ImportNotPossible, match="canalizar"):
            replace(office, mapping=broken).imports(file, check=check)
