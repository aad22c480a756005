"""Cursors of lists: the moment and id of a page's last row, as one text for the caller."""

from datetime import datetime
from uuid import UUID

from shared.kernel.refusals import Refused
from shared.web.paging import CursorNotOurs, cursor_of, keys_of

_DIGITS = 18
After = tuple[datetime, UUID]
"""The last row's moment and id."""


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


def number_of(cursor: str | None) -> int | None:
    """Read a cursor that holds one number; None: the first page. Raises Refused, as above."""
    keys = keys_of(cursor, 1)
    if keys is None:
        return None
    if not (keys[0].isascii() and keys[0].isdigit() and len(keys[0]) <= _DIGITS):
        raise Refused(CursorNotOurs(field="cursor"))
    return int(keys[0])
