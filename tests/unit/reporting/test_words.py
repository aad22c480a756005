import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.reporting import indicators
from services.reporting.history import Fact, History
from services.reporting.labels import amount, called, coded_fields, sentence_of
from shared.contracts import CONTRACTS
from shared.kernel.codes import codes

AT = datetime(2026, 5, 4, tzinfo=UTC)
NAMES = {each.split(".")[3] for each in CONTRACTS}


def test_every_published_fact_has_its_name_in_both_languages_and_no_other_has() -> None:
    assert set(codes("fact_names")) == NAMES


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_every_coded_field_of_a_contract_names_a_list_that_there_is(name: str) -> None:
    assert all(codes(code_list) for code_list in coded_fields(name).values())


def test_a_fact_is_put_into_words() -> None:
    outcome = Fact(
        id="followup:x:2",
        name="outcome-recorded",
        type="mx.canaliza.followup.outcome-recorded.v1",
        service="followup",
        position=2,
        institution="bureau",
        role="caseworker",
        subject="token-1",
        happened_at=AT,
        recorded_at=AT,
        causation="command:1",
        follows=None,
        data={"referral_id": "x", "outcome": "payment", "amount": "10.5", "currency": "MXN"},
    )
    history = History(
        case_id=UUID(int=1),
        folio=None,
        programme=None,
        subdivision=None,
        in_error=False,
        custodian=None,
        parties=frozenset(),
        facts=[outcome],
        custody=[],
        referrals=[],
    )
    assert called(outcome, "es") == "Se registró un resultado"
    assert "Payment received by the person" in sentence_of(history, {}, outcome, "en")
    assert sentence_of(history, {}, outcome, "es").endswith("importe: 10.5 MXN")


def test_every_indicator_is_defined_whole_in_both_languages_and_names_facts_that_there_are() -> (
    None
):
    published = {name.removeprefix("mx.canaliza.").rpartition(".")[0] for name in CONTRACTS}
    for indicator in indicators.ALL:
        for words in (indicator.name, indicator.counts, indicator.numerator, indicator.missing):
            assert words.in_("es") != words.in_("en") != "", indicator.code
        assert set(indicator.sources) <= published, indicator.code
        assert "reporting.tallies" in indicator.sql
        assert set(re.findall(r"%\((\w+)\)s", indicator.sql)) <= set(indicator.disaggregation)
    assert len({indicator.code for indicator in indicators.ALL}) == len(indicators.ALL)


@pytest.mark.parametrize(
    ("exact", "currency", "written"),
    [
        ("10508991.88", "USD", "10,508,991.88 USD"),
        ("560.00", "MXN", "560.00 MXN"),
        (
            "123456789012345678901234567890.1234",
            None,
            "123,456,789,012,345,678,901,234,567,890.1234",
        ),
    ],
)
def test_an_amount_is_written_with_every_digit(
    exact: str, currency: str | None, written: str
) -> None:
    assert amount(exact, currency) == written
