"""The drawing of a case: where things stand, whatever the case is like."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from math import hypot
from xml.etree import ElementTree as ET

import pytest

from services.console.axis import Axis
from services.console.looks import LOOKS, UndrawnStatus, looks_of
from services.console.rendering import render_timeline
from services.console.timeline import Drawing, lay_out
from services.reporting.history import History
from shared.kernel.statuses import REFERRAL_STATUSES, open_statuses, statuses
from tests.planted_program import refusal_of
from tests.unit.console.sample_history import (
    ALL,
    COMMISSION,
    NAMES,
    OFFICE,
    START,
    all_of,
    months,
    one_fact,
)

DRAWN = [(name, width) for name in ALL for width in (960.0, 336.0)]


@pytest.fixture(params=DRAWN, ids=lambda drawn: f"{drawn[0]}-{drawn[1]:.0f}")
def drawing(request: pytest.FixtureRequest) -> Drawing:
    name, width = request.param
    return lay_out(ALL[name](), width, "es")


def points(drawing: Drawing) -> Iterator[tuple[float, float]]:
    for bar in drawing.bars:
        yield bar.x, bar.y
        yield bar.x + bar.width, bar.y
    for arrow in drawing.arrows:
        yield from (*arrow.curve, *([arrow.badge] if arrow.badge else []))
    for symbol in drawing.symbols:
        yield symbol.x, symbol.y
    for tick in drawing.ticks:
        yield tick.x, 0


def test_everything_stands_within_the_drawing(drawing: Drawing) -> None:
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points(drawing))


def test_every_bar_is_wide_enough_to_be_seen(drawing: Drawing) -> None:
    assert all(bar.width >= 3 for bar in drawing.bars)


def test_no_arrow_runs_back_in_time(drawing: Drawing) -> None:
    assert all(arrow.curve[3][0] >= arrow.curve[0][0] for arrow in drawing.arrows)


def test_no_two_marks_of_a_lane_cover_each_other(drawing: Drawing) -> None:
    for one, other in pairwise(drawing.symbols):
        assert one.y != other.y or other.x - one.x >= (one.width + other.width) / 2


@pytest.mark.parametrize(("name", "width"), DRAWN)
def test_every_fact_is_drawn_once(name: str, width: float) -> None:
    symbols = lay_out(ALL[name](), width, "es").symbols
    assert sum(len(symbol.titles) for symbol in symbols) == len(ALL[name]().facts)


def test_the_labels_of_the_axis_do_not_touch(drawing: Drawing) -> None:
    assert drawing.ticks
    assert all(later.x - tick.x >= 40 for tick, later in pairwise(drawing.ticks))


def test_lanes_stand_in_the_order_in_which_institutions_appear() -> None:
    lanes = [lane.full_name for lane in lay_out(months(), 960, "es").lanes]
    first = [NAMES[code] for code in (OFFICE, "albergue-juarez", "ccl-chih", COMMISSION)]
    assert lanes == first


def test_only_the_custody_that_goes_on_ends_in_a_point() -> None:
    bars = lay_out(months(), 960, "es").bars
    assert [bar.ongoing for bar in bars] == [False, True]


def test_a_transfer_ends_where_the_new_custody_begins() -> None:
    drawn = lay_out(months(), 960, "es")
    transfer = next(arrow for arrow in drawn.arrows if arrow.number == 3)
    x, y = transfer.head
    assert (x, y) == (drawn.bars[1].x, drawn.bars[1].y)


def test_no_badge_covers_another_s(drawing: Drawing) -> None:
    badges = [(arrow.badge, arrow.badge_width) for arrow in drawing.arrows if arrow.badge]
    assert bool(badges) == bool(drawing.arrows)
    for ((x, y), width), ((a, b), other) in combinations(badges, 2):
        assert abs(x - a) >= (width + other) / 2 or abs(y - b) >= 17 or hypot(x - a, y - b) >= 19


def test_every_referral_of_an_ordinary_case_has_its_number_in_the_drawing() -> None:
    for width in (960, 336):
        assert all(arrow.badge for arrow in lay_out(months(), width, "es").arrows)


def test_a_case_whose_custody_has_not_arrived_has_a_mark_and_no_bar() -> None:
    drawn = lay_out(one_fact(), 336, "es")
    assert (len(drawn.lanes), len(drawn.bars), len(drawn.symbols)) == (1, 0, 1)


def test_a_long_name_is_shortened_and_kept_whole_for_the_description() -> None:
    long = "Institución " * 20
    named = replace(one_fact(), names={OFFICE: long})
    lane = lay_out(named, 336, "es").lanes[0]
    assert lane.name.endswith("…")
    assert lane.full_name == long


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_drawing_is_well_formed_named_and_described(name: str, lang: str) -> None:
    figure = ET.fromstring(str(render_timeline(all_of(ALL[name]()), lang)))  # noqa: S314 - our own
    drawn = [svg for svg in figure.iter("svg") if svg.get("role") == "img"]
    assert len(drawn) == 2
    ids = [element.get("id") for element in figure.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for svg in drawn:
        assert set(str(svg.get("aria-labelledby")).split()) <= set(map(str, ids))


def test_what_is_not_ours_is_escaped() -> None:
    hostile = '<script>alert("x")</script>'
    drawn = str(render_timeline(all_of(replace(months(), names={OFFICE: hostile})), "es"))
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_history_without_facts_is_not_drawn() -> None:
    empty = replace(months(), facts=(), custody=(), referrals=())
    assert render_timeline(all_of(empty), "es") == ""


def test_what_became_of_a_referral_is_told_by_shape_and_not_by_colour_alone() -> None:
    assert len({look.head for look in LOOKS.values()}) == len({*LOOKS.values()})
    assert {LOOKS[code].dashes for code in open_statuses(REFERRAL_STATUSES)} == {"6 4"}


def every_status() -> History:
    """Months, with a referral for each status that there is, the first of them accepted."""
    history = months()
    (first, *_) = history.referrals
    return replace(history, referrals=[replace(first, status=code) for code in LOOKS])


def test_every_status_has_an_arrow_with_its_head_and_a_place_in_the_key() -> None:
    figure = ET.fromstring(str(render_timeline(all_of(every_status()), "es")))  # noqa: S314 - our own
    wide = next(figure.iter("svg"))
    drawn = [
        tuple(e.get("d") for e in group if "head" in str(e.get("class")))
        for group in wide.iter("g")
        if str(group.get("class")).startswith("arrow ") and group.find("path") is not None
    ]
    assert drawn == [tuple(shape.path for shape in look.head) for look in LOOKS.values()]
    key = " ".join("".join(item.itertext()) for item in figure.iter("li"))
    for status in statuses(REFERRAL_STATUSES).values():
        assert status.label.es.lower() in key


def test_a_status_without_a_look_and_a_look_without_a_status_are_errors_that_name_it() -> None:
    fewer = {code: look for code, look in LOOKS.items() if code != "on-hold"}
    with pytest.raises(UndrawnStatus, match="'on-hold' of referral_statuses is not drawn"):
        looks_of(REFERRAL_STATUSES, fewer)
    with pytest.raises(UndrawnStatus, match=r"'lost' of referral_statuses .* is not in the list"):
        looks_of(REFERRAL_STATUSES, {**LOOKS, "lost": LOOKS["declined"]})


def test_a_status_without_a_look_keeps_the_pages_from_starting() -> None:
    plants = (
        "from shared.kernel import statuses as kernel\n"
        "read = kernel.statuses\n"
        "lost = {'lost': read(kernel.REFERRAL_STATUSES)['declined']}\n"
        "kernel.statuses = lambda name: {**read(name), **(lost if 'referral' in name else {})}\n"
    )
    assert "'lost' of referral_statuses is not drawn" in refusal_of(plants, "services.console.site")


@pytest.mark.parametrize(
    "span",
    [
        timedelta(0),
        timedelta(minutes=3),
        timedelta(hours=1),
        timedelta(days=1),
        timedelta(days=9),
        timedelta(days=120),
        timedelta(days=900),
        timedelta(days=40_000),
    ],
)
def test_an_axis_has_sensible_ticks_for_any_span(span: timedelta) -> None:
    axis = Axis(START, START + span, 0, 900)
    ticks = axis.ticks("es")
    assert 1 <= len(ticks) <= 13
    assert all(tick.label != later.label for tick, later in pairwise(ticks))


def test_ticks_stand_on_the_wall_clock_of_the_case() -> None:
    ticks = Axis(START, START + timedelta(hours=8), 0, 900).ticks("es")
    assert [tick.label for tick in ticks][:3] == ["22:00", "23:00", "00:00"]
    assert [tick.context for tick in ticks][:3] == ["4 may 2026", "", "5 may 2026"]


def test_months_are_named_in_the_reader_s_language() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    axis = Axis(start, start + timedelta(days=200), 0, 900)
    assert axis.ticks("es")[0].label == "ene"
    assert axis.ticks("en")[0].label == "Jan"


def test_a_year_of_facts_and_one_of_long_ago_still_fit() -> None:
    old = months()
    first = replace(old.facts[0], happened_at=datetime(1962, 1, 1, tzinfo=UTC))
    history: History = replace(old, facts=[first, *old.facts[1:]])
    assert len(lay_out(history, 336, "es").ticks) >= 2
