"""The statuses of a life, as code lists, and what follows from each.

Rules, SQL, pages and scope all read them here, so that a status means the same to each of them.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from shared.kernel.codes import Code, code, codes, known
from shared.kernel.text import Text
from shared.kernel.value import Value

REFERRAL_STATUSES = "referral_statuses"
"""The list of a referral's statuses."""
FOLLOW_UP_STATUSES = "follow_up_statuses"
"""The list of a follow-up's statuses."""
SIGHTS = "sights"
"""The list of what an institution may see of a case; see ``shared.kernel.sight``."""
_RELATIONS = "relations"


class Status(Value):
    """One status of a life.

    list_name: the code list that it is in. open: an answer, or work, is still to come.
    addressee_sees: of a referral's, what its addressee sees of the case by it, of the list
    ``sights``; None of a follow-up's. turn: whose turn it is, of the list ``relations``; None if
    nobody's. clock: the time limit that runs; None if none does. followed: of a referral's, whether
    its follow-up may say what the status is, which referral has not heard: an old history has
    follow-ups that were put on hold before referral listened. referral_status: of a follow-up's,
    what it then says; None if the status stays as referral has it.
    """

    list_name: str
    code: str
    label: Text
    open: bool
    addressee_sees: str | None
    turn: str | None
    clock: str | None
    followed: bool
    referral_status: str | None


class StatusError(ValueError):
    """A status list lacks a code, or one has a missing or wrong attribute. Raised at import."""


@cache
def statuses(list_name: str) -> Mapping[str, Status]:
    """Read the statuses of a life by code, in their list's order.

    Raises StatusError and UnknownList.
    """
    entries = codes(list_name).values()
    return MappingProxyType({entry.code: status_of(list_name, entry) for entry in entries})


def status_in(list_name: str, code: str) -> Status:
    """Return one status of a list. Raises StatusError, which names both, if it is not there."""
    found = statuses(list_name).get(code)
    if found is None:
        raise StatusError(f"{list_name}: there is no status {code!r}")
    return found


@cache
def open_statuses(list_name: str) -> frozenset[str]:
    """Return the codes of the open statuses."""
    return frozenset(code for code, status in statuses(list_name).items() if status.open)


def relation(name: str) -> Text:
    """Return the label of a relation of an institution to a case. Raises UnknownCode."""
    found = code(_RELATIONS, name)
    return Text(found.es, found.en)


def status_of(list_name: str, entry: Code) -> Status:
    """Read one status from its list's entry. Raises StatusError."""
    extra = entry.extra
    opened, sees = extra.get("open"), extra.get("addressee_sees", "")
    turn, clock = extra.get("turn", ""), extra.get("clock", "")
    if not isinstance(opened, bool):
        raise StatusError(f"{list_name}.{entry.code}: open is true or false")
    if not (sees is None or (isinstance(sees, str) and known(SIGHTS, sees))):
        raise StatusError(f"{list_name}.{entry.code}: addressee_sees is null or of {SIGHTS}")
    if not (turn is None or (isinstance(turn, str) and known(_RELATIONS, turn))):
        raise StatusError(f"{list_name}.{entry.code}: turn is null or of the list {_RELATIONS}")
    if not (clock is None or (isinstance(clock, str) and clock)):
        raise StatusError(f"{list_name}.{entry.code}: clock is null or a code")
    referral = extra.get("referral_status")
    if not (referral is None or (isinstance(referral, str) and known(REFERRAL_STATUSES, referral))):
        raise StatusError(f"{list_name}.{entry.code}: referral_status is null or a referral's")
    label = Text(entry.es, entry.en)
    followed = extra.get("followed", False)
    if not isinstance(followed, bool):
        raise StatusError(f"{list_name}.{entry.code}: followed is true or false")
    return Status(list_name, entry.code, label, opened, sees, turn, clock, followed, referral)
