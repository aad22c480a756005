"""What a search asks for."""

from collections.abc import Mapping
from datetime import date, datetime

from shared.kernel.freshness import day_in
from shared.kernel.value import Value

EMERGENCY, URGENT, NORMAL = "emergency", "urgent", "normal"
_UNKNOWN = frozenset({"unknown", "not-stated"})
"""Codes that say that a value is not known: whoever has one may still be served."""


class Consented(Value):
    """To whom a person's consent extends: these institutions, of which some were asked already.

    over: its last day has passed, so that it extends to nobody any more.
    """

    recipients: tuple[str, ...]
    asked: tuple[str, ...] = ()
    over: bool = False


class Asked(Value):
    """Who is to be served, where, and how soon. What is left out is not asked.

    at: the moment of the question. profile: by attribute (``eligibility_attributes``) the codes of
    the case. text: words of the name of a service or its institution. open_at: only what is open
    then. sender: the institution that would refer. institution: only its services. within: the
    consent that is to cover it.
    """

    at: datetime
    profile: Mapping[str, tuple[str, ...]] = {}
    programme: str | None = None
    subdivision: str | None = None
    municipality: str | None = None
    urgency: str = NORMAL
    kinds: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    text: str = ""
    open_at: datetime | None = None
    sender: str | None = None
    institution: str | None = None
    within: Consented | None = None

    @property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """The profile without what is not known of the case."""
        those = {
            name: tuple(c for c in codes if c not in _UNKNOWN)
            for name, codes in self.profile.items()
        }
        return {name: codes for name, codes in those.items() if codes}

    @property
    def day(self) -> date:
        """The day by the clock of the place."""
        return day_in(self.subdivision, self.at)
