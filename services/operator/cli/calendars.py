"""``canaliza calendar``: the holidays by which clocks are counted."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operator.cli.carrying_out import carry_out, referral_of
from services.operator.cli.coded_options import coded, day
from services.operator.cli.language import example, language, say
from services.operator.cli.output import (
    aside,
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from shared.kernel.refusals import Refused
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from datetime import date

    from services.referral.calendar_api import CalendarOut
    from services.referral.public_holidays import AddHoliday, RemoveHoliday, Said

_ADDED = Text("agregado: los plazos que corren ahí se mueven", "added: the clocks there move")
_REMOVED = Text("quitado: los plazos que corren ahí se mueven", "removed: the clocks there move")
_ADDED_BY_A_STEWARD = Text("Agregado por quien opera", "Added by a steward")


def _where() -> Any:
    """Return the argument that names a place, with its help in the language in use."""
    return typer.Argument(
        metavar=say(Text("LUGAR", "PLACE")),
        help=say(
            Text(
                "Un país (MX) o una entidad (MX-CHH, Chihuahua).",
                "A country (MX) or a subdivision (MX-CHH, Chihuahua).",
            )
        ),
    )


def register(app: typer.Typer) -> None:
    """Add the group, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Días inhábiles por lugar: cómo se cuentan los plazos.",
                "Holidays by place: how clocks are counted.",
            )
        ),
        epilog=example("canaliza calendar show MX-CHH"),
    )
    _register_show(group)
    _register_check(group)
    _register_changes(group)
    app.add_typer(group, name="calendar")


def _register_show(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Muestra los días inhábiles de un año en un país o una entidad.",
                "Shows the holidays of a year in a country or a subdivision.",
            )
        ),
        epilog=example("canaliza calendar show MX-CHH --year 2027", "canaliza calendar show GT"),
    )
    def show(
        place: Annotated[str, _where()],
        year: Annotated[
            int | None,
            typer.Option(
                min=1950,
                max=2100,
                help=say(Text("Qué año; sin él: el que corre.", "Which year; else this one.")),
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.calendar_api import calendar_shown

        where = _resolved(place)
        try:
            shown = calendar_shown(_stated(data), where, year)
        except Refused as refused:
            raise UserError(refused.refusal.full_text, 2) from None
        if as_json:
            print_json(shown.model_dump(mode="json"))
        else:
            _print(shown)


def _stated(data: Path | None) -> "Said":
    """Return what the installation's stewards have said; nothing where none is named or found."""
    from services.installation import NoInstallation
    from services.referral.calendar_api import said_so_far

    try:
        with referral_of(data, must_exist=True) as referral:
            return said_so_far(referral.log)
    except NoInstallation:
        if data is not None:
            raise
        aside(
            Text(
                "Aquí no hay ninguna instalación: solo lo que trae el producto.",
                "There is no installation here: only what comes with the product.",
            )
        )
        return ()


def _register_check(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Comprueba los calendarios que trae el producto, o un archivo propio antes de"
                " ponerlo; si algo está mal, lo dice con su línea y termina con 1.",
                "Checks the calendars that come with the product, or a file of yours before it is"
                " put there; if something is wrong, says so with its line and ends with 1.",
            )
        ),
        epilog=example(
            "canaliza calendar check", "canaliza calendar check deploy/calendars/MX.yaml"
        ),
    )
    def check(
        file: Annotated[
            str | None,
            typer.Argument(
                metavar=say(Text("ARCHIVO", "FILE")),
                help=say(Text("Sin él: todos los que hay.", "Without it: all there are.")),
            ),
        ] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from shared.timers.calendars import FILES

        read = [FILES.load(each) for each in ([file] if file else FILES.names())]
        if as_json:
            found = [
                {"country": each.country, "version": each.version, "holidays": len(each.holidays)}
                for each in read
            ]
            print_json({"calendars": found})
            return
        told = Text(
            "{country}: edición {version}, {count} días propios.",
            "{country}: version {version}, {count} days of its own.",
        )
        for each in read:
            count = len(each.holidays)
            print_line(say(told.filled(country=each.country, version=each.version, count=count)))


def _register_changes(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Agrega un día inhábil que el calendario no trae: los plazos que corren ahí se"
                " mueven.",
                "Adds a holiday that the calendar does not bring: the clocks that run there move.",
            )
        ),
        epilog=example("canaliza calendar add MX-CHH --on 2027-06-07 --reason decree"),
    )
    def add(
        place: Annotated[str, _where()],
        on: Annotated[datetime, day(Text("Qué día.", "Which day."))],
        reason: Annotated[str, coded("holiday_reasons", Text("El motivo.", "Why."))],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.public_holidays import AddHoliday

        _change(AddHoliday, place, on.date(), reason, _ADDED, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Quita un día inhábil: los plazos que corren ahí lo cuentan.",
                "Removes a holiday: the clocks that run there count it.",
            )
        ),
        epilog=example("canaliza calendar remove MX-CHH --on 2027-06-07 --reason not-observed"),
    )
    def remove(
        place: Annotated[str, _where()],
        on: Annotated[datetime, day(Text("Qué día.", "Which day."))],
        reason: Annotated[str, coded("holiday_reasons", Text("El motivo.", "Why."))],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.public_holidays import RemoveHoliday

        _change(RemoveHoliday, place, on.date(), reason, _REMOVED, data, as_json=as_json)


def _change(
    kind: "type[AddHoliday | RemoveHoliday]",
    place: str,
    on: "date",
    reason: str,
    done: Text,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    from services.operator.cli.access import OPERATOR
    from services.referral import public_holidays as holidays
    from shared.kernel.clock import now

    where = _resolved(place)
    carry_out(
        holidays.DECIDER,
        lambda _: holidays.STREAM,
        holidays.about(where),
        kind(by=OPERATOR, at=now(), place=where, day=on, reason=reason),
        done,
        data,
        as_json=as_json,
        field="calendar",
    )


def _resolved(place: str) -> str:
    """Return the code of a country or a subdivision. Raises UserError with what is close."""
    from services.referral.public_holidays import is_place
    from shared.kernel.places import resolve_subdivision

    if is_place(place.upper()):
        return place.upper()
    try:
        return resolve_subdivision(place)
    except Refused as refused:
        raise UserError(refused.refusal.full_text, 2) from None


def _print(shown: "CalendarOut") -> None:
    from shared.timers.calendars import holidays_of

    official = holidays_of(shown.place, shown.year)

    def name(on: "date") -> str:
        return official[on].en if language() == "en" else official[on].es

    rows = [
        (
            each.day.isoformat(),
            say(_ADDED_BY_A_STEWARD) if each.added else name(each.day),
        )
        for each in shown.holidays
    ]
    print_table([say(Text("día", "day")), say(Text("qué", "what"))], rows)
    aside(
        Text(
            "{place}, {year}: edición {edition}; sábados y domingos tampoco cuentan.",
            "{place}, {year}: edition {edition}; Saturdays and Sundays do not count either.",
        ).filled(place=shown.place, year=shown.year, edition=shown.edition)
    )
