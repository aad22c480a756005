"""Lists in pages.

A page starts at a cursor that the caller hands back, never at an offset, so it does not shift while
others write.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from shared.kernel.refusals import Invalid, Refused
from shared.kernel.text import Text

T = TypeVar("T")
Limit = Annotated[
    int, Query(ge=1, le=500, description=Text("Cuántos a lo más.", "How many at the most.").both)
]
Cursor = Annotated[
    str | None,
    Query(
        max_length=200,
        description=Text(
            "El `next` de la página anterior; si falta: la primera página.",
            "`next` of the page before; left out: the first page.",
        ).both,
    ),
]


class CursorNotOurs(Invalid):
    """The cursor was not handed out here."""

    code: ClassVar[str] = "cursor-not-ours"
    text: ClassVar[Text] = Text(
        "Ese cursor no es de esta lista. Empiece sin «cursor» y siga con el «next» de cada página.",
        "That cursor is not of this list. Start without “cursor” and go on with each page's "
        "“next”.",
    )


class Page(BaseModel, Generic[T]):
    """Some of a list."""

    items: list[T]
    next: str | None = Field(
        None,
        description=Text(
            "El cursor de la página siguiente; null en la última.",
            "The cursor of the next page; null on the last.",
        ).both,
    )


def page_up_to(rows: Sequence[T], limit: int, after: Callable[[T], str]) -> Page[T]:
    """Return a page without the extra row, which only shows whether there is a next page.

    after: gives the cursor that goes on after a row.
    """
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return Page(items=shown, next=None)
    return Page(items=shown, next=after(shown[-1]))


def cursor_of(*keys: str) -> str:
    """Encode the sort keys of the last item of a page as a cursor."""
    return base64.urlsafe_b64encode("\x1f".join(keys).encode()).decode().rstrip("=")


def keys_of(cursor: str | None, count: int) -> Sequence[str] | None:
    """Return the sort keys after which to go on, or None for the first page.

    Refused unless the cursor holds ``count`` of them.
    """
    if cursor is None:
        return None
    try:
        keys = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("\x1f")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        keys = []
    if len(keys) != count or any("\0" in key for key in keys):  # PostgreSQL has no such text
        raise Refused(CursorNotOurs(field="cursor"))
    return keys
