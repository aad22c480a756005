"""A case's history: every fact of it over all services in one order, and what they add up to.

Promises:
- a fact comes after the fact that it follows from, and after the earlier facts of its stream;
- otherwise the order is that of recording, then of service and log position: always the same one;
- folding a part of the facts (``axes`` chooses it) gives what they say, and nothing else.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from pydantic import PlainSerializer

from shared.contracts import CONTRACTS
from shared.contracts.contract import parts_of
from shared.kernel.sight import TRANSFER, Sight
from shared.kernel.statuses import REFERRAL_STATUSES, Status, statuses

REFERRAL = "referral"
"""The service that records what becomes of referrals."""
CUSTODY_TAKEN = "custody-taken"
CUSTODY_ASSIGNED = "custody-assigned"
CUSTODY_ENDED = "custody-ended"
CUSTODY_ANNOUNCED = "custody-announced"
UNSENT = frozenset({"referral-drafted", "draft-discarded"})
"""The facts about a referral of which its addressee is not told."""
CASE_CLOSED = "case-closed"
CASE_REOPENED = "case-reopened"
REFERRAL_REQUESTED = "referral-requested"
REFERRAL_ACCEPTED = "referral-accepted"
CASE_PREVIEWED = "case-previewed"
FOLLOW_UP_CLOSED = "follow-up-closed"
CONSENT_VOIDED = "consent-entered-in-error"
CONSENT_SAID = frozenset({"consent-recorded", "consent-narrowed", "consent-renewed"})
"""What says that a consent was never given, and what says what was consented to."""
DESCRIBING = frozenset({"case-registered", "case-corrected", "correction-turned-into-proposal"})
"""The facts that say how the case is described from then on."""
IN_ERROR_AFTER = {"case-entered-in-error": True, "void-turned-into-request": False}
"""Whether the case is in error after each of the facts that say so."""
REPLACES = "replaces"
"""The field in which a fact names the version of the fact that it replaces."""
STATUSES: Mapping[str, Status] = {
    parts_of(name).name: contract.status
    for name, contract in CONTRACTS.items()
    if contract.status is not None
}
"""The status of a referral, or of its follow-up, after each of the facts about it, by name."""
INSTITUTIONS = frozenset(
    {
        *("institution", "sender", "addressee", "custodian", "previous_custodian"),
        *("whom", "coordinator", "suggested", "counterpart"),
    }
)
"""The fields in which a fact names an institution."""
SEVERAL = frozenset({"institutions", "recipients", "alternatives"})
"""Those in which it names several."""
TELLING: Sequence[str] = [
    name
    for name, contract in CONTRACTS.items()
    if parts_of(name).service == REFERRAL
    or parts_of(name).name in DESCRIBING | IN_ERROR_AFTER.keys() | STATUSES.keys()
    or parts_of(name).name in {CASE_PREVIEWED, FOLLOW_UP_CLOSED, CONSENT_VOIDED, *CONSENT_SAID}
    or REPLACES in contract.__struct_fields__
]
"""The types of the facts that say who saw what when, and what became of the case."""
AsKnown = datetime | Mapping[str, int] | None
"""Up to which record: a moment, or positions by source; None: all of it. See ``axes.Axes``."""
Parties = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]
"""Institutions' codes, written in alphabetical order."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The file that says so. Its fields are those of ``shared.kernel.record.Source``."""

    mapping: str
    legal_basis: str
    file: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One published fact of a case.

    id: ``service:stream:version``. name: as in ``case-registered``; type: with prefix and version,
    as on the wire. happened_at keeps the wall clock's offset there; recorded_at is UTC.
    causation: the command or the fact it follows from; follows: the same where it is a fact of this
    history, else None. data: the contract's fields, decimals and moments as strings. replaced_by:
    the id of the fact that corrected this one, or entered it in error; None if it counts. imported:
    the source of imported history; None if it happened live.
    """

    id: str
    name: str
    type: str
    service: str
    position: int
    institution: str
    role: str
    subject: str
    happened_at: datetime
    recorded_at: datetime
    causation: str
    follows: str | None
    data: Mapping[str, Any]
    replaced_by: str | None = None
    imported: Imported | None = None


class Placed(Protocol):
    """What the order of facts needs of each. The fields are those of ``Fact``."""

    @property
    def id(self) -> str: ...
    @property
    def causation(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def service(self) -> str: ...
    @property
    def position(self) -> int: ...


class Told(Protocol):
    """What the folds need of a fact. The fields are those of ``Fact``."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


AnyPlaced = TypeVar("AnyPlaced", bound=Placed)
AnyTold = TypeVar("AnyTold", bound=Told)


@dataclass(frozen=True, slots=True)
class Period:
    """An institution answered for the case. until: None while it still does. by: the fact's id."""

    institution: str
    since: datetime
    until: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Span:
    """One referral. since: its request; until: its answer or end, None while it waits for one.

    number: its place among the case's referrals that the caller sees, from 1.
    """

    referral_id: UUID
    sender: str
    addressee: str
    kind: str
    status: str
    since: datetime
    until: datetime | None
    number: int = 1


@dataclass(frozen=True, slots=True)
class History:
    """A case as its facts tell it: what had happened by ``as_of``, as recorded by ``as_known``.

    as_of, as_known: see ``axes.Axes``; None: now. folio, programme, subdivision: None while the
    registration has not arrived (or does not count as of then). sees: what whoever asks sees of it
    (list ``sights``); until: of the past, up to when. parties: who sees anything of it today (see
    ``shared.kernel.sight``); to those who do not see the case, only themselves. custodian: who
    answers for it, None before and after. closed_with: the outcome with which its custodian closed
    it; None while it is open. names: institutions' names by code.
    """

    case_id: UUID
    folio: str | None
    programme: str | None
    subdivision: str | None
    in_error: bool
    custodian: str | None
    parties: Parties
    facts: Sequence[Fact]
    custody: Sequence[Period]
    referrals: Sequence[Span]
    names: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime | None = None
    sees: Sight = Sight.CASE
    until: datetime | None = None
    closed_with: str | None = None
    as_known: AsKnown = None

    def name_of(self, institution: str) -> str:
        """Return an institution's name, or its code if the directory's fact has not arrived."""
        return self.names.get(institution, institution)


def in_order(facts: Iterable[AnyPlaced]) -> list[AnyPlaced]:
    """Sort facts: each after what it follows from, otherwise as they were recorded."""
    by_id = {fact.id: fact for fact in facts}
    recorded = sorted(by_id.values(), key=lambda fact: (_recording_order(fact), fact.id))
    if _each_after_what_it_follows(recorded, by_id):  # mostly, and much faster to see
        return recorded
    after: dict[str, list[AnyPlaced]] = {}
    waits: dict[str, int] = {}
    for fact in by_id.values():
        before = {b for b in (fact.causation, _before(fact.id)) if b in by_id and b != fact.id}
        waits[fact.id] = len(before)
        for each in before:
            after.setdefault(each, []).append(fact)
    ready = [(_recording_order(fact), fact.id) for fact in by_id.values() if not waits[fact.id]]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, fact_id = heapq.heappop(ready)
        ordered.append(by_id[fact_id])
        for fact in after.get(fact_id, ()):
            waits[fact.id] -= 1
            if not waits[fact.id]:
                heapq.heappush(ready, (_recording_order(fact), fact.id))
    return ordered


def _each_after_what_it_follows(facts: Iterable[AnyPlaced], by_id: Mapping[str, AnyPlaced]) -> bool:
    passed: set[str] = set()
    for fact in facts:
        for before in (fact.causation, _before(fact.id)):
            if before in by_id and before not in passed and before != fact.id:
                return False
        passed.add(fact.id)
    return True


def seen(facts: Sequence[AnyTold], institution: str, until: datetime | None) -> list[AnyTold]:
    """Return the facts that an institution sees which does not see the case (any more).

    until: up to when it saw the case; None if it has a preview. Besides what was recorded until
    then it sees what referral recorded of its own referrals since they were sent, the previews that
    were made for it, who has custody if it was told, and the outcome of what it handed over by a
    transfer.
    """
    own = {
        fact.data["referral_id"]
        for fact in facts
        if institution in {fact.data.get("sender"), fact.data.get("addressee")}
        and fact.service == REFERRAL
        and fact.name not in UNSENT
    }
    handed_over = {
        fact.data["referral_id"]
        for fact in facts
        if fact.name == REFERRAL_ACCEPTED
        and fact.data["sender"] == institution
        and fact.data["kind"] == TRANSFER
    }
    return [
        fact
        for fact in facts
        if (until is not None and fact.recorded_at <= until)
        or _of_its_own(fact, own)
        or (fact.name == CUSTODY_ANNOUNCED and institution in fact.data["institutions"])
        or (fact.name == CASE_PREVIEWED and fact.data["addressee"] == institution)
        or (fact.name == FOLLOW_UP_CLOSED and fact.data["referral_id"] in handed_over)
        or (fact.name == CASE_CLOSED and bool(handed_over))
    ]


def _of_its_own(fact: Told, own: Collection[str]) -> bool:
    """Whether referral recorded this of one of these referrals, once it was sent."""
    of_one = fact.service == REFERRAL and fact.data.get("referral_id") in own
    return of_one and fact.name not in UNSENT


def replaced_id(fact: Told) -> str:
    """Return the id of the fact that this one replaces: of the same stream."""
    return f"{fact.id.rpartition(':')[0]}:{fact.data[REPLACES]}"


def mended_version(fact: Told) -> int | None:
    """Return the version of the fact that this one replaces; None if it names none."""
    version = fact.data.get(REPLACES)
    return version if isinstance(version, int) else None  # of a referral: another referral's id


def custody_of(facts: Iterable[Told]) -> list[Period]:
    """Fold who answered for the case, and from when to when. facts: sorted (``in_order``)."""
    periods: list[Period] = []
    for fact in facts:
        if fact.name == CUSTODY_ENDED:
            _end(periods, fact.happened_at)
        elif fact.name in {CUSTODY_TAKEN, CUSTODY_ASSIGNED, REFERRAL_ACCEPTED}:
            custodian = str(fact.data["custodian"])
            held = bool(periods) and periods[-1].until is None
            if held and periods[-1].institution == custodian:
                continue
            _end(periods, fact.happened_at)
            periods.append(Period(custodian, fact.happened_at, None, fact.id))
    return periods


def referrals_of(facts: Iterable[Told]) -> list[Span]:
    """Fold the referrals of the case, in the order of their requests. facts: sorted."""
    spans: dict[str, Span] = {}
    meanwhile: dict[str, str | None] = {}
    for fact in facts:
        referral_id = str(fact.data.get("referral_id"))
        if fact.name == REFERRAL_REQUESTED:
            spans[referral_id] = Span(
                referral_id=UUID(referral_id),
                sender=str(fact.data["sender"]),
                addressee=str(fact.data["addressee"]),
                kind=str(fact.data["kind"]),
                status=STATUSES[REFERRAL_REQUESTED].code,
                since=fact.happened_at,
                until=None,
                number=len(spans) + 1,
            )
        elif fact.name in STATUSES and referral_id in spans:
            status = STATUSES[fact.name]
            if status.list_name == REFERRAL_STATUSES:
                spans[referral_id] = _moved(spans[referral_id], status, fact.happened_at)
            else:
                meanwhile[referral_id] = status.referral_status
    listed = statuses(REFERRAL_STATUSES)
    return [
        replace(one, status=meanwhile.get(i) or one.status) if listed[one.status].followed else one
        for i, one in spans.items()
    ]


def closing_of(facts: Iterable[Told]) -> str | None:
    """Fold with which outcome the case is closed; None if it is open. facts: sorted."""
    outcome = None
    for fact in facts:
        if fact.name == CASE_CLOSED:
            outcome = str(fact.data["outcome"])
        elif fact.name == CASE_REOPENED:
            outcome = None
    return outcome


def folio_of(facts: Iterable[Told]) -> str | None:
    """Return a case's folio: it is its name at any time, once its registration is known."""
    return next((str(each.data["folio"]) for each in facts if each.name == "case-registered"), None)


def described(facts: Sequence[Told]) -> tuple[str | None, str | None, bool]:
    """Fold a case's programme, subdivision, and whether it is in error. facts: sorted.

    Without the registration, programme and subdivision are those of the preview.
    """
    programme = subdivision = None
    registered = in_error = False
    for fact in facts:
        previewed = fact.name == CASE_PREVIEWED and not registered
        if fact.name == "case-registered" or previewed:
            programme = str(fact.data["programme"])
        if fact.name in DESCRIBING or previewed:
            subdivision = str(fact.data["subdivision"])
        registered = registered or fact.name == "case-registered"
        in_error = IN_ERROR_AFTER.get(fact.name, in_error)
    return programme, subdivision, in_error


def _moved(span: Span, status: Status, at: datetime) -> Span:
    if status.open:  # also again, if a decline was entered in error
        return replace(span, status=status.code, until=None)
    return replace(span, status=status.code, until=span.until or at)


def _end(periods: list[Period], at: datetime) -> None:
    if periods and periods[-1].until is None:
        periods[-1] = replace(periods[-1], until=at)


def _recording_order(fact: Placed) -> tuple[datetime, str, int]:
    return fact.recorded_at, fact.service, fact.position


def _before(fact_id: str) -> str:
    """Return the id of the fact before this one in its stream."""
    stream, _, version = fact_id.rpartition(":")
    return f"{stream}:{int(version) - 1}" if version.isdecimal() else ""
