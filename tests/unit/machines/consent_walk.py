"""A walk over a consent: given, narrowed, renewed, taken back in parts, run out, voided."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from typing_extensions import override

from services.intake import case, changes, parties
from services.intake.consent import commands, decisions, facts, refusals, states
from services.intake.consent.manner import BestInterest, ConsentManner, Guardianship
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.consenting.terms import ConsentTerms, Cut
from shared.kernel.decider import Actor, Known
from tests.case_facts import IN_ERROR, REGISTERED
from tests.consent_facts import CONSENT, GUARDIAN, PERSON, SIGNED, WITNESS
from tests.personas import AT, CASE, OFFICE, SYSTEM
from tests.unit.machines.commands import (
    INSTITUTIONS,
    WORKERS,
    anybody,
    coded,
    mostly,
    several,
    wrong,
)
from tests.unit.machines.walking import Walk, move

THERE = ZoneInfo("America/Chihuahua")
DATA = ("identity", "contact", "coded-case")
KINDS = ("consulate", "shelter")
SERVICES = ("legal-advice", "shelter")
_CODES = INSTITUTIONS[1:]
_names = mostly(st.sampled_from(_CODES), wrong)
_some = st.lists(st.sampled_from(DATA), min_size=1, max_size=3).map(tuple)
_recipients = st.lists(_names, max_size=2).map(tuple)
_kinds = st.lists(mostly(st.sampled_from(KINDS), wrong), max_size=1).map(tuple)
_steps = st.sampled_from([0, 0, 0, 1, 5, 30, 120, 400])
"""Days after what came before."""


def _first(day: date, months: int) -> date:
    """The first day of a month, so many months after a day's."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


@st.composite
def terms_at(draw: st.DrawFn, day: date) -> ConsentTerms:
    begins = day + timedelta(draw(st.sampled_from([0, 0, 0, 0, 1, 10, -1])))
    return ConsentTerms(
        recipients=draw(_recipients),
        kinds=draw(_kinds),
        categories=draw(mostly(_some, several(coded("data_categories")))),
        services=draw(st.just(()) | st.lists(st.sampled_from(SERVICES), max_size=2).map(tuple)),
        valid_from=begins,
        valid_until=day + timedelta(draw(st.sampled_from([0, 1, 60, 365, 730, 731, 732, -1]))),
    )


_papers = st.sampled_from([SIGNED] * 9 + [None])
_guardianships = {
    "kind": coded("guardian_kinds"),
    "guardian": mostly(st.just(GUARDIAN), st.just(PERSON)),
    "proof": _papers,
}


@st.composite
def manner_at(draw: st.DrawFn, day: date) -> ConsentManner:
    mode = draw(coded("consent_modes"))
    whole: dict[str, Any] = {"evidence": draw(_papers)}
    if mode == "oral-with-witness":
        whole = {"witness": draw(mostly(st.just(WITNESS), st.sampled_from([None, PERSON])))}
    represented = mode == "guardian" or draw(st.integers(0, 9)) == 0
    if represented:
        kind = draw(_guardianships["kind"])
        later = st.sampled_from([_first(day, n) for n in (1, 2, 9)])
        early = st.sampled_from([_first(day, 0), _first(day, 0), day, None])
        of_age = draw(st.integers(0, 5).flatmap(lambda n: later if n else early))
        whole["guardianship"] = draw(
            mostly(
                st.builds(
                    Guardianship,
                    **{**_guardianships, "kind": st.just(kind)},
                    of_age_from=st.just(None if kind == "court-appointed" else of_age),
                ),
                st.none(),
            )
        )
        whole["best_interest"] = draw(
            mostly(st.builds(BestInterest, st.just(SIGNED), coded("child_views")), st.none())
        )
    return ConsentManner(language=draw(coded("languages")), mode=mode, **whole)


_NOTHING: Mapping[str, Any] = {}
FLAWS: tuple[Mapping[str, Any], ...] = (
    *[_NOTHING] * 6,
    {"evidence": None},
    {"view": None},
    {"view": "opposes"},
    {"own": {"proof": None}},
    {"own": {"guardian": PERSON}},
    {"own": {"months": 0}},
    {"own": {"of_age_from": None}},
    {"mode": "oral-with-witness", "witness": PERSON},
    {"mode": "oral-with-witness", "witness": WITNESS},
)
"""What may be wrong in what is said for a person; mostly nothing."""


class ConsentWalk(Walk):
    """What a person said holds until its last day, but for what they took back of it."""

    service = "intake"
    decider = decisions.DECIDER
    vocabulary = Vocabulary(facts.FACTS)
    speaks = (refusals,)
    draws: ClassVar[Mapping[str, Any]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.at = AT
        self.custodian = OFFICE
        self.void = False
        self.shared_with: tuple[str, ...] = ()
        self.version, self.status = 0, ""
        self.terms: Any = None
        self.gone: set[tuple[str, str]] = set()
        self.expires_at: datetime = AT
        self.ask_again_at: datetime | None = None
        self.recorder = ""
        self._known()

    # --- what else happens ----------------------------------------------------------------------

    def _known(self) -> None:
        told: list[Any] = [REGISTERED]
        if self.custodian != OFFICE:
            told.append(changes.CustodianChanged(self.custodian.institution, 2))
        if self.void:
            told.append(IN_ERROR)
        of_case = case.DECIDER.fold(told)
        admitted = [
            parties.PartyConfirmed(UUID(int=n), each, OFFICE.institution, "share")
            for n, each in enumerate(self.shared_with, 1)
        ]
        self.known = {
            "case": Known(len(told), of_case),
            "parties": Known(len(admitted), parties.DECIDER.fold(admitted)),
        }

    @move(custodian=st.sampled_from(WORKERS))
    def custody_moves(self, custodian: Actor) -> None:
        self.custodian = custodian
        self._known()

    @move(shared_with=st.lists(st.sampled_from(INSTITUTIONS), max_size=2, unique=True).map(tuple))
    def is_shared(self, shared_with: tuple[str, ...]) -> None:
        self.shared_with = shared_with
        self._known()

    @move(void=st.integers(0, 9).map(lambda n: n == 0))
    def is_void_or_not(self, *, void: bool) -> None:
        self.void = void
        self._known()

    def _later(self, days: int) -> date:
        self.at += timedelta(days)
        return self.at.astimezone(THERE).date()

    # --- commands -------------------------------------------------------------------------------

    @move(
        commands.RecordConsent,
        often=4,
        data=st.data(),
        by=st.none() | st.none() | anybody,
        days=_steps,
        purpose=coded("consent_purposes"),
    )
    def record(self, data: Any, by: Actor | None, days: int, purpose: str) -> None:
        day = self._later(days)
        self.submit(
            commands.RecordConsent(
                by=by or self.custodian,
                at=self.at,
                consent_id=CONSENT,
                case_id=CASE,
                person=PERSON,
                purpose=purpose,
                terms=data.draw(terms_at(day)),
                manner=data.draw(manner_at(day)),
            )
        )

    @move(often=4, flaw=st.sampled_from(FLAWS), days=_steps)
    def somebody_speaks_for_the_person(self, flaw: Mapping[str, Any], days: int) -> None:
        """A guardian consents, or a witness heard the person: rightly, but for one thing."""
        day = self._later(days)
        whole: dict[str, Any] = {"mode": "guardian", "evidence": SIGNED, **flaw}
        if whole["mode"] == "guardian":
            own: dict[str, Any] = {"kind": "parent", "guardian": GUARDIAN, "proof": SIGNED}
            own |= {"of_age_from": _first(day, 3), **whole.pop("own", {})}
            if "months" in own:
                own["of_age_from"] = _first(day, own.pop("months"))
            view = whole.pop("view", "agrees")
            whole["guardianship"] = Guardianship(**own)
            whole["best_interest"] = view and BestInterest(SIGNED, view)
        terms = ConsentTerms(
            recipients=INSTITUTIONS[1:2],
            kinds=(),
            categories=DATA,
            services=(),
            valid_from=day,
            valid_until=day + timedelta(300),
        )
        said: dict[str, Any] = {"terms": terms, "manner": ConsentManner(language="spa", **whole)}
        given: dict[str, Any] = {"by": self.custodian, "at": self.at, **said}
        if self.version:
            self.submit(commands.RenewConsent(**given))
        else:
            about: dict[str, Any] = {"consent_id": CONSENT, "case_id": CASE, "person": PERSON}
            self.submit(commands.RecordConsent(purpose="referral", **about, **given))

    @move(
        commands.RenewConsent,
        often=2,
        data=st.data(),
        by=mostly(st.none(), anybody),
        days=_steps,
    )
    def renew(self, data: Any, by: Actor | None, days: int) -> None:
        day = self._later(days)
        terms, manner = data.draw(terms_at(day)), data.draw(manner_at(day))
        self.submit(
            commands.RenewConsent(by=by or self.custodian, at=self.at, terms=terms, manner=manner)
        )

    @move(
        commands.NarrowConsent,
        often=2,
        data=st.data(),
        by=mostly(st.none(), anybody),
        days=_steps,
        within=mostly(st.just(value=True), st.just(value=False)),
    )
    def narrow(self, data: Any, by: Actor | None, days: int, *, within: bool) -> None:
        day = self._later(days)
        terms = data.draw(terms_at(day))
        if within and self.terms is not None:
            held = self.terms
            terms = ConsentTerms(
                recipients=data.draw(_part(held.recipients)),
                kinds=held.kinds,
                categories=data.draw(_part(held.categories)),
                services=held.services or terms.services,
                valid_from=held.valid_from,
                valid_until=data.draw(st.sampled_from([held.valid_until, day])),
            )
        manner = data.draw(manner_at(day))
        self.submit(
            commands.NarrowConsent(by=by or self.custodian, at=self.at, terms=terms, manner=manner)
        )

    @move(
        commands.WithdrawConsent,
        often=3,
        data=st.data(),
        by=mostly(st.none(), anybody),
        days=_steps,
        reason=coded("consent_withdrawal_reasons"),
        whole=st.integers(0, 9),
    )
    def withdraw(self, data: Any, by: Actor | None, days: int, reason: str, whole: int) -> None:
        self._later(days)
        part: dict[str, Any] = {}
        if whole:
            part = {
                "recipients": data.draw(_recipients),
                "kinds": data.draw(_kinds),
                "categories": data.draw(st.just(()) | _some),
            }
        self.submit(
            commands.WithdrawConsent(by=by or self.custodian, at=self.at, reason=reason, **part)
        )

    @move(
        commands.EnterConsentInError,
        by=mostly(anybody, st.none()),
        reason=coded("error_reasons"),
        rarely=st.integers(0, 2),
    )
    def void_it(self, by: Actor | None, reason: str, rarely: int) -> None:
        if rarely and self.status == "in-force" and by is None:
            return
        self.submit(
            commands.EnterConsentInError(
                by=by or self.custodian, at=self.at, entry_id=UUID(int=7), reason=reason
            )
        )

    @move(
        commands.RunConsentClock,
        often=2,
        by=mostly(st.just(SYSTEM), anybody),
        ahead=st.integers(0, 3),
        behind=st.sampled_from([0, 0, 0, 1]),
    )
    def run_clock(self, by: Actor, ahead: int, behind: int) -> None:
        """Now, or at the moment that the consent itself names."""
        due = self.ask_again_at if ahead < 3 and self.ask_again_at else self.expires_at
        if ahead and self.version:
            self.at = max(self.at, due.astimezone(AT.tzinfo))
        self.submit(commands.RunConsentClock(by=by, at=self.at, version=self.version - behind))

    # --- the auditor ----------------------------------------------------------------------------

    @override
    def audit(self, command: Any, fact: Any) -> None:
        ours = command.by.institution
        assert fact.consent_id == CONSENT, "another consent"
        if isinstance(fact, facts.ConsentRecorded):
            assert not self.version, "recorded twice"
            assert fact.person == PERSON, "of somebody else"
            assert fact.case_id == CASE, "in another case"
            self.recorder = ours
            self._given_anew(command, fact, 1)
            assert not self.void, "of a case that is void"
            return
        assert self.version, "changed before it was recorded"
        assert self.status != "entered-in-error", "what was never given was changed"
        match fact:
            case facts.ConsentRenewed():
                self._living()
                self._given_anew(command, fact, self.version + 1)
            case facts.ConsentNarrowed():
                self._narrowed(ours, fact)
            case facts.ConsentWithdrawn():
                self._living()
                self._took_part(ours)
                cut = Cut(command.recipients, command.kinds, command.categories)
                assert cut == Cut() or not self._left(cut), "the whole, for a part"
                self.status = "withdrawn"
            case facts.ConsentPartlyWithdrawn(part=part):
                self._living()
                self._took_part(ours)
                assert part != Cut(), "a part, for the whole"
                assert set(part.categories) <= set(self.terms.categories), "data it has not"
                assert self._left(part), "nothing is left, and it goes on"
                self.gone |= self._taken(part)
            case facts.ConsentExpired():
                assert command.by == SYSTEM, "not a clock's"
                assert self.status in {"in-force", "to-be-asked-again"}, "expired twice"
                assert self.expires_at <= command.at, "before its time"
                self.status = "expired"
            case facts.PersonToBeAskedAgain():
                assert command.by == SYSTEM, "not a clock's"
                assert self.status == "in-force", "asked twice"
                assert self.ask_again_at is not None, "nobody to ask"
                assert self.ask_again_at <= command.at < self.expires_at, "at another time"
                self.status = "to-be-asked-again"
            case _:
                assert ours in {self.recorder, self.custodian.institution}, "not theirs to void"
                assert fact.reason in codes("error_reasons"), "an unknown code"
                self.status = "entered-in-error"
        assert fact.version == self.version, "of another version"

    def _narrowed(self, told: str, fact: Any) -> None:
        self._living()
        self._took_part(told)
        old, new = self.terms, fact.terms
        assert set(new.recipients) <= set(old.recipients), "for more institutions"
        assert set(new.kinds) <= set(old.kinds), "for more kinds"
        assert set(new.categories) <= set(old.categories), "more data"
        assert not old.services or set(new.services) <= set(old.services), "more services"
        assert old.valid_from <= new.valid_from, "from an earlier day"
        assert new.valid_until <= old.valid_until, "for longer"
        assert new != old, "says that nothing changed"
        self._version(fact, self.version + 1)

    def _living(self) -> None:
        assert self.status in {"in-force", "to-be-asked-again", "expired"}, "after its end"

    def _took_part(self, institution: str) -> None:
        involved = {self.recorder, self.custodian.institution, *self.shared_with}
        assert institution in involved, "told to a stranger"

    def _given_anew(self, command: Any, fact: Any, version: int) -> None:
        assert command.by.institution == self.custodian.institution, "obtained by another"
        day = command.at.astimezone(THERE).date()
        assert day <= fact.terms.valid_from <= fact.terms.valid_until, "days in no order"
        self.gone = set()
        self._version(fact, version)

    def _version(self, fact: Any, version: int) -> None:
        terms, manner = fact.terms, fact.manner
        assert terms.categories, "of no data"
        assert terms.recipients or terms.kinds, "for nobody"
        assert list(terms.categories) == sorted(set(terms.categories)), "written in two ways"
        assert not any(" " in each for each in terms.recipients), "for what is no institution"
        over = datetime.combine(terms.valid_until, datetime.min.time(), THERE) + timedelta(1)
        assert fact.expires_at.astimezone(UTC).date() in {
            over.astimezone(UTC).date(),
            terms.valid_until,
        }, "expires at another time"
        assert (terms.valid_until - self.at.astimezone(THERE).date()).days <= 731, "too long"
        if manner.mode == "guardian":
            own = manner.guardianship
            assert own.guardian != PERSON, "their own guardian"
            assert own.proof is not None, "guardian by nothing"
            minor = own.kind != "court-appointed"
            assert minor == (own.of_age_from is not None), "of age when?"
            view = manner.best_interest.view if minor else None
            assert view != "opposes" or own.kind == "child-protection-authority", "against a child"
        else:
            assert manner.guardianship is None, "a guardian nobody said"
            told = manner.evidence or manner.witness
            assert told is not None, "shown by nothing"
            assert manner.witness != PERSON, "their own witness"
        self.version, self.status, self.terms = version, "in-force", terms
        self.expires_at, self.ask_again_at = fact.expires_at, fact.ask_again_at

    def _taken(self, cut: Cut) -> set[tuple[str, str]]:
        data = cut.categories or self.terms.categories
        everybody = (*self.terms.recipients, *self.terms.kinds)
        named = (*cut.recipients, *cut.kinds)
        return {(each, one) for each in named or everybody for one in data}

    def _left(self, cut: Cut) -> set[tuple[str, str]]:
        all_of_it = {
            (each, one)
            for each in (*self.terms.recipients, *self.terms.kinds)
            for one in self.terms.categories
        }
        return all_of_it - self.gone - self._taken(cut)

    @override
    def agrees(self) -> None:
        held = self.state
        if isinstance(held, states.NotRecorded):
            assert not self.version, "a consent was forgotten"
            return
        assert (held.version, held.status) == (self.version, self.status), "stands otherwise"
        assert held.terms == self.terms, "says something else"
        assert (held.expires_at, held.ask_again_at) == (self.expires_at, self.ask_again_at)
        taken = {each for cut in held.cuts for each in self._taken(cut)}
        assert taken == self.gone, "what was taken back was forgotten"


def _part(held: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly all of it."""
    return st.just(held) | st.lists(st.sampled_from(held or ("",)), max_size=2).map(tuple)
