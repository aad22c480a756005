"""An override: data go to one institution without a consent that covers it, because somebody must.

One person asks for it, a second one in another role confirms it or does not, and whoever is to be
told is told. It has a stream of its own, because there may be no consent at all.
"""

from datetime import datetime
from typing import ClassVar, assert_never
from uuid import UUID

from shared.kernel.consenting.allowing import Allowed
from shared.kernel.consenting.covering import Disclosure
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value, replace


def stream_of(override_id: UUID) -> UUID:
    """Return the id of an override's own stream."""
    return derived_id("consent-override", str(override_id))


# --- facts ----------------------------------------------------------------------------------


class ConsentOverrideRequested(Value):
    """Somebody asks that data go to an institution although no consent covers it.

    ground: of ``consent_override_grounds``. basis: the entry of the register of norms that allows
    it. notify: who is to be told, of ``consent_notified``. subject, role: whoever asks; another one
    confirms, before ``confirm_by``. Not published: nothing follows from it yet.
    """

    override_id: UUID
    case_id: UUID
    institution: str
    disclosure: Disclosure
    ground: str
    basis: str
    notify: tuple[str, ...]
    subject: str
    role: str
    confirm_by: datetime
    case_version: int


class ConsentOverrideConfirmed(Value):
    """A second person confirmed it: until ``until`` a disclosure may lean on it.

    notify_by: the moment by which all that ``notify`` names are to be told. Published, with what
    was asked, so that whoever discloses can lean on it; but for who the two persons are.
    """

    override_id: UUID
    institution: str
    disclosure: Disclosure
    ground: str
    basis: str
    notify: tuple[str, ...]
    subject: str
    role: str
    until: datetime
    notify_by: datetime


class ConsentOverrideRejected(Value):
    """A second person did not confirm it. reason: of ``consent_override_rejections``.

    Not published.
    """

    override_id: UUID
    subject: str
    role: str
    reason: str


class ConsentOverrideNotified(Value):
    """One of those who are to be told was told. Published, so that what is owed can be counted."""

    override_id: UUID
    notified: str


OverrideAnswer = ConsentOverrideConfirmed | ConsentOverrideRejected | ConsentOverrideNotified
OverrideFact = ConsentOverrideRequested | OverrideAnswer

FACTS = stored_names(OverrideFact)

# --- states ---------------------------------------------------------------------------------


class NotRequested(Value):
    """There is no such override."""


# status: of the list ``consent_override_statuses``


class Requested(Value):
    """It waits for a second person."""

    request: ConsentOverrideRequested
    status: ClassVar[str] = "requested"


class Confirmed(Value):
    """A disclosure may lean on it for a time. told: who was told."""

    request: ConsentOverrideRequested
    until: datetime
    notify_by: datetime
    told: frozenset[str] = frozenset()
    status: ClassVar[str] = "confirmed"

    @property
    def to_tell(self) -> tuple[str, ...]:
        """Who has not been told yet."""
        return tuple(each for each in self.request.notify if each not in self.told)


class Rejected(Value):
    """A second person did not confirm it."""

    request: ConsentOverrideRequested
    status: ClassVar[str] = "rejected"


Override = NotRequested | Requested | Confirmed | Rejected


def allowed(override: Override) -> Allowed | None:
    """Return what may lean on an override; None: nothing, as nobody confirmed it."""
    if not isinstance(override, Confirmed):
        return None
    return Allowed(override.request.disclosure, override.until)


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Override, fact: OverrideFact) -> Override:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, ConsentOverrideRequested):
        return Requested(fact)
    return state if isinstance(state, NotRequested) else _answered(state, fact)


def _answered(state: Requested | Confirmed | Rejected, fact: OverrideAnswer) -> Override:
    match fact:
        case ConsentOverrideConfirmed(until=until, notify_by=notify_by):
            return Confirmed(state.request, until, notify_by)
        case ConsentOverrideRejected():
            return Rejected(state.request)
        case ConsentOverrideNotified(notified=notified):
            if not isinstance(state, Confirmed):
                return state
            return replace(state, told=state.told | {notified})
        case _:
            assert_never(fact)
