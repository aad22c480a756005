"""The benchmark's table, JSON and page name the same figures; its helpers compute what they say."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import table
from tests.bench.claims_file import COLUMNS, made_up
from tests.bench.figures import FIGURES, KEYS, Figure, Measured, median, percentile, ratios
from tests.bench.machine import Machine

OF_THE_ISSUE = {
    *("raw_commits_per_s", "http_commands_per_s", "http_to_raw_commits", "http_to_stock"),
    *("http_p99_ms", "append_to_raw_commits", "load_case_100_to_raw_select"),
    *("load_case_100_cached_per_s", "relay_to_bare_producer", "consume_to_bare_consumer"),
    *("rebuild_facts_per_s", "rebuild_to_raw_read", "import_claims_per_s", "visible_p50_ms"),
    "xlsx_rows_per_s",
    "hsds_import_s",
    *("large_page_ms", "livez_beside_page_ms", "page_behind_eight_ms"),
    *("search_p95_ms", "clock_firings_to_appends"),
    "propose_p95_ms",
    *("visible_p99_ms", "report_ms_at_1e4", "report_ms_at_1e6", "report_ms_at_1e7"),
    *("reads_per_s", "access_log_to_none", "jwt_to_token_requests", "tls_to_plain"),
    *("history_ms", "idle_memory_mb", "start_s"),
}
MACHINE: Machine = {"machine_cores": 2, "machine_cpu": "made up"}
PAGE = Path(__file__).parents[3] / "docs/performance.md"


def test_the_figures_are_those_of_the_issue() -> None:
    assert set(KEYS) == OF_THE_ISSUE
    assert len(KEYS) == len(OF_THE_ISSUE)


def test_the_json_has_every_key_and_the_machine_and_null_where_nothing_was_measured() -> None:
    document = json.loads(table.as_json({"start_s": 1.5, "history_ms": None}, MACHINE))
    assert set(document) == OF_THE_ISSUE | set(MACHINE)
    assert document["start_s"] == 1.5
    assert {document[key] for key in OF_THE_ISSUE - {"start_s"}} == {None}


@pytest.mark.parametrize("write", [table.as_text, table.as_markdown])
def test_a_table_has_a_line_for_every_key_and_a_dash_where_nothing_was_measured(
    write: Callable[[Measured, Machine], str],
) -> None:
    rows = [
        line.replace("|", " ").split() for line in write({"start_s": 1.5}, MACHINE).splitlines()
    ]
    for key in KEYS:
        (row,) = [row for row in rows if row[:1] in ([key], [f"`{key}`"])]
        assert row[1] == ("1.5" if key == "start_s" else "-")


def test_what_a_run_wrote_is_read_again() -> None:
    measured = {key: number / 7 for number, key in enumerate(KEYS)}
    assert table.of_json(table.as_json(measured, MACHINE)) == (measured, MACHINE)


def test_the_page_explains_every_figure_and_shows_it_in_its_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for figure in FIGURES:
        assert f"- `{figure.key}`: {figure.means}.\n" in page
        assert f"\n| `{figure.key}` |" in page


def test_a_floor_is_reached_on_its_own_side_only() -> None:
    least, most = Figure("a", "1/s", "", at_least=2), Figure("b", "ms", "", at_most=2)
    assert [least.reached({"a": value}) for value in (1.9, 2, 2.1)] == [False, True, True]
    assert [most.reached({"b": value}) for value in (1.9, 2, 2.1)] == [True, True, False]
    assert least.reached({}) is None
    assert Figure("c", "ms", "").reached({"c": 1}) is None


def test_a_floor_in_terms_of_another_figure_needs_that_figure() -> None:
    twice = Figure("b", "ms", "", at_most=50, at_most_times=(2, "a"))
    assert twice.reached({"a": 10, "b": 20}) is True
    assert twice.reached({"a": 10, "b": 21}) is False
    assert twice.reached({"a": 100, "b": 51}) is False
    assert twice.reached({"b": 20}) is None


def test_what_is_below_the_floor_is_named() -> None:
    assert table.missed({"start_s": 3.1, "idle_memory_mb": 100, "history_ms": 9}) == ["start_s"]


def test_the_median_is_the_middle_or_between_the_two_in_the_middle() -> None:
    assert median([9, 1, 5]) == 5
    assert median([9, 1, 5, 7]) == 6


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.005, 1), (0.5, 50), (0.501, 51), (0.99, 99), (1.0, 100)]
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    share: float, value: int
) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_a_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_medians() -> None:
    assert ratios([10, 100, 30], [10, 200, 10]) == 1


def test_made_up_claims_have_the_published_columns_and_are_the_same_for_the_same_seed() -> None:
    first, again, other = made_up(7), made_up(7), made_up(8)
    claims = [next(first) for _ in range(50)]
    assert claims == [next(again) for _ in range(50)]
    assert claims != [next(other) for _ in range(50)]
    assert {name for claim in claims for name in claim} <= set(COLUMNS)
    assert len({claim["case_uuid"] for claim in claims}) == 50
