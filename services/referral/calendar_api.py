"""Calendars over HTTP: which days are holidays where, and adding or taking one away."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from services.referral import public_holidays as holidays
from shared.eventstore.log import Log
from shared.kernel.clock import now
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Refused
from shared.kernel.roles import STEWARD
from shared.kernel.text import Text
from shared.timers.calendars import FIRST_YEAR, LAST_YEAR, edition_of, holidays_of
from shared.web.command_request import Subject, etag
from shared.web.command_routes import CommandRoutes
from shared.web.identity import Identified
from shared.web.openapi import described

CALENDARS = Text("días inhábiles", "holidays")
_PLACE = "/calendars/{place}"
Place = Annotated[str, Path(pattern=f"^{holidays.PLACE}$")]
Year = Annotated[
    int | None,
    Query(
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description=Text(
            "Qué año; si se omite: el que corre.", "Which year; left out: the current one."
        ).both,
    ),
]

router = APIRouter()


class HolidayOut(BaseModel):
    """A day on which nobody works there."""

    day: date
    name: str | None = Field(
        description=Text(
            "Su nombre en español; null: lo agregó quien opera la plataforma.",
            "Its name in Spanish; null: a steward added it.",
        ).both
    )
    added: bool = Field(
        description=Text("Si lo agregó quien opera.", "Whether a steward added it.").both
    )


class CalendarOut(BaseModel):
    """The holidays of a year in a country or a subdivision."""

    place: str
    year: int
    version: int = Field(
        description=Text(
            "Cuánto se ha dicho de días inhábiles; los plazos lo nombran. Para If-Match.",
            "How much has been said of holidays; clocks name it. For If-Match.",
        ).both
    )
    edition: str = Field(
        description=Text(
            "La edición del calendario que trae el producto.",
            "The edition of the calendar that comes with the product.",
        ).both
    )
    holidays: list[HolidayOut]


def said_so_far(log: Log) -> holidays.Said:
    """Return what stewards have said of holidays."""
    said: holidays.Said = log.read(holidays.DECIDER, holidays.STREAM).state
    return said


def calendar_shown(stated: holidays.Said, place: str, year: int | None) -> CalendarOut:
    """Return the holidays of a year, once so much was said.

    Raises Refused if there is no such place.
    """
    if not holidays.is_place(place):
        raise Refused(holidays.NoSuchPlace("place"))
    shown = day_in(None, now()).year if year is None else year
    official = holidays_of(place, shown)
    is_one = holidays.holiday_in(place, stated)
    said = {fact.day for fact in stated if fact.day.year == shown}
    days = sorted(day for day in {*official, *said} if is_one(day))
    return CalendarOut(
        place=place,
        year=shown,
        version=len(stated),
        edition=edition_of(place.partition("-")[0]),
        holidays=[
            HolidayOut(
                day=day,
                name=official[day].es if day in official else None,
                added=day not in official,
            )
            for day in days
        ],
    )


async def _of_a_place(_: Log, given: Mapping[str, Any]) -> Subject:
    return Subject(holidays.STREAM, holidays.about(given["place"]))


CommandRoutes(
    router,
    holidays.DECIDER,
    STEWARD,
    CALENDARS,
    _of_a_place,
    path={"place": Place},
).under(
    _PLACE,
    {"holidays": holidays.AddHoliday, "holidays/removal": holidays.RemoveHoliday},
)


@router.get(
    _PLACE,
    tags=[CALENDARS.both],
    **described(
        Text("Ver los días inhábiles", "See the holidays"),
        Text(
            "Muestra los días inhábiles de un año en un país o una entidad: los oficiales, los"
            " locales y los que agregó quien opera la plataforma. Sábados y domingos no se listan.",
            "Show the holidays of a year in a country or a subdivision: official ones, local ones"
            " and those that a steward added. Saturdays and Sundays are not listed.",
        ),
    ),
)
async def see_calendar(
    request: Request, response: Response, caller: Identified, place: Place, year: Year = None
) -> CalendarOut:
    """Show the holidays of a year."""
    del caller
    stated = await asyncio.to_thread(said_so_far, request.app.state.log)
    out = calendar_shown(stated, place, year)
    response.headers["ETag"] = etag(out.version)
    return out
