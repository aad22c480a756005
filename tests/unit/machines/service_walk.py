"""A walk over a service of the directory: listed, described, full, vouched for, suspended."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import service as facts
from services.referral import service_commands, service_decisions, service_refusals
from services.referral.institution import Active, Closed, NotListed
from shared.eventstore.codec import Vocabulary
from shared.kernel import free_text
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Known
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, Coverage, EligibilityRule, Funding
from tests.personas import ADMINISTRATOR, OFFICE, OPERATOR, STEWARD
from tests.unit.machines.commands import coded, moments, mostly, several, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

SERVICE = UUID(int=0x5E)
ITS_OWN = Actor("albergue-1", "administrator", "subject-7")
keepers = st.sampled_from([STEWARD] * 4 + [ITS_OWN] * 3 + [OPERATOR, ADMINISTRATOR, OFFICE])
_ENTRY: dict[str, Any] = {
    "institution": "albergue-1",
    "name": "Albergue",
    "kind": "shelter",
    "subdivision": None,
    "programmes": (),
}
OFFERERS = (Known(3, Active(**_ENTRY)), Known(4, Closed(**_ENTRY)), Known(0, NotListed()))
_DAYS = st.sampled_from([None, date(2026, 1, 1), date(2026, 12, 31)])
_references = mostly(st.sampled_from(["frontera-norte", "ley-migracion"]), wrong)
_rules = st.builds(
    EligibilityRule,
    attribute=coded("eligibility_attributes", lambda code: code in {"sex", "age-band"}),
    is_one_of=st.just(()) | several(st.sampled_from(["female", "male", "12-17"])),
    is_none_of=mostly(st.just(()), several(st.sampled_from(["female", "18-29"]))),
)
_costs = st.builds(
    Cost,
    amount=mostly(
        st.sampled_from([Decimal(0), Decimal("35.50")]),
        st.sampled_from([Decimal(-1), Decimal("NaN"), Decimal("0.00001")]),
    ),
    currency=st.sampled_from([None, "MXN"]),
)
_hours = st.builds(
    Hours,
    rrule=mostly(
        st.sampled_from(["FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2"]), wrong
    ),
    opens=mostly(st.sampled_from(["00:00", "20:00"]), wrong),
    closes=st.sampled_from(["24:00", "06:00"]),
    zone=mostly(st.just("America/Tijuana"), wrong),
    starts_on=_DAYS,
)
_fundings = st.builds(Funding, coded("funding_sources"), _DAYS, _DAYS)
_coverages = st.builds(
    Coverage,
    several(coded("subdivisions")),
    several(coded("municipalities")),
    st.lists(_references, max_size=2).map(tuple),
)
_STATUSES: Mapping[type, str] = {
    facts.ServiceSuspended: "suspended",
    facts.ServiceResumed: "offered",
    facts.ServiceWithdrawn: "withdrawn",
}


def _few(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.just(()) | st.lists(values, max_size=2).map(tuple)


class ServiceWalk(Walk):
    """A service is listed once, kept by those who may, and is as it was described last."""

    service = "referral"
    decider = service_decisions.DECIDER
    speaks = (service_refusals, free_text)
    vocabulary = Vocabulary(facts.FACTS)
    often: ClassVar[Any] = {
        service_commands.CorrectService: 3,
        service_commands.StateCapacity: 2,
        service_commands.AssureService: 2,
    }
    draws: ClassVar[Draws] = {
        "by": keepers,
        "name": mostly(
            st.sampled_from(["Albergue", "Cafe\u0301 «Ñ»", "A" * 200]),
            wrong | st.just("tel. 614 123 4567"),
        ),
        "programmes": _few(coded("programmes")),
        "populations": _few(coded("populations")),
        "required_documents": _few(coded("service_documents")),
        "languages": _few(coded("languages")),
        "accessibility": _few(coded("accessibilities")),
        "eligibility": _few(_rules),
        "cost": st.none() | _costs,
        "duration_days": mostly(st.none() | st.just(90), st.sampled_from([0, 4000])),
        "hours": _few(_hours),
        "coverage": st.just(Coverage()) | _coverages,
        "funding": _few(_fundings),
        "entries": _few(_references),
        "places_free": st.none() | st.integers(-1, 2),
        "assured_on": st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        "institution": st.sampled_from(["albergue-1", "albergue-1", "otra-1"]),
        "service_id": st.just(SERVICE),
        "WithdrawService.by": st.sampled_from([STEWARD, *[OFFICE] * 5]),
    }

    def __init__(self) -> None:
        super().__init__()
        self.known = {service_decisions.OFFERER: OFFERERS[0]}
        self.described: dict[str, Any] = {}
        self.status = ""
        self.capacity: Any = None
        self.assured: date | None = None

    @move(offerer=st.sampled_from(OFFERERS))
    def whose_it_is_has_changed(self, offerer: Known) -> None:
        self.known = {service_decisions.OFFERER: offerer}

    @move(often=2, by=keepers, at=moments)
    def is_listed(self, by: Actor, at: datetime) -> None:
        self.known = {service_decisions.OFFERER: OFFERERS[0]}
        self.submit(
            service_commands.ListService(
                by=by,
                at=at,
                service_id=SERVICE,
                institution="albergue-1",
                name="Albergue",
                kind="shelter",
            )
        )

    @override
    def audit(self, command: Any, fact: Any) -> None:
        by = command.by
        assert fact.service_id == SERVICE, "another service"
        owner = self.described.get("institution") or command.institution
        own = by.role == "administrator" and by.institution == owner
        assert by.role in {"steward", "operator"} or own, "not theirs to keep"
        assert fact.institution == owner, "it changed hands"
        match fact:
            case facts.ServiceListed() | facts.ServiceDescribed():
                self._audit_description(fact)
            case facts.CapacityStated():
                assert self.status in {"offered", "suspended"}, "said of what is not there"
                assert fact != self.capacity, "says that nothing changed"
                assert fact.capacity in codes("capacities"), "an unknown code"
                full = fact.capacity in {"none", "waiting-list"}
                assert (
                    fact.places_free is None
                    or full == (fact.places_free == 0)
                    or (fact.capacity == "needs-further-assessment" and fact.places_free >= 0)
                ), "places that contradict"
                self.capacity = fact
            case facts.ServiceAssured(assured_on=day):
                assert self.status in {"offered", "suspended"}, "said of what is not there"
                assert day <= command.at.date() + timedelta(1), "vouched for a day to come"
                assert self.assured is None or self.assured < day, "vouched for backwards"
                self.assured = day
            case _:
                after = _STATUSES[type(fact)]
                assert self.status, "changed before it was listed"
                assert (self.status, after) != ("withdrawn", "suspended"), "came back suspended"
                assert after != self.status, "says that nothing changed"
                self.status = after

    def _audit_description(self, fact: Any) -> None:
        names = set(facts.ServiceDescription.__struct_fields__)
        after = {name: getattr(fact, name) for name in names}
        if isinstance(fact, facts.ServiceListed):
            assert not self.described, "listed twice"
            assert fact.institution_version == 3, "leans on what the directory has not"
            self.status = "offered"
        else:
            assert self.status in {"offered", "suspended"}, "described where it is not"
            different = {name for name in names if after[name] != self.described[name]}
            assert set(fact.changed) == different != set(), "says that something else changed"
        assert fact.kind in codes("service_kinds"), "an unknown code"
        assert set(fact.coverage.municipalities) <= codes("municipalities").keys(), "unknown"
        assert fact.cost is None or bool(fact.cost.currency) == (fact.cost.amount > 0), "no cost"
        for rule in fact.eligibility:
            assert bool(rule.is_one_of) != bool(rule.is_none_of), "a rule of nothing"
        for hours in fact.hours:
            counted = "INTERVAL" in hours.rrule
            assert not counted or hours.starts_on, "counted from nowhere"
        for each in fact.funding:
            ends = each.valid_until or date.max
            assert (each.valid_from or date.min) <= ends, "ends before it begins"
        for held in (fact.languages, fact.programmes, fact.coverage.regions, fact.entries):
            assert list(held) == sorted(set(held)), "a set in two ways"
        assert "614" not in fact.name + "".join(fact.entries), "a number"
        self.described = after

    @override
    def agrees(self) -> None:
        if isinstance(self.state, facts.NoService):
            assert not self.described, "a service was forgotten"
            return
        names = facts.ServiceDescription.__struct_fields__
        stands = {name: getattr(self.state.described, name) for name in names}
        assert stands == self.described != {}, "not as it was described last"
        assert self.state.status == self.status, "another status"
        assert self.state.capacity == self.capacity, "another capacity"
        assert self.state.assured_on == self.assured, "vouched for as of another day"
