"""Who may see what of a case, folded from its raw facts as far as a service knows them.

Written from the domain page alone. In order, the widest that applies:

- CASE: the custodian (the last one, once the case was entered in error; the registering institution
  until custody is taken), the addressee of a share that it accepted and that lives, and auditors;
- PAST, up to a moment: the addressee of a share that has ended, up to that; the sender of a
  transfer, up to its acceptance;
- PREVIEW: the addressee of a referral that it has not decided on, or only in error, once the
  preview was recorded;
- NOTHING: everybody else, whatever they once were; so from whom a steward took a case.

A referral itself is always shown to its two sides, and a follow-up to the one that follows up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from tests.faults.checker.rows import Fact
from tests.faults.checker.stations import GOES_ON, OPEN, REFERRAL, Stations

SEES_ALL = frozenset({"auditor", "monitor"})
PREVIEW_FIELDS = frozenset(
    ("case_id", "referral_id", "addressee", "programme", "subdivision", "age_band", "sex")
)
PAST_ROW = frozenset(
    (
        *("case_id", "folio", "source_key", "programme", "institution"),
        *("registered_at", "listed_at", "sees", "until"),
    )
)
PREVIEW_ROW = frozenset(
    ("case_id", "programme", "subdivision", "age_band", "sex", "listed_at", "sees")
)
_OVER = frozenset({"revoked", "closed", "failed", "cancelled-by-person"})
"""How an accepted share ends."""
_UNSENT = frozenset({"referral-drafted", "draft-discarded"})
"""What nobody is told of but those who see the case."""
EVER = datetime.max.replace(tzinfo=UTC)
_PAST, _CASE = 2, 3


@dataclass(frozen=True, slots=True, order=True)
class Sight:
    """What an institution sees: the wider of two is the greater. until: of a PAST."""

    width: int
    until: datetime = EVER

    def reaches(self, recorded: datetime) -> bool:
        """Whether what was recorded then is among what is seen."""
        return self.width == _CASE or (self.width == _PAST and recorded <= self.until)


NOTHING, PREVIEW, CASE = Sight(0), Sight(1), Sight(_CASE)


def past(until: datetime) -> Sight:
    """The history up to a moment."""
    return Sight(_PAST, until)


@dataclass
class Referral:
    """One referral of a case. undecided: not yet; ended: since when an accepted share is over."""

    sender: str
    addressee: str
    kind: str
    undecided: bool = True
    accepted: datetime | None = None
    ended: datetime | None = None
    previewed: bool = False
    coordinator: str = ""

    @property
    def sides(self) -> set[str]:
        return {self.sender, self.addressee}

    def is_given_away(self, by: str) -> bool:
        """Whether it handed the case over."""
        return self.kind == "transfer" and self.sender == by and self.accepted is not None

    def gives(self, reader: str) -> Iterator[Sight]:
        """What it lets an institution see."""
        shares = self.kind != "transfer"
        if self.accepted is not None:
            if shares and reader == self.addressee:
                yield CASE if self.ended is None else past(self.ended)
            if not shares and reader == self.sender:
                yield past(self.accepted)
        elif self.undecided and self.previewed and reader == self.addressee:
            yield PREVIEW


@dataclass
class CaseAsKnown:
    """Where a case stands."""

    registered_by: str | None = None
    taken_by: str | None = None
    referrals: dict[str, Referral] = field(default_factory=dict)
    stations: Stations = field(default_factory=Stations)
    drafts: set[str] = field(default_factory=set)

    @property
    def custodian(self) -> str | None:
        return self.taken_by or self.registered_by

    def sight(self, reader: str) -> Sight:
        """The widest that an institution has."""
        found = [sight for one in self.referrals.values() for sight in one.gives(reader)]
        if reader == self.custodian:
            found.append(CASE)
        return max(found, default=NOTHING)


Known = Mapping[str, Sequence[Fact]]
"""What a service knows of one case: by source, the facts that it has, in their order."""
Shown = frozenset[str] | None
"""The ids, or fields, of what is shown; None: there is no such case. ALL: whatever there is."""
ALL = frozenset({"*"})


def as_known(known: Known) -> CaseAsKnown:
    """Fold what is known of a case."""
    at = CaseAsKnown()
    for fact in known["referral"]:
        if fact.name in {"custody-taken", "referral-accepted", "custody-assigned"}:
            at.taken_by = str(fact.payload["custodian"])
        _of_referral(at, fact)
    for fact in known.get("intake", ()):
        if fact.name == "case-registered":
            at.registered_by = fact.payload.get("institution")
        elif fact.name == "case-previewed":
            one = at.referrals.get(str(fact.payload["referral_id"]))
            if one is not None:
                one.previewed = True
    return at


def _of_referral(at: CaseAsKnown, fact: Fact) -> None:
    payload, referral = fact.payload, str(fact.payload.get("referral_id"))
    if fact.name == "referral-requested":
        sides = (str(payload["sender"]), str(payload["addressee"]))
        at.referrals[referral] = Referral(*sides, str(payload["kind"]))
    if fact.name not in REFERRAL:
        return
    if fact.name == "referral-drafted":
        at.drafts.add(referral)
    status = at.stations.take(fact)
    if (one := at.referrals.get(referral)) is not None:
        one.coordinator = str(payload.get("coordinator", one.coordinator))
        _stands(one, fact, status)


def _stands(one: Referral, fact: Fact, status: str) -> None:
    """Have a referral stand as it does after a fact."""
    one.undecided = status in OPEN
    if fact.name == "referral-accepted":
        one.accepted = moment(fact.recorded_at)
    if status not in _OVER:
        one.ended = None if status in GOES_ON else one.ended
    elif one.accepted is not None:
        one.ended = one.ended or moment(fact.recorded_at)


@dataclass(frozen=True)
class View:
    """What one institution is shown of one case by a service that knows this much of it.

    all_cases: whether the reader's role sees every case. referral: of the question; "" for none.
    """

    known: Known
    reader: str
    all_cases: bool
    referral: str = ""

    @cached_property
    def _at(self) -> CaseAsKnown:
        return as_known(self.known)

    @cached_property
    def _sight(self) -> Sight:
        return CASE if self.all_cases else self._at.sight(self.reader)

    @cached_property
    def _one(self) -> Referral | None:
        return self._at.referrals.get(self.referral)

    @property
    def _is_a_side(self) -> bool:
        return self._one is not None and self.reader in self._one.sides

    def case(self) -> Shown:
        """Intake's: to whom the whole case is shown."""
        return _if(self._sight == CASE and self._has("intake", "case-registered"))

    def preview(self) -> Shown:
        """Intake's, of one referral: its addressee, while it has not decided."""
        one = self._one
        if one is None or not one.previewed:
            return None
        theirs = one.undecided and self.reader == one.addressee
        return _if(theirs or self._sight == CASE, PREVIEW_FIELDS)

    def custody(self) -> Shown:
        """Referral's: every referral of the case, drafts too."""
        there = self._has("referral", "custody-taken")
        return _if(
            there and self._sight == CASE, frozenset({*self._at.referrals, *self._at.drafts})
        )

    def one_referral(self) -> Shown:
        """Referral's, of one referral: both sides of it, whatever became of it.

        And who was to confirm that it is declined.
        """
        one = self._one
        theirs = one is not None and self.reader in {*one.sides, one.coordinator}
        return _if(one is not None and (theirs or self._sight == CASE))

    def follow_up(self) -> Shown:
        """Followup's, of one referral: who follows up, and who has custody now."""
        for fact in self.known["followup"]:
            if fact.name == "follow-up-opened" and fact.payload["referral_id"] == self.referral:
                theirs = self.reader in {fact.payload["institution"], self._at.custodian}
                return _if(theirs or self.all_cases)
        return None

    def history(self) -> Shown:
        """Reporting's: the facts that are told, and the referrals whose requests are among them."""
        there = bool(self.known["intake"] or self.known["referral"])
        told = list(self._told())
        requests = (f for f in told if f.name == "referral-requested")
        referrals = {of_a_referral(str(f.payload["referral_id"])) for f in requests}
        return _if(there and self._sight > NOTHING, frozenset(referrals | {f.id for f in told}))

    def row(self) -> Shown:
        """Reporting's, of a case: the fields that say something."""
        if self._sight == PREVIEW:
            return PREVIEW_ROW
        there = self._has("intake", "case-registered") and self._sight > NOTHING
        return _if(there, ALL if self._sight == CASE else PAST_ROW)

    def referral_row(self) -> Shown:
        """Reporting's, of a referral: to its sides, and with the whole case."""
        return _if(self._one is not None and (self._is_a_side or self._sight == CASE), ALL)

    def _has(self, source: str, name: str) -> bool:
        return any(fact.name == name for fact in self.known[source])

    def _told(self) -> Iterator[Fact]:
        referrals = self._at.referrals.items()
        own = {name for name, one in referrals if self.reader in one.sides}
        given_away = {name for name, one in referrals if one.is_given_away(self.reader)}
        for source, facts in self.known.items():
            for fact in facts:
                referral = str(fact.payload.get("referral_id"))
                if (
                    self._sight.reaches(moment(fact.recorded_at))
                    or (source == "referral" and referral in own and fact.name not in _UNSENT)
                    or (self.reader in fact.payload.get("institutions", ()))
                    or (fact.name == "case-previewed" and fact.payload["addressee"] == self.reader)
                    or (fact.name == "follow-up-closed" and referral in given_away)
                    or (fact.name == "case-closed" and given_away)
                ):
                    yield fact


def _if(condition: bool, what: frozenset[str] = frozenset()) -> Shown:  # noqa: FBT001 - it reads as a sentence
    return what if condition else None


VIEWS: Mapping[str, Callable[[View], Shown]] = {
    "case": View.case,
    "preview": View.preview,
    "custody": View.custody,
    "referral": View.one_referral,
    "follow-up": View.follow_up,
    "history": View.history,
    "case-row": View.row,
    "cases": View.row,
    "referrals": View.referral_row,
}
"""By question. Of a list: what a row of it may say."""


def moment(text: str) -> datetime:
    """A moment in UTC from its text."""
    return datetime.fromisoformat(text).astimezone(UTC)


def of_a_referral(referral: str) -> str:
    """How a referral stands among what a history shows, beside the ids of facts."""
    return f"referral {referral}"


def names_of(rows: Iterable[Mapping[str, object]]) -> frozenset[str]:
    """The fields in which any of these rows says something."""
    return frozenset(name for row in rows for name, value in row.items() if value is not None)
