"""A walk over an agreement, by parties and others; and one over what a programme requires."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import initialize
from typing_extensions import override

from services.referral import (
    agreement,
    agreement_index,
    agreement_policy,
    agreement_refusals,
    agreement_terms,
    agreements,
    institution,
)
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Command, Known
from tests.personas import ADMINISTRATOR, COMMISSION, OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.unit.machines.commands import INSTITUTIONS, coded, mostly, offsets, several, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

_OF_OFFICE, _OF_COMMISSION = (
    Actor(each.institution, "administrator", "subject-7") for each in (OFFICE, COMMISSION)
)
_ID = UUID("00000000-0000-4000-8000-0000000000a1")
_PARTIES = (COMMISSION.institution, OFFICE.institution)
_THERE = ZoneInfo("America/Mexico_City")
_FIELDS = agreement.AgreementDrafted.__struct_fields__
_LISTED = Known(1, institution.Active("", "", "shelter", None, ()))
_UNKNOWN = "no-registrada"
keepers = st.sampled_from(
    [STEWARD] * 4 + [_OF_OFFICE, _OF_OFFICE, _OF_COMMISSION, OPERATOR, ADMINISTRATOR, OFFICE]
)
this_year = st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 31), timezones=offsets)  # noqa: DTZ001
_days = st.dates(date(2025, 12, 1), date(2027, 12, 31))
_DRAFT: Mapping[str, Any] = {
    "kind": "letter-of-intent",
    "title": "Carta de intención",
    "parties": _PARTIES,
    "programme": "mecal",
    "valid_from": date(2026, 1, 15),
    "valid_until": date(2027, 6, 30),
}


class AgreementWalk(Walk):
    """All parties sign what stands; who may suspend does; what is over changes no more."""

    service = "referral"
    decider = agreements.DECIDER
    speaks = (agreement_refusals,)
    vocabulary = Vocabulary({**agreement.FACTS, **agreement_index.FACTS})
    times = 2
    draws: ClassVar[Draws] = {
        "by": keepers,
        "RenewAgreement.by": st.sampled_from([STEWARD, STEWARD, STEWARD, _OF_OFFICE, OFFICE]),
        "TerminateAgreement.by": st.sampled_from([STEWARD, *[OFFICE] * 5]),
        "at": this_year,
        "agreement_id": st.just(_ID),
        "kind": coded("agreement_kinds"),
        "title": mostly(
            st.sampled_from(["Carta de intención", "Convenio «Ñ»", "Conveni\u0301o"]),
            wrong | st.just("tel. 614 123 4567"),
        ),
        "parties": mostly(
            st.lists(st.sampled_from(INSTITUTIONS), min_size=2, max_size=3).map(tuple),
            st.sampled_from([_PARTIES[:1], (_PARTIES[0], _UNKNOWN)]),
        ),
        "programme": coded("programmes"),
        "services": several(coded("service_kinds")),
        "data_categories": st.sampled_from([(), ("identity",), ("health", "contact")]),
        "valid_from": _days,
        "valid_until": st.none() | _days,
        "institution": st.sampled_from(INSTITUTIONS),
        "signed_on": mostly(st.dates(date(2025, 1, 1), date(2026, 1, 1)), _days),
        "document": st.none(),
        "texts": st.none(),
    }
    often: ClassVar[Mapping[type[Command], int]] = {
        agreements.SuspendAgreement: 2,
        agreements.ResumeAgreement: 3,
        agreements.RenewAgreement: 2,
    }

    def __init__(self) -> None:
        super().__init__()
        self.terms: dict[str, Any] = {}
        self.numbers = 0
        self.signed: dict[str, date] = {}
        self.begins: date | None = None
        self.until: date | None = None
        self.suspended: str | None = None
        self.over = False
        self.told: set[tuple[int, date]] = set()

    @initialize(drafted=st.sampled_from([True, True, True, False]), at=this_year)
    def begin(self, at: datetime, *, drafted: bool) -> None:
        """Mostly with an agreement drafted."""
        if drafted:
            self.submit(
                agreement_terms.DraftAgreement(by=STEWARD, at=at, agreement_id=_ID, **_DRAFT)
            )

    @move(often=2, at=this_year)
    def begin_again(self, at: datetime) -> None:
        """Go on with another one, if this one is over."""
        if self.over:
            self.state, self.log = self.decider.nothing, []
            self.__dict__.update(dict.fromkeys(("begins", "until", "suspended")), over=False)
            self.terms, self.numbers, self.signed, self.told = {}, 0, {}, set()
            self.begin(at, drafted=True)

    @move(agreements.SignAgreement, often=4, by=keepers, at=this_year, n=st.integers(0, 3))
    def sign(self, by: Actor, at: datetime, n: int) -> None:
        """A party signs, mostly one that has not."""
        left = [each for each in self.terms.get("parties", ()) if each not in self.signed]
        party = left[n % len(left)] if left and n else INSTITUTIONS[n]
        day = at.date() + timedelta(days=3) if n == 3 else min(at.date(), date(2026, 1, 20))
        values: dict[str, Any] = {"institution": party, "signed_on": day, "signatory_role": "head"}
        self.submit(agreements.SignAgreement(by=by, at=at, **values))

    @move(
        agreements.AnnounceExpiry,
        often=3,
        left=st.integers(-2, 70),
        by=mostly(st.just(SYSTEM), st.just(STEWARD)),
        again=st.booleans(),
    )
    def announce(self, left: int, by: Actor, *, again: bool) -> None:
        """Strike a clock some days before the end."""
        until = self.until or date(2027, 6, 30)
        at = datetime.combine(until - timedelta(days=left), datetime.min.time(), _THERE)
        for _ in range(1 + again):
            self.submit(agreements.AnnounceExpiry(by=by, at=at + timedelta(hours=12)))

    @override
    def submit(self, command: Command) -> None:
        """Say what the directory has of the parties."""
        named = getattr(command, "parties", ())
        unlisted = Known(0, institution.NotListed())
        self.known = {
            agreement_terms.entry_name(each): _LISTED if each in INSTITUTIONS else unlisted
            for each in named
        }
        super().submit(command)

    @override
    def audit(self, command: Any, fact: Any) -> None:
        by = command.by
        if isinstance(fact, agreement.AgreementExpiryAnnounced):
            assert by.role == "system", "announced by somebody"
            self._announced(fact, command.at.astimezone(_THERE).date())
            return
        parties = getattr(fact, "parties", ()) or self.terms["parties"]
        own = by.role == "administrator" and by.institution in (*parties, *self._parties())
        assert by.role in {"steward", "operator"} or own, "not theirs to keep"
        assert not self.over, "it was over"
        if isinstance(fact, agreement.AgreementDrafted | agreement.AgreementRevised):
            self._written(fact)
        elif isinstance(fact, agreement.AgreementSigned):
            self._signed(fact, by)
        else:
            self._later(fact, by)

    def _parties(self) -> tuple[str, ...]:
        return tuple(self.terms.get("parties", ()))

    def _written(self, fact: Any) -> None:
        after = {name: getattr(fact, name) for name in _FIELDS}
        assert self.begins is None, "revised after all had signed"
        assert len(set(fact.parties)) >= 2, "agrees with itself"
        assert set(fact.parties) <= {*INSTITUTIONS}, "a party nobody knows"
        assert fact.valid_until is None or fact.valid_from <= fact.valid_until, "never in force"
        assert set(fact.services) <= codes("service_kinds").keys(), "an unknown code"
        assert "614" not in fact.title, "a telephone"
        if isinstance(fact, agreement.AgreementRevised):
            different = {name for name in _FIELDS if after[name] != self.terms[name]}
            assert set(fact.changed) == different != set(), "says that something else changed"
            assert fact.terms == self.numbers + 1, "miscounted"
        else:
            assert not self.terms, "drafted twice"
        self.terms, self.numbers, self.signed = after, self.numbers + 1, {}
        self.until = fact.valid_until

    def _signed(self, fact: agreement.AgreementSigned, by: Actor) -> None:
        assert fact.institution in self._parties(), "signed by a stranger"
        assert fact.institution not in self.signed, "signed twice"
        assert by.role != "administrator" or by.institution == fact.institution, "for another"
        assert fact.terms == self.numbers, "signed something else"
        self.signed[fact.institution] = fact.signed_on
        whole = len(self.signed) == len(self._parties())
        first = max(self.terms["valid_from"], *self.signed.values()) if whole else None
        assert fact.begins == first, "in force from another day on"
        self.begins = first

    def _later(self, fact: Any, by: Actor) -> None:
        if isinstance(fact, agreement.AgreementTerminated):
            self.over = True
            return
        assert self.begins is not None, "not signed by all"
        match fact:
            case agreement.AgreementRenewed():
                assert by.role != "administrator", "renewed by one of them alone"
                assert self.until is not None, "renewed without an end"
                assert fact.valid_until is None or fact.valid_until > self.until, "shortened"
                self.until = fact.valid_until
            case agreement.AgreementSuspended():
                assert self.suspended is None, "suspended twice"
                self.suspended = by.institution
            case _:
                assert self.suspended is not None, "resumed without being suspended"
                own = by.institution == self.suspended or by.role != "administrator"
                assert own, "resumed by another"
                self.suspended = None

    def _announced(self, fact: agreement.AgreementExpiryAnnounced, today: date) -> None:
        assert self.until is not None, "it does not end"
        assert self.begins is not None, "not signed by all"
        assert not self.over, "announced though it was over"
        left = (self.until - today).days
        earlier = {60: 30, 30: 7, 7: -1}[fact.days]
        assert earlier < left <= fact.days, "not the time for it"
        assert (fact.days, self.until) not in self.told, "told twice"
        self.told.add((fact.days, self.until))

    @override
    def agrees(self) -> None:
        if isinstance(self.state, agreement.NotDrafted):
            assert not self.terms, "an agreement was forgotten"
            return
        state = self.state
        assert state.version == len(self.log), "miscounted"
        assert {each.institution for each in state.signatures} == self.signed.keys(), "a signature"
        assert (state.validity.begins, state.valid_until) == (self.begins, self.until), "its days"
        assert (state.suspended_by, state.is_over) == (self.suspended, self.over), "its status"
        for day in (self.begins, self.until):
            if day is not None and (self.over or self.suspended):
                continue
            if day is not None and self.begins is not None and day >= self.begins:
                assert (
                    state.validity.covers(day)
                    or state.validity.pauses
                    or (self.until is not None and day > self.until)
                ), "not in force though all signed"


class AgreementPolicyWalk(Walk):
    """A steward says whether a programme requires agreements, and each time something new."""

    service = "referral"
    decider = agreement_policy.DECIDER
    vocabulary = Vocabulary(agreement_policy.FACTS)
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([STEWARD, OPERATOR, STEWARD, OFFICE, ADMINISTRATOR]),
        "programme": mostly(st.just("mecal"), wrong),
    }

    def __init__(self) -> None:
        super().__init__()
        self.required = False

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by.role in {"steward", "operator"}, "not theirs to say"
        assert fact.programme == "mecal", "an unknown code"
        requires = isinstance(fact, agreement_policy.AgreementsRequired)
        assert requires != self.required, "says that nothing changed"
        self.required = requires

    @override
    def agrees(self) -> None:
        assert self.state == self.required, "required otherwise"
