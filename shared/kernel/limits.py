"""What can be kept: the moments, days, amounts, numbers and texts that every store here takes.

One home of these limits: requests, commands and published messages are judged by them. What is
beyond one is refused before it is recorded, and parked where a stranger sent it; so nothing that
was accepted is too much for whoever reads it.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any, ClassVar, NamedTuple, get_args, get_origin

from shared.kernel.fields import Coded, Described, bare_type, members, note_of
from shared.kernel.refusals import Invalid
from shared.kernel.text import Text
from shared.kernel.value import Struct, Value, hints_of

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""Nothing recorded here happened before; and a moment near year 1 cannot be converted to UTC."""
END = datetime(9999, 1, 1, tzinfo=UTC)
"""Every moment is before: in the year 9999 another time zone may lead out of the calendar."""
WEST, EAST = timedelta(hours=-12), timedelta(hours=14)
"""The offsets of all wall clocks; PostgreSQL takes none from 16 hours on."""
WHOLE_DIGITS, DECIMALS = 15, 4
LIMIT = Decimal(10) ** WHOLE_DIGITS
"""Every amount is below, and zero or more."""
LONGEST_TEXT = 200
"""Characters of a text: three of them, with four bytes each, still go into one index."""
_INTEGERS = range(-(2**63), 2**63)
_MOMENT = Text(
    "un momento desde 1900 y antes del año 9999", "a moment from 1900 on, before the year 9999"
)


class Limit(Value):
    """A limit of a value. expected: what is within it.

    kept: whether storage takes what is beyond it, so that a fact recorded before is still read.
    """

    expected: Text
    kept: bool = False


OFFSETS = Limit(
    Text("una hora con zona entre -12:00 y +14:00", "an offset between -12:00 and +14:00"),
    kept=True,
)
MOMENTS = Limit(_MOMENT)
DAYS = Limit(Text("un día desde 1900", "a day from 1900 on"), kept=True)
AMOUNTS = Limit(
    Text(
        f"un importe de cero o más, a lo más {WHOLE_DIGITS} cifras enteras y {DECIMALS} decimales",
        f"an amount of zero or more, at most {WHOLE_DIGITS} digits before the point and"
        f" {DECIMALS} after it",
    )
)
NUMBERS = Limit(Text("un entero de 64 bits", "an integer of 64 bits"))
TEXTS = Limit(
    Text(
        f"un texto de a lo más {LONGEST_TEXT} caracteres",
        f"a text of at most {LONGEST_TEXT} characters",
    ),
    kept=True,
)
ZEROS = Limit(Text("un texto sin el carácter cero", "a text without the character zero"))


class MostOf(Limit):
    """How many characters, or entries, a field takes by its own declaration."""

    most: int = 0


@cache
def characters_at_most(most: int) -> MostOf:
    """Return the limit of a text whose field declares its length."""
    expected = Text(
        f"un texto de a lo más {most} caracteres", f"a text of at most {most} characters"
    )
    return MostOf(expected, kept=True, most=most)


@cache
def entries_at_most(most: int) -> MostOf:
    """Return the limit of a list whose field declares how many entries it takes."""
    return MostOf(
        Text(f"una lista de a lo más {most}", f"a list of at most {most}"), kept=True, most=most
    )


class BeyondLimits(Invalid):
    """A field holds what no store here keeps. The value is not repeated."""

    expected: Text
    code: ClassVar[str] = "beyond-limits"
    text: ClassVar[Text] = Text(
        "«{field}» lleva un valor que no se puede guardar: se espera {expected}.",
        "“{field}” holds a value that cannot be kept: expected is {expected}.",
    )


class Beyond(NamedTuple):
    """Where a value is beyond a limit. path: the field's, with a dot before a nested one."""

    path: str
    limit: Limit

    @property
    def refusal(self) -> BeyondLimits:
        """The answer to a command that holds the value."""
        return BeyondLimits(field=self.path, expected=self.limit.expected)


def can_be_stored(moment: datetime) -> bool:
    """Whether a moment with an offset is within ``MOMENTS``, whatever its offset is."""
    surely = EARLIEST.year < moment.year < END.year - 1  # comparing two moments costs more
    return surely or EARLIEST <= moment < END


def of_moment(moment: datetime) -> Limit | None:
    """Return the limit that a moment is beyond. One without an offset is judged elsewhere."""
    offset = moment.utcoffset()
    if offset is None:
        return None
    if not can_be_stored(moment):
        return MOMENTS
    return None if WEST <= offset <= EAST else OFFSETS


def of_amount(amount: Decimal) -> Limit | None:
    """Return the limit that an amount is beyond."""
    if not amount.is_finite() or not 0 <= amount < LIMIT:
        return AMOUNTS
    exponent = amount.as_tuple().exponent
    return AMOUNTS if isinstance(exponent, int) and -exponent > DECIMALS else None


def of_text(text: str) -> Limit | None:
    """Return the limit that a text is beyond."""
    if "\0" in text:
        return ZEROS
    return TEXTS if len(text) > LONGEST_TEXT else None


def beyond(value: Struct, *, recorded: bool = False) -> Beyond | None:
    """Find the first field that is beyond a limit, also in nested values.

    Codes are left to their lists. A text or a list is judged by the length that its field declares,
    if it does, whoever gives the command.
    recorded: whether the value is of a fact on a log, to which only the limits of storage apply;
    its texts are not looked at, because a character zero is found sooner in its bytes.
    """
    for name, many, check in _checks(type(value), recorded):
        held = getattr(value, name)
        if held is None:
            continue
        for each in held if many else (held,):
            found = check(each)
            if found is None:
                continue
            path, limit = found if isinstance(found, Beyond) else ("", found)
            if not (recorded and limit.kept):
                return Beyond(f"{name}.{path}" if path else name, limit)
    return None


_Check = Callable[[Any], "Limit | Beyond | None"]


def _of_day(day: date) -> Limit | None:
    return DAYS if day < EARLIEST.date() else None


def _of_number(number: int) -> Limit | None:
    return None if number in _INTEGERS else NUMBERS


_OF_RECORDED: dict[Any, _Check] = {
    datetime: of_moment,
    date: _of_day,
    Decimal: of_amount,
    int: _of_number,
}
_OF: dict[Any, _Check] = {**_OF_RECORDED, str: of_text}


@cache
def _checks(kind: type[Struct], recorded: bool) -> tuple[tuple[str, bool, _Check], ...]:  # noqa: FBT001 - a key of the cache
    """Return the fields of a struct that can be beyond a limit, whether many, and how to tell."""
    return tuple(_found(kind, recorded=recorded))


def _found(kind: type[Struct], *, recorded: bool) -> Iterator[tuple[str, bool, _Check]]:
    for name, hint in hints_of(kind).items():
        most = None if recorded else _most_of(hint)
        for entry in members(bare_type(hint)):
            many = get_origin(entry) is tuple
            if many and most:
                yield name, False, partial(_of_length, entries_at_most(most))
            if note_of(hint, Coded):
                continue
            (single, *_) = get_args(entry) if many else (entry,)
            declared = most if single is str and not many else None
            check = _of_declared(declared) if declared else _check_of(single, recorded=recorded)
            if check is not None:
                yield name, many, check


def _most_of(hint: Any) -> int | None:
    """Return how many characters or entries a field declares to take, None if it does not."""
    described = note_of(hint, Described)
    return described.most if described else None


def _of_length(limit: "MostOf", held: Any) -> Limit | None:
    return limit if len(held) > limit.most else None


def _of_declared(most: int) -> _Check:
    """Return how a text is judged by the length that its field declares."""
    limit = characters_at_most(most)

    def check(text: str) -> Limit | None:
        return ZEROS if "\0" in text else _of_length(limit, text)

    return check


def _check_of(kind: Any, *, recorded: bool) -> _Check | None:
    if isinstance(kind, type) and issubclass(kind, Struct):
        return partial(beyond, recorded=recorded) if _checks(kind, recorded) else None
    return (_OF_RECORDED if recorded else _OF).get(kind)
