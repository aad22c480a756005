"""The directory as the search knows it: what is offered, by whom, and under which agreements.

Empty lists mean what they mean in the directory: no programmes, any; no languages or hours,
not stated; no coverage, everywhere.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, EligibilityRule
from shared.kernel.value import Value

EVERYWHERE = "everywhere"


class Provider(Value):
    """An institution. status: of the list ``institution_statuses``.

    validated_on: when it last found its own entry right; None: never.
    """

    code: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...] = ()
    status: str = "active"
    reachable: bool = False
    reachable_until: datetime | None = None
    validated_on: date | None = None


class Capacity(Value):
    """Whether a service has room, as its institution said of a day. capacity: of ``capacities``.

    places_free: None: they were not counted.
    """

    capacity: str
    unit: str
    places_free: int | None
    stated_on: date


class Offer(Value):
    """A service of the directory.

    subdivisions, municipalities, regions: whom it serves by place; nothing: whoever comes.
    funded_until: when the last of its funding ends; None: it is not known to end. cost: None: not
    stated. assured_on: the last day on which somebody vouched for it.
    """

    service_id: str
    institution: str
    name: str
    kind: str
    status: str = "offered"
    programmes: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()
    languages: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    subdivisions: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    cost: Cost | None = None
    funded_until: date | None = None
    capacity: Capacity | None = None
    assured_on: date | None = None


class Pact(Value):
    """An agreement between institutions in a programme. kinds: empty: of any service.

    begins: the first day in force; None: not everybody has signed. ends: the last; None: none.
    suspended_on, terminated_on: from which day it is not in force any more.
    """

    agreement_id: str
    parties: frozenset[str]
    programme: str
    kinds: frozenset[str] = frozenset()
    begins: date | None = None
    ends: date | None = None
    suspended_on: date | None = None
    terminated_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        if self.begins is None or day < self.begins:
            return False
        stops = (self.suspended_on, self.terminated_on)
        if any(stop is not None and stop <= day for stop in stops):
            return False
        return self.ends is None or day <= self.ends


@dataclass(frozen=True)
class Directory:
    """All that is searched.

    regions: the municipalities of each. agreements_required: the programmes in which nothing is
    referred without an agreement.
    """

    offers: Mapping[str, Offer]
    providers: Mapping[str, Provider]
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pacts: Mapping[str, Pact] = field(default_factory=dict)
    agreements_required: frozenset[str] = frozenset()

    @cached_property
    def pacts_of(self) -> Mapping[str, Sequence[Pact]]:
        """The agreements of each institution."""
        found: dict[str, list[Pact]] = defaultdict(list)
        for pact in self.pacts.values():
            for party in pact.parties:
                found[party].append(pact)
        return found
