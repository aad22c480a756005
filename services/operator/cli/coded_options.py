"""Options that take codes: each is looked up in its list before anything is connected."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import typer

from services.operator.cli.language import say
from shared.kernel.text import Text, UserError

_DAY = Text("AAAA-MM-DD", "YYYY-MM-DD")


def coded(list_name: str, text: Text, *names: str) -> Any:
    """Return an option whose values are codes of a list. names: its own, if not the parameter's."""
    told = Text(f"{text.es} De {list_name}.", f"{text.en} Of {list_name}.")
    return typer.Option(*names, help=say(told), callback=known_in(list_name))


def day(text: Text, *names: str) -> Any:
    """Return an option that takes a day, such as 2026-05-04. names: its own, if any."""
    return typer.Option(*names, formats=["%Y-%m-%d"], metavar=say(_DAY), help=say(text))


def date_of(given: datetime | None) -> date | None:
    """Return the day of what such an option was given, None if nothing was."""
    return None if given is None else given.date()


def known_in(list_name: str) -> Callable[[typer.CallbackParam, Any], Any]:
    """Make what refuses a value that its list does not have, with what is near."""

    def known(param: typer.CallbackParam, value: Any) -> Any:
        from shared.kernel.coded_fields import not_known

        for each in value if isinstance(value, list | tuple) else (value,):
            if refusal := not_known(param.opts[0], list_name, each):
                raise UserError(refusal.full_text, 2)
        return value

    return known
