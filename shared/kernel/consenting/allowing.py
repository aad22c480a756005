"""Whether an override of consent allows a disclosure: what it names, for a time, and no more."""

from datetime import datetime

from shared.kernel.consenting.allowing_refusals import (
    OutsideTheOverride,
    OverrideNotConfirmed,
    OverrideOver,
)
from shared.kernel.consenting.covering import Disclosure
from shared.kernel.refusals import Refusal
from shared.kernel.value import Value


class Allowed(Value):
    """What a confirmed override allows. until: the last moment at which it may be leaned on."""

    disclosure: Disclosure
    until: datetime


def allows(override: Allowed | None, disclosure: Disclosure, at: datetime) -> Refusal | None:
    """Refuse a disclosure that cannot lean on the override at a moment; None: it can.

    override: None: no second person confirmed one, as far as whoever judges knows.
    """
    if override is None:
        return OverrideNotConfirmed("override")
    if at > override.until:
        return OverrideOver("override", override.until.isoformat())
    beyond = _beyond(override.disclosure, disclosure)
    return None if beyond is None else OutsideTheOverride(beyond)


def _beyond(allowed: Disclosure, disclosure: Disclosure) -> str | None:
    """Return the first field in which a disclosure goes further; None: none does."""
    if disclosure.recipient != allowed.recipient:
        return "recipient"
    if disclosure.purpose != allowed.purpose:
        return "purpose"
    if allowed.services and not {*disclosure.services} <= {*allowed.services}:
        return "services"
    within = disclosure.categories and {*disclosure.categories} <= {*allowed.categories}
    return None if within else "categories"
