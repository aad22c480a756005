"""Where a list goes on: its last row's moment and id, as a cursor that a caller hands back."""

from datetime import datetime
from uuid import UUID

from shared.kernel.refusals import Refused
from shared.web.paging import CursorNotOurs, cursor_of, keys_of

After = tuple[datetime, UUID]
"""The last row's moment and id."""


def after_of(cursor: str | None) -> After | None:
    """Read a cursor; None: the first page. Raises Refused (CursorNotOurs)."""
    keys = keys_of(cursor, 2)
    if keys is None:
        return None
    try:
        at, identity = datetime.fromisoformat(keys[0]), UUID(keys[1])
    except ValueError:
        at, identity = None, None
    if at is None or identity is None or at.tzinfo is None:
        raise Refused(CursorNotOurs(field="cursor"))
    return at, identity


def cursor_after(after: After) -> str:
    """Write the cursor that goes on after a row."""
    at, identity = after
    return cursor_of(at.isoformat(), str(identity))
