"""What is recorded of a case, value by value: for each value, the facts that said it.

Such a history tells what the files said of a value, and how it stands now. Where the two differ,
somebody else has changed it since, and no file changes it back.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.followup import followup
from services.intake import case as intake
from services.intake.changes import CaseCorrected, CorrectionTurnedIntoProposal
from services.intake.details import Description, Details
from services.referral.assigning import CustodyAssigned
from services.referral.closing import CaseClosed, CaseReopened
from services.referral.custody_facts import CustodyTaken
from services.referral.referral_facts import ReferralAccepted, ReferralRequested
from shared.kernel.record import Recorded
from shared.kernel.value import Value, fields_of
from shared.service import service as running

IMPORTING, UNDOING = "import:", "undo:"
"""How the pseudonyms begin of what imports a file, and of what takes it back."""
Counts = Callable[[Recorded], bool]
"""Whether a fact is one of those that are asked about."""


def by_an_import(fact: Recorded) -> bool:
    """Whether a file says so, or it follows from what a file says."""
    # A closing of version 0.2.0 names no file.
    return fact.meta.imported is not None or fact.meta.subject.startswith(IMPORTING)


class Contact(Value):
    """There was contact."""

    channel: str


class Delivered(Value):
    """A service was delivered."""

    service: str


class Outcome(Value):
    """Something came of it."""

    outcome: str
    amount: Decimal | None
    currency: str | None
    on: date | None


class Closing(Value):
    """It was closed with ``outcome``. at: when; None if that is not known."""

    outcome: str
    at: datetime | None


Item = Contact | Delivered | Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact, and the value that it says; None: there is no such thing any more."""

    by: Recorded
    value: Any


@dataclass(slots=True)
class ValueHistory:
    """The facts that said one value of a case, oldest first."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def now(self) -> Any:
        """The value as it stands; None if there is none."""
        return self.entries[-1].value if self.entries else None

    @property
    def last(self) -> Recorded:
        """The fact that said it last; there must be one."""
        return self.entries[-1].by

    def said(self, counts: Counts) -> Any:
        """Return the value that the last of these facts said; None if none of them said any."""
        return next((entry.value for entry in reversed(self.entries) if counts(entry.by)), None)

    def happened(self, counts: Counts) -> datetime | None:
        """Return when it happened, as the last of these facts said; None if there is none."""
        said = (entry.by.meta.happened_at for entry in reversed(self.entries) if counts(entry.by))
        return next(said, None)


@dataclass(slots=True)
class Work:
    """A follow-up: what was done and came of it, by the number of the fact that said it first."""

    items: dict[int, ValueHistory] = field(default_factory=dict)
    closing: ValueHistory = field(default_factory=ValueHistory)


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """The facts of a case's streams. followed: those of its follow-ups, by referral."""

    registered: Sequence[Recorded]
    held: Sequence[Recorded]
    followed: Mapping[UUID, Sequence[Recorded]]

    def all(self) -> Iterator[Recorded]:
        """Yield every fact, service by service."""
        yield from self.registered
        yield from self.held
        for facts in self.followed.values():
            yield from facts

    def described(self) -> Mapping[str, ValueHistory]:
        """Return what was said of the person and the matter, by the value's name."""
        histories: dict[str, ValueHistory] = {}
        for one in self.registered:
            match one.fact:
                case intake.CaseRegistered() | CorrectionTurnedIntoProposal():
                    names: Iterable[str] = _NAMES
                case CaseCorrected(changed=changed):
                    names = changed
                case _:
                    continue
            for name in names:
                histories.setdefault(name, ValueHistory()).entries.append(
                    Entry(one, _value(one.fact, name))
                )
        return histories

    def custodian(self) -> ValueHistory:
        """Return who answered for the case."""
        kinds = CustodyTaken | ReferralAccepted | CustodyAssigned
        return ValueHistory(
            [Entry(o, o.fact.custodian) for o in self.held if isinstance(o.fact, kinds)]
        )

    def closing(self) -> ValueHistory:
        """Return with what, and when, its custodian closed the case."""
        return _closing(self.held, CaseClosed, CaseReopened)

    def work(self, referral: UUID) -> Work:
        """Return what was done, and came of it, in the follow-up of a referral."""
        facts = self.followed.get(referral, ())
        work = Work(closing=_closing(facts, followup.FollowUpClosed, followup.FollowUpReopened))
        history_of: dict[int, ValueHistory] = {}
        for one in facts:
            value = item_of(one.fact)
            if isinstance(one.fact, followup.Mended):
                history = history_of.pop(one.fact.replaces)
            elif value is not None:
                history = _gone_on_with(one, value, work) or ValueHistory()
                work.items[one.version] = history
            else:
                continue
            history.entries.append(Entry(one, value))
            history_of[one.version] = history
        return work


def records_of(
    services: Mapping[str, running.Service], cases: Collection[UUID]
) -> Mapping[UUID, CaseRecord]:
    """Read all that is recorded of these cases: a query for each service, however many cases."""
    registered = services["intake"].log.facts_of(cases)
    held = services["referral"].log.facts_of(cases)
    referrals = {case: [*_referrals(held[case])] for case in cases}
    followed = services["followup"].log.facts_of({r for all_ in referrals.values() for r in all_})
    return {
        case: CaseRecord(
            registered[case], held[case], {r: followed[r] for r in referrals[case] if followed[r]}
        )
        for case in cases
    }


def _referrals(held: Iterable[Recorded]) -> Iterator[UUID]:
    return (one.fact.referral_id for one in held if isinstance(one.fact, ReferralRequested))


def item_of(fact: object) -> Item | None:
    """Return what a fact says was done, or came of it; None if it says nothing of that kind."""
    match fact:
        case followup.ContactRecorded() | followup.ContactCorrected():
            return Contact(fact.channel)
        case followup.ServiceDelivered() | followup.ServiceCorrected():
            return Delivered(fact.service)
        case followup.OutcomeRecorded() | followup.OutcomeCorrected():
            return Outcome(fact.outcome, fact.amount, fact.currency, fact.on)
        case _:
            return None


def _gone_on_with(one: Recorded, value: Item, work: Work) -> ValueHistory | None:
    """Return the history that a fact goes on with, if it takes back that it was voided."""
    if not one.meta.subject.startswith(UNDOING):
        return None
    for number, history in work.items.items():
        voided = history.now is None and history.last.meta.imported == one.meta.imported
        if voided and history.entries[-2].value == value:
            return work.items.pop(number)
    return None


def values_of(description: Description) -> Mapping[str, object]:
    """Return the values of a description by name, as ``CaseCorrected.changed`` names them."""
    return {name: _value(description, name) for name in _NAMES}


def description_of(values: Mapping[str, Any]) -> Description:
    """Return the description that has these values."""
    own = {name: values[name] for name in _OWN}
    return Description(**own, details=Details(**{n: values[n] for n in _NAMES if n not in _OWN}))


def field_of(name: str) -> str:
    """Return the field of a command that gives a value of the description."""
    return name if name in _OWN else f"details.{name}"


def same(one: object, other: object) -> bool:
    """Whether two values are the same. A moment's offset counts: it decides the day."""
    if isinstance(one, Value) and isinstance(other, Value):
        its, others = fields_of(one), fields_of(other)
        return type(one) is type(other) and all(same(its[name], others[name]) for name in its)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.isoformat() == other.isoformat()
    return one == other


_OWN = ("subdivision", "municipality", "channel", "opened_at")
_NAMES = (*_OWN, *fields_of(Details()))


def _value(description: Any, name: str) -> object:
    return getattr(description if name in _OWN else description.details, name)


def _closing(facts: Sequence[Recorded], closes: type, reopens: type) -> ValueHistory:
    return ValueHistory(
        [
            Entry(one, closing_of(one.fact, one.meta.happened_at) if closed else None)
            for one in facts
            if (closed := isinstance(one.fact, closes)) or isinstance(one.fact, reopens)
        ]
    )


def closing_of(said: Any, at: datetime) -> Closing:
    """Return the closing that a command asks for, or that a fact says."""
    return Closing(said.outcome, None if said.undated else at)
