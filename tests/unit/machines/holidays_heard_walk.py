"""A walk over the holidays that followup hears of: each word is noted once."""

from datetime import date
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.followup import holidays
from shared.eventstore.codec import Vocabulary
from tests.personas import ADMINISTRATOR, OFFICE, SYSTEM
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk

_DAYS = [date(2026, 5, 13), date(2026, 9, 16)]


class HolidaysHeardWalk(Walk):
    """What days are holidays, by the words that were heard, each of which was said once."""

    service = "followup"
    decider = holidays.DECIDER
    vocabulary = Vocabulary(holidays.FACTS)
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([SYSTEM, SYSTEM, OFFICE, ADMINISTRATOR]),
        "place": st.sampled_from(["MX", "MX-CHH", "GT-01"]),
        "day": st.sampled_from(_DAYS),
        "is_holiday": st.booleans(),
        "version": st.integers(1, 60),
    }

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[tuple[int, str], tuple[date, bool]] = {}

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by == SYSTEM, "not a reaction"
        said = fact.version, fact.place
        assert said == (command.version, command.place), "something else was heard"
        assert said not in self.words, "heard twice"
        assert (fact.day, fact.is_holiday) == (command.day, command.is_holiday), "another word"
        self.words[said] = (fact.day, fact.is_holiday)

    @override
    def agrees(self) -> None:
        assert len(self.state) == len(self.words), "a word is lost"
        last: dict[date, bool] = {}
        for version, place in sorted(self.words, key=lambda said: said[0]):
            day, is_holiday = self.words[version, place]
            assert [f for f in self.state if (f.version, f.place) == (version, place)]
            last |= {day: is_holiday} if place == "GT-01" else {}
        calendar = holidays.calendar_of("GT-01", self.state)
        for day, is_holiday in last.items():
            assert calendar.holiday(day) == is_holiday, "another day is free"
