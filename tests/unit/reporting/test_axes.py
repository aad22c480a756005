"""Two axes of time: what had happened by a moment, as far as was recorded by another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.operator.cli.reports import axes_given as command_line
from services.reporting.axes import (
    MENDS,
    NOW,
    Axes,
    NotADayOrMoment,
    NotAMoment,
    PositionsUnclear,
    as_known_of,
    axes_of,
    axes_written,
    moment_of,
    spoken_of,
    written,
)
from services.reporting.history import REPLACES, TELLING, Fact, History, in_order
from services.reporting.telling import notices_of
from shared.contracts import CONTRACTS
from shared.contracts.contract import Key, parts_of
from shared.kernel.refusals import Refused
from shared.kernel.text import UserError
from shared.messaging.port import partition_of
from tests.unit.console.sample_history import ALL, CASE, folded, imported, months, window_of
from tests.unit.reporting.test_history import NOON, fact

STREAM, LATER = "intake:case", timedelta(days=300)


def told(history: History, axes: Axes) -> History:
    return window_of(history, axes).history


def shuffled(history: History, chance: Random) -> History:
    """Have the same facts been recorded at other moments: any, but in each log's order."""
    facts = list(history.facts)
    moments = sorted(each.happened_at + timedelta(hours=chance.randrange(4_000)) for each in facts)
    return folded(
        [
            replace(each, recorded_at=at.astimezone(UTC))
            for each, at in zip(facts, moments, strict=True)
        ]
    )


histories = st.builds(
    lambda name, chance: shuffled(ALL[name](), chance),
    st.sampled_from(sorted(ALL)),
    st.randoms(use_true_random=False),
)


@given(histories, st.data())
def test_what_is_known_at_a_moment_is_a_replay_of_what_was_recorded_up_to_there(
    history: History, data: st.DataObject
) -> None:
    moment = data.draw(st.sampled_from([each.recorded_at for each in history.facts]))
    replayed = folded([each for each in history.facts if each.recorded_at <= moment])
    assert told(history, Axes(as_known=moment)) == replace(replayed, as_known=moment)


@given(histories, st.data())
def test_what_is_known_at_positions_is_a_replay_of_each_log_up_to_its_own(
    history: History, data: st.DataObject
) -> None:
    services = {each.service for each in history.facts}
    positions = {name: data.draw(st.integers(0, 70)) for name in services}
    replayed = folded([each for each in history.facts if each.position <= positions[each.service]])
    assert told(history, Axes(as_known=positions)) == replace(replayed, as_known=positions)


@given(histories, st.data())
def test_a_later_moment_never_takes_a_fact_away(history: History, data: st.DataObject) -> None:
    moments = [at for each in history.facts for at in (each.happened_at, each.recorded_at)]
    (early, late), (known, later) = (
        sorted(data.draw(st.lists(st.sampled_from(moments), min_size=2, max_size=2)))
        for _ in range(2)
    )
    fewest = {each.id for each in told(history, Axes(early, known)).facts}
    for wider in (Axes(late, known), Axes(early, later), Axes(late), NOW):
        assert fewest <= {each.id for each in told(history, wider).facts}


def test_what_was_recorded_later_of_an_earlier_time_had_happened_and_was_not_known() -> None:
    history = imported()
    then = datetime(2013, 6, 1, tzinfo=UTC)
    happened, known = told(history, Axes(as_of=then)), told(history, Axes(as_known=then))
    assert [each.name for each in happened.facts][-1] == "outcome-recorded"
    assert happened.closed_with is None
    assert not known.facts
    assert told(history, Axes(then, then)).facts == known.facts


def test_a_case_has_its_folio_also_as_of_a_day_before_its_registration() -> None:
    history = imported()
    before = min(each.happened_at for each in history.facts) - timedelta(days=1)
    assert history.folio
    assert told(history, Axes(as_of=before)).folio == history.folio
    assert told(history, Axes(as_known=before)).folio is None


def test_the_folds_say_who_answered_then() -> None:
    history = months()
    by_then = told(history, Axes(as_of=history.facts[0].happened_at + timedelta(days=19)))
    assert by_then.custodian == "cedh-chih"
    assert told(history, NOW).custodian == "cedh-chih"
    earlier = told(history, Axes(as_of=history.facts[0].happened_at + timedelta(days=9)))
    assert (earlier.custodian, earlier.referrals[-1].status) == ("stps-chih", "requested")


# --- what is mended ---------------------------------------------------------------------------


def counting(facts: list[Fact], axes: Axes) -> list[str]:
    return [each.id for each in axes.counting(in_order(facts), {each.id: each for each in facts})]


def test_a_fact_that_is_mended_later_counts_as_mended_from_when_it_happened() -> None:
    award = fact("followup:r:2", "outcome-recorded")
    mended = fact("followup:r:3", "outcome-corrected", after=5_000, data={"replaces": 2})
    again = fact("followup:r:4", "outcome-entered-in-error", after=9_000, data={"replaces": 3})
    facts = [award, mended, again]
    assert counting(facts, Axes(as_of=NOON)) == [award.id, mended.id, again.id]
    assert counting(facts, Axes(NOON, NOON)) == [award.id]
    assert counting(facts, Axes(NOON - timedelta(seconds=1))) == []


def test_a_case_is_described_as_it_was_corrected_from_its_registration_on() -> None:
    registered = fact(f"{STREAM}:1", "case-registered")
    corrected = fact(f"{STREAM}:2", "case-corrected", after=50)
    void = fact(f"{STREAM}:3", "case-entered-in-error", after=60)
    assert len(counting([registered, corrected, void], Axes(as_of=NOON))) == 3


def test_what_a_fact_mends_is_the_last_of_its_kind_before_it() -> None:
    names = (
        "referral-declined",
        "decline-entered-in-error",
        "referral-declined",
        "decline-corrected",
    )
    facts = [fact(f"referral:r:{n}", name, after=10 * n) for n, name in enumerate(names, 1)]
    times = spoken_of(facts, {each.id: each for each in facts})
    hours = [(times[each.id] - NOON) // timedelta(hours=1) for each in facts]
    assert hours == [10, 10, 30, 30]


def test_what_mends_a_fact_that_never_came_counts_when_it_happened() -> None:
    alone = fact("followup:r:3", "outcome-corrected", after=5, data={"replaces": 2})
    assert spoken_of([alone], {alone.id: alone})[alone.id] == alone.happened_at


def test_a_referral_that_is_made_again_mends_nothing() -> None:
    before = fact("referral:r:2", "referral-superseded")
    again = fact("referral:s:1", "referral-requested", after=4, data={"replaces": str(CASE)})
    facts = [before, again]
    assert spoken_of(facts, {each.id: each for each in facts})[again.id] == again.happened_at


def test_of_every_fact_that_mends_another_it_is_known_what_it_mends() -> None:
    words = ("corrected", "in-error", "turned-into")
    mending = {
        name: contract
        for name, contract in CONTRACTS.items()
        if any(word in name for word in words) and contract.key is Key.CASE
    }
    assert len(mending) > len(MENDS)
    for name, contract in mending.items():
        assert name in TELLING
        assert REPLACES in contract.__struct_fields__ or parts_of(name).name in MENDS
    named = {parts_of(name).name for name in CONTRACTS}
    assert named >= {*MENDS, *(each for mended in MENDS.values() for each in mended)}


# --- how a place in time is written -------------------------------------------------------------


def test_positions_are_written_as_reports_name_them() -> None:
    positions = {"intake/0": 7, "referral": 120}
    assert as_known_of("intake/0:7, referral:120") == positions
    assert as_known_of(written(positions)) == positions


def test_a_position_of_a_partition_limits_only_its_own_keys() -> None:
    known = fact("intake:case:9")
    for key in ("a", "b", "c", "d"):
        axes = Axes(as_known={f"intake/{partition_of(key, 3)}": 8}).of_key(key, 3)
        assert not axes.counting([known], {})
        others = {f"intake/{n}": 8 for n in range(3) if n != partition_of(key, 3)}
        assert Axes(as_known=others).of_key(key, 3).counting([known], {}) == [known]


@pytest.mark.parametrize("text", ["", " ", "now", " now "])
def test_nothing_and_now_are_today(text: str) -> None:
    assert as_known_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ayer",
        "intak:7",
        "intake",
        "intake:",
        "intake:-1",
        "intake:7;referral:8",
        "intake:1e3",
        "intake/:3",
        "intake/x:3",
        "intake:٣",
        f"intake:{'9' * 19}",
        "1899-12-31T00:00Z",
        "9999-12-31T00:00Z",
        "2026-01-01T00:00+23:00",
    ],
)
def test_what_is_neither_a_moment_nor_positions_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        as_known_of(text)
    assert refused.value.refusal == NotAMoment(field="as_known")


@pytest.mark.parametrize("text", ["now", "intake:0", "ayer", "1899-12-31T00:00Z", "intake/0:1,x"])
@pytest.mark.parametrize("known", [None, "now", "intake:5"])
def test_as_of_is_refused_in_words_of_its_own(text: str, known: str | None) -> None:
    for read in (axes_of, axes_written):
        with pytest.raises(Refused) as refused:
            read(text, known)
        assert refused.value.refusal == NotADayOrMoment(field="as_of")
    with pytest.raises(UserError) as told:
        command_line(text, known)
    assert "«--as-of» es un momento con su zona" in told.value.text.es
    for offered in ("intake", "or now"):
        assert offered not in told.value.text.en


@pytest.mark.parametrize(
    "text",
    [
        "intake:1,intake:2",
        "intake:1,referral:3,intake:1",
        "intake/0:1,intake:5",
        "intake:5,intake/0:1",
        "intake/0:1,intake/0:1",
        "intake/00:5",
        "intake/0:1,intake/00:5",
    ],
)
def test_positions_that_say_two_things_of_one_log_are_refused(text: str) -> None:
    for read in (axes_of, axes_written):
        with pytest.raises(Refused) as refused:
            read(None, text)
        assert refused.value.refusal == PositionsUnclear(field="as_known")
    with pytest.raises(UserError, match="--as-known"):
        command_line(None, text)


def test_a_partition_that_there_is_not_is_refused() -> None:
    axes = Axes(as_known={"intake/0": 3, "referral/2": 1})
    axes.require(3)
    with pytest.raises(Refused, match="positions-unclear"):
        axes.require(2)
    NOW.require(1)
    Axes(NOON, {"intake": 3}).require(1)


def test_a_program_writes_moments_with_their_offset() -> None:
    with pytest.raises(Refused, match="not-a-day-or-moment"):
        axes_of("2026-01-01T00:00", None)
    with pytest.raises(Refused, match="not-a-moment"):
        axes_of(None, "2026-01-01T00:00")
    midnight = datetime(2026, 1, 1, tzinfo=UTC)
    assert axes_of(NOON.isoformat(), "2026-01-01T00:00Z") == Axes(NOON, midnight)


def test_a_day_is_read_alike_from_programs_and_people() -> None:
    assert axes_of("2026-05-04", "2026-05-04") == axes_written("2026-05-04", "2026-05-04")
    assert axes_of(" 2026-05-04 ", None) == axes_written("2026-05-04", None)
    assert command_line("2026-05-04", None) == axes_written("2026-05-04", None)


def test_a_day_ends_on_the_clock_of_the_case() -> None:
    history = imported()
    evening = next(each for each in history.facts if each.happened_at.utcoffset())
    day = evening.happened_at.date().isoformat()
    as_of = told(history, axes_of(day, "now")).as_of
    assert as_of is not None
    assert (as_of.utcoffset(), as_of.date().isoformat()) == (evening.happened_at.utcoffset(), day)


def test_a_moment_without_an_offset_is_read_on_the_wall_clock_there() -> None:
    there = timezone(timedelta(hours=-7))
    moment = moment_of("2026-05-04T12:00", "as_of")
    assert Axes(moment, moment).on(there) == Axes(*[moment.replace(tzinfo=there)] * 2)
    assert Axes(moment).on(None) == Axes(moment.replace(tzinfo=UTC))
    assert Axes(NOON, {"intake": 3}).on(there) == Axes(NOON, {"intake": 3})


def test_a_day_counts_to_its_end() -> None:
    end = datetime(2026, 5, 4, 23, 59, 59, 999_999)  # noqa: DTZ001 - of a clock yet to be found
    assert moment_of("2026-05-04", "as_of") == moment_of("20260504", "as_of") == end


@pytest.mark.parametrize("written", ["2026-W10-1", "2026W101", "2026-03-02"])
def test_a_day_may_be_written_by_its_week(written: str) -> None:
    end = datetime(2026, 3, 2, 23, 59, 59, 999_999)  # noqa: DTZ001 - of a clock yet to be found
    assert moment_of(written, "as_of") == end


@pytest.mark.parametrize("written", ["2026-W10-1T09:30:00-07:00", "2026W101T0930-0700"])
def test_a_moment_of_a_week_is_that_moment(written: str) -> None:
    assert moment_of(written, "as_of") == datetime.fromisoformat("2026-03-02T09:30:00-07:00")


# --- what is said beside it ---------------------------------------------------------------------


def test_an_empty_history_says_since_when_there_is_one() -> None:
    (hint,) = notices_of(window_of(imported(), Axes(as_known=NOON - LATER)), only_as_of=False)
    assert "happened on 2011-03-08 00:00-06:00" in hint.en
    assert "recorded on 2026-11-20 10:00-06:00" in hint.en
    assert not notices_of(window_of(imported()), only_as_of=False)


def test_as_of_alone_says_that_it_has_another_meaning_now() -> None:
    (notice,) = notices_of(window_of(imported(), Axes(as_of=NOON)), only_as_of=True)
    assert "as_known" in notice.es
