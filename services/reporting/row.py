"""What a row of a table is, and which of its columns move with its status. ``batch`` says how."""

from typing import Annotated, ClassVar, TypeVar

import msgspec

WITH_STATUS = "moves with the status"
T = TypeVar("T")
WithStatus = Annotated[T | None, WITH_STATUS]
"""A column that is replaced together with the status, by None too."""


class Row(msgspec.Struct):
    """A row of a table.

    key: the columns of the table's primary key. status_list: the code list of its status, if it has
    one; a field named as one of the list's attributes (``addressee_sees``, ``open``) holds that
    attribute of the status, as of when the fact was folded. once: whether only one fact leads to
    the row.
    """

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    status_list: ClassVar[str | None] = None
