"""A case is known by its source's number to those who see it, and to no log, message or table."""

import pytest

from services.operator.cli.reports import _of_source_key
from services.reporting.views import Reports
from shared.kernel.text import UserError
from tests.integration.importing.conftest import Office
from tests.integration.importing.files import row, written

pytestmark = pytest.mark.integration

NUMBER = "Pasaporte-G12345678"
ITS_OWN = "Pasaporte-G87654321"
"""The number of one case alone, whatever the other tests import."""


def reports(office: Office) -> Reports:
    reporting = office.services["reporting"]
    return Reports(reporting.log, reporting.secret)


def test_whoever_sees_a_case_finds_it_by_its_sources_number_and_nobody_else_does(
    office: Office,
) -> None:
    rows = [row(ITS_OWN, date_opened="2024-01-02"), row("other", date_opened="2024-01-02")]
    office.imports(written(office.folder / "claims.csv", rows))
    secret = office.services["intake"].secret
    case_id = secret.id_of("import", office.mapping.name, ITS_OWN)
    for sees, written_so in (
        (None, ITS_OWN),
        ("us-ks-wage-claims", f" {ITS_OWN} "),
        ("us-ks-wage-claims-intake", ITS_OWN),
    ):
        found = reports(office).of_source_key(written_so, sees)
        assert [(one.case_id, one.source_key) for one in found] == [(case_id, ITS_OWN)]
        assert found[0].folio
    assert reports(office).of_source_key(ITS_OWN, "us-wy-wage-claims") == []
    assert reports(office).of_source_key("never", None) == []


def test_folio_and_number_stand_in_every_list(office: Office) -> None:
    office.imports(written(office.folder / "claims.csv", [row(NUMBER, date_opened="2024-01-02")]))
    secret = office.services["intake"].secret
    case_id = secret.id_of("import", office.mapping.name, NUMBER)
    shown = reports(office)
    held = shown.held("us-ks-wage-claims", 500)
    assert held is not None
    for listed in (shown.cases(None, 500), shown.referrals(None, 500), held.cases):
        (one,) = (each for each in listed if each.case_id == case_id)
        assert (bool(one.folio), one.source_key) == (True, NUMBER)


def test_no_log_holds_a_number_that_can_be_read(office: Office) -> None:
    office.imports(written(office.folder / "claims.csv", [row(NUMBER, date_opened="2024-01-02")]))
    for service in office.services.values():
        rows = service.log.recorder.select_page(0, 100_000)
        assert not any(NUMBER.encode() in raw for *_, raw in rows)
    published = office.services["reporting"].log.database
    with published.connection() as conn:
        found = conn.execute("SELECT data FROM reporting.history").fetchall()
    assert found
    assert not any(NUMBER.encode() in bytes(each["data"]) for each in found)


def test_who_finds_no_number_is_told_how_a_key_of_several_values_is_written(office: Office) -> None:
    with pytest.raises(UserError) as refused:
        _of_source_key(reports(office), "never")
    assert "002|2026" in refused.value.text.es
    assert "002|2026" in refused.value.text.en
