"""What referral has heard of an override of consent: what may be disclosed without one, how long.

Only overrides that a second person confirmed are heard of; each has a stream of its own.
"""

from datetime import datetime
from functools import lru_cache
from typing import ClassVar
from uuid import UUID

from shared.kernel.consenting.allowing import Allowed
from shared.kernel.consenting.covering import Disclosure
from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.text import Text
from shared.kernel.value import Value


@lru_cache(maxsize=256)
def stream_of(override_id: UUID) -> UUID:
    """Return the id of the stream of what was heard of an override."""
    return derived_id("heard-override", str(override_id))


class HearOverride(Command, kw_only=True):
    """A second person confirmed it (a reaction). Fields: as in the fact."""

    title: ClassVar[Text] = Text("Saber de una dispensa", "Hear of an override")

    override_id: UUID
    case_id: UUID
    recipient: str
    purpose: str
    services: tuple[str, ...]
    categories: tuple[str, ...]
    until: datetime


class OverrideHeard(Value):
    """Until ``until`` these data of the case may go to this recipient, for this purpose.

    services: kinds of services; empty: any.
    """

    override_id: UUID
    case_id: UUID
    recipient: str
    purpose: str
    services: tuple[str, ...]
    categories: tuple[str, ...]
    until: datetime


FACTS = stored_names(OverrideHeard)

HeardOverride = OverrideHeard | None
"""None: nothing was heard of such an override."""


def allowed(override: HeardOverride, case_id: UUID | None) -> Allowed | None:
    """Return what it allows in a case; None: nothing, or it is of another case."""
    if override is None or override.case_id != case_id:
        return None
    return Allowed(
        Disclosure(
            recipient=override.recipient,
            kind=None,
            purpose=override.purpose,
            services=override.services,
            categories=override.categories,
        ),
        override.until,
    )


def decide(command: HearOverride, heard: HeardOverride) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    if refusal := reaction_only(command):
        return refusal
    if heard is not None:
        return ()
    return (
        OverrideHeard(
            override_id=command.override_id,
            case_id=command.case_id,
            recipient=command.recipient,
            purpose=command.purpose,
            services=command.services,
            categories=command.categories,
            until=command.until,
        ),
    )


def evolve(_: HeardOverride, fact: OverrideHeard) -> OverrideHeard:
    """Return the state after a fact."""
    return fact


DECIDER: Decider[HeardOverride] = Decider(nothing=None, decide=decide, evolve=evolve)
