"""Cursors of lists: the moment or day and id of a page's last row, as one text for the caller."""

from datetime import date, datetime
from uuid import UUID

from shared.identity.sealed_numbers import opened
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import Refused
from shared.web.paging import CursorNotOurs, cursor_of, keys_of

After = tuple[datetime, UUID]
"""The last row's moment and id."""
AfterDay = tuple[date, UUID]
"""The last row's day and id."""


def after_of(cursor: str | None) -> After | None:
    """Read a cursor; None: the first page. Raises Refused (CursorNotOurs)."""
    keys = keys_of(cursor, 2)
    if keys is None:
        return None
    try:
        at, row_id = datetime.fromisoformat(keys[0]), UUID(keys[1])
    except ValueError:
        at, row_id = None, None
    if at is None or row_id is None or at.tzinfo is None:
        raise Refused(CursorNotOurs(field="cursor"))
    return at, row_id


def cursor_after(after: After) -> str:
    """Write the cursor that goes on after a row."""
    at, row_id = after
    return cursor_of(at.isoformat(), str(row_id))


def after_day_of(cursor: str | None) -> AfterDay | None:
    """Read a cursor of a list by days; None: the first page. Raises Refused (CursorNotOurs)."""
    keys = keys_of(cursor, 2)
    if keys is None:
        return None
    try:
        return date.fromisoformat(keys[0]), UUID(keys[1])
    except ValueError:
        raise Refused(CursorNotOurs(field="cursor")) from None


def cursor_after_day(after: AfterDay) -> str:
    """Write the cursor that goes on after a row of a list by days."""
    day, row_id = after
    return cursor_of(day.isoformat(), str(row_id))


def sealed_number_of(secret: InstallationSecret, cursor: str | None) -> int | None:
    """Read a cursor that is one sealed number; None: the first page. Raises Refused, as above."""
    if cursor is None:
        return None
    try:
        return opened(secret, cursor)
    except ValueError:
        raise Refused(CursorNotOurs(field="cursor")) from None
