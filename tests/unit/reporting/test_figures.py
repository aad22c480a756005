"""The report in words: every indicator has its place, and a terminal is wide enough."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from services.operator.cli.report_tables import claims_table
from services.reporting import indicators
from services.reporting.figures import amount_bands, duration_bands, figures, missing, selection
from tests.unit.reporting.sample_report import REPORT

BANDS = {indicators.AMOUNT_BANDS.code, indicators.DURATION_BANDS.code}
OF_ITS_OWN = {indicators.CUSTODY.code}


def test_every_indicator_stands_in_the_report_once_in_its_order() -> None:
    told = [each.indicator.code for each in figures(REPORT, "en")]
    apart = BANDS | OF_ITS_OWN
    assert told == [each.code for each in indicators.ALL if each.code not in apart]


def test_a_report_of_nothing_has_dashes_and_zeros() -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        (
            *("first_opened", "first_decided", "median_amount", "median_above_zero"),
            *("median_days", "mean_days", "ninetieth_days", "share_paid", "share_paid_in_full"),
            "share_paid_as_claimed",
        )
    )
    none = replace(REPORT, **nothing)
    assert [each.value for each in figures(none, "es")][1] == "— (decididos: —)"
    assert sum(each.value == "—" for each in figures(none, "es")) == 6


def test_those_paid_more_than_was_owed_stand_beside_those_paid_in_full() -> None:
    (told,) = (
        each.value
        for each in figures(REPORT, "en")
        if each.indicator is indicators.SHARE_PAID_IN_FULL
    )
    assert told.endswith("%); more than was owed: 3")


def test_the_bands_are_all_cases_with_an_amount_and_all_with_a_length() -> None:
    assert amount_bands(REPORT)[:2] == [("0", 1_012), ("≤ 100", 1_000)]
    assert amount_bands(REPORT)[-1] == ("> 10,000", 1_600)
    assert duration_bands(REPORT)[:2] == [("< 1", 1_054), ("1-30", 1_804)]
    assert duration_bands(REPORT)[-1] == ("> 720", 1_097)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_what_is_missing_is_named_in_both_languages(lang: str) -> None:
    told = dict(missing(REPORT, lang))
    assert sorted(told.values()) == [11, 13, 14, 15, 16, 17, 1_012]
    assert all(text.strip() for text in told)


def test_the_report_says_which_cases_it_is_about() -> None:
    assert "Kansas" in selection(REPORT, "en")
    every = replace(REPORT, programme=None, subdivision=None)
    assert selection(every, "en") == "all programmes and subdivisions"


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_report_fits_a_terminal(lang: str) -> None:
    file = io.StringIO()
    Console(file=file, width=80).print(claims_table(REPORT, lang))
    text = file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    for number in ("10,508,991.88 USD", "578.02 USD", "99.5", "1,234.56", "720", "1,900 (39 %)"):
        assert number in text
