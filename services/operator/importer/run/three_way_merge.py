"""How a case comes to say what a file says now, and to lose nothing that anybody else said since.

Each value is looked at three times: as the files said it last (``base``), as it stands (``now``),
and as it should be (``wanted``). What stands as wanted needs no fact. What the file says as it did
is left as it stands, whoever changed it. What nobody else changed becomes what is wanted. Where
both did, nothing of the case is changed, and the operator is told at which value.

The commands are those of everybody else, by whoever answers for the case or follows it up.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from services.followup import decisions as followup_decisions
from services.followup import followup
from services.intake.case import DECIDER as CASE
from services.intake.case import described
from services.intake.decisions import CorrectCase
from services.intake.details import changed_in
from services.operator.importer.run.case_record import (
    CaseRecord,
    Closing,
    Contact,
    Delivered,
    Item,
    Outcome,
    ValueHistory,
    Work,
    by_an_import,
    description_of,
    field_of,
    same,
    values_of,
)
from services.operator.importer.run.changes import Change, in_codes
from services.referral import closing, decisions
from shared.kernel.decider import Actor, Command
from shared.kernel.ids import InstallationSecret
from shared.kernel.record import Source
from shared.kernel.roles import CASEWORKER
from shared.kernel.text import Text
from shared.kernel.value import fields_of
from shared.service.command_client import KeyedCommand

CHANGES: Mapping[str, Text] = {
    "corrected": Text("descripciones corregidas", "descriptions corrected"),
    "recorded": Text("resultados y trabajo agregados", "outcomes and work added"),
    "mended": Text("resultados y trabajo corregidos", "outcomes and work corrected"),
    "voided": Text("resultados y trabajo anulados", "outcomes and work voided"),
    "closed": Text("casos cerrados", "cases closed"),
    "reopened": Text("casos reabiertos", "cases reopened"),
    "handed-over": Text("pasos de canalización agregados", "steps of referrals added"),
}
"""The kinds of changes, with their labels."""
ERROR, REOPENING = "import-error", "closed-in-error"
"""Why an import voids and reopens, of ``error_reasons`` and ``reopening_reasons``."""


_Act = tuple[type[Command], str]
"""What is done, and by which institution."""


class Verdict(Enum):
    """What becomes of a value."""

    LEFT = "it stays as it is"
    CHANGED = "it becomes what is wanted"
    CONTESTED = "the file and somebody else have both changed it"


def verdict(base: object, now: object, wanted: object) -> Verdict:
    """Decide about a value; None, for each of the three: there is none."""
    if same(now, wanted) or same(base, wanted):
        return Verdict.LEFT
    return Verdict.CHANGED if same(now, base) else Verdict.CONTESTED


class Wanted(NamedTuple):
    """What a value should be, and when it happened; None: there should be no such thing."""

    value: Any
    at: datetime


class Looked(NamedTuple):
    """A value looked at three times. base: as the files said it; None: they said none."""

    history: ValueHistory
    base: Any
    wanted: Wanted

    @property
    def now(self) -> Any:
        """As it stands."""
        return self.history.now

    @property
    def verdict(self) -> Verdict:
        """What becomes of it."""
        return verdict(self.base, self.now, self.wanted.value)


@dataclass(frozen=True, slots=True)
class Importer:
    """Who changes cases here. source: of its facts. subject: its pseudonym. now: when it does."""

    source: Source
    subject: str
    now: datetime
    secret: InstallationSecret

    def said(self, kind: type[Command], institution: str, at: datetime, **fields: Any) -> Command:
        """Return a command that an institution gives, because the file says so."""
        by = Actor(institution, CASEWORKER, self.subject)
        return kind(by=by, at=at, imported=self.source, **fields)


@dataclass
class Merging:
    """What a case needs.

    intake, referral: the commands about the case, in order; followup: by referral. changes: how
    many of each kind. told: each of them, for whoever has the file. contested: the values that must
    not be changed, as a command's field names them; if there is any, nothing is changed.
    """

    record: CaseRecord
    importer: Importer
    intake: list[Command] = field(default_factory=list)
    referral: list[Command] = field(default_factory=list)
    followup: dict[UUID, list[Command]] = field(default_factory=dict)
    changes: Counter[str] = field(default_factory=Counter)
    told: list[Change] = field(default_factory=list)
    contested: list[str] = field(default_factory=list)
    as_given: list[KeyedCommand] = field(default_factory=list)
    """Of follow-ups that are still to be opened: their commands under keys that they have."""

    @property
    def changes_anything(self) -> bool:
        """Whether there is any command."""
        return bool(self.intake or self.referral or any(self.followup.values()) or self.as_given)

    def describe(self, looked: Mapping[str, tuple[object, object]]) -> None:
        """Have the description say what is wanted. looked: base and wanted, by the value's name."""
        histories = self.record.described()
        wanted: dict[str, object] = {}
        for name, (base, value) in looked.items():
            match verdict(base, histories[name].now, value):
                case Verdict.CHANGED:
                    wanted[name] = value
                    self._tell("corrected", field_of(name), histories[name].now, value)
                case Verdict.CONTESTED:
                    self.contested.append(field_of(name))
                case Verdict.LEFT:
                    continue
        state = described(CASE.fold(one.fact for one in self.record.registered))
        if not wanted or state is None:
            return
        proposed = description_of({**values_of(state), **wanted})
        whole = changed_in(state, proposed, wanted)
        now, version = self.importer.now, len(self.record.registered)
        correction = self.importer.secret.id_of("correction", str(state.case_id), str(version))
        command = self.importer.said(
            CorrectCase,
            state.custody.custodian,
            now,
            received_at=now,
            correction_id=correction,
            **fields_of(whole),
        )
        self.intake.append(command)
        self.changes["corrected"] += 1

    def refer(self, command: Command) -> None:
        """Have a command about a referral carried out, as the file's mapping gives it."""
        self.referral.append(command)
        to = getattr(command, "to", None) or _STEPS.get(type(command))
        self._tell("handed-over", "to", None, to)
        self.changes["handed-over"] += 1

    def close_case(self, ends: Looked, custodian: str) -> None:
        """Have the case be closed, or open, as is wanted, once it was referred as is wanted.

        custodian: who answers for it then.
        """
        reopens = closing.ReopenCase, self.record.custodian().now
        closes = closing.CloseCase, custodian
        self.referral = [*self._around(self.referral, ends, reopens, closes)]

    def opens_follow_up(self, commands: Sequence[KeyedCommand], items: Sequence[Item]) -> None:
        """Have the work of a follow-up that is still to be opened be done as the row gives it.

        items: what the commands record.
        """
        self.as_given += commands
        for item in items:
            self._tell("recorded", _FIELDS[type(item)], None, item)
        if items:
            self.changes["recorded"] += len(items)

    def follow_up(
        self, referral: UUID, items: Sequence[Looked], new: Sequence[Wanted], ends: Looked
    ) -> None:
        """Have an open follow-up's work be what is wanted. new: what no file said yet.

        Nothing comes to stand twice: what somebody else has recorded as it is wanted needs no fact,
        and where they recorded the like of it since, it is contested.
        """
        opened: followup.FollowUpOpened = self.record.followed[referral][0].fact
        by = opened.institution
        self.contested += ["amount" for one in items if one.verdict is Verdict.CONTESTED]
        changed = [one for one in items if one.verdict is Verdict.CHANGED]
        mends = [self._mends(by, one) for one in changed if one.now is not None]
        others = _others(self.record.work(referral), items)
        new = [wanted for wanted in new if not _taken(wanted, others)]
        since = [(one.wanted, one.history.last.version) for one in changed]
        for wanted, version in (*since, *((wanted, 0) for wanted in new)):
            if any(_is_like(one, wanted) and one.last.version > version for one in others):
                self.contested.append(_FIELDS[type(wanted.value)])
        added = [*(one.wanted for one in changed if one.now is None), *new]
        adds = [self._adds(by, wanted) for wanted in added]
        for wanted in added:
            self._tell("recorded", _FIELDS[type(wanted.value)], None, wanted.value)
        if adds:
            self.changes["recorded"] += len(adds)
        reopens, closes = followup_decisions.ReopenFollowUp, followup_decisions.CloseFollowUp
        self.followup[referral] = [*mends, *self._around(adds, ends, (reopens, by), (closes, by))]

    def contest_if_custody_moved(self) -> None:
        """Contest it all if anything is to be changed and somebody else has moved the case."""
        held = self.record.custodian()
        if self.changes_anything and held.now != held.said(by_an_import):
            self.contested.append("custodian")

    def _around(
        self, adds: Sequence[Command], ends: Looked, reopens: _Act, closes: _Act
    ) -> Iterator[Command]:
        """Yield what is added, after a reopening and before a closing where it needs them."""
        if adds and ends.now is not None and ends.verdict is Verdict.LEFT:
            again = same(ends.now, ends.wanted.value)
            contested = not again
        else:
            again, contested = False, ends.verdict is Verdict.CONTESTED
        if contested:
            self.contested.append("happened_at")
            return
        moves = again or ends.verdict is Verdict.CHANGED
        if moves and ends.now is not None:
            yield self._reopens(*reopens, ends)
        yield from adds
        if moves and ends.wanted.value is not None:
            yield self._closes(*closes, ends.wanted)
        if ends.verdict is Verdict.CHANGED:
            self._counts(ends)

    def _counts(self, ends: Looked) -> None:
        """Count a closing once, although the case and its follow-ups each have one."""
        kind = "closed" if ends.wanted.value is not None else "reopened"
        if not self.changes[kind]:
            self._tell(kind, "happened_at", ends.now, ends.wanted.value)
        self.changes[kind] = 1

    def _tell(self, kind: str, name: str, before: object, after: object) -> None:
        self.told.append(Change(kind, name, in_codes(before), in_codes(after)))

    # --- the commands -----------------------------------------------------------------------

    def _reopens(self, kind: type[Command], institution: str, ends: Looked) -> Command:
        """Reopen what is closed: not after it is closed again, so that it ends up closed."""
        closed = ends.history.last.meta.happened_at
        at = self.importer.now if ends.wanted.value is None else min(closed, ends.wanted.at)
        return self.importer.said(kind, institution, at, reason=REOPENING)

    def _closes(self, kind: type[Command], institution: str, wanted: Wanted) -> Command:
        value: Closing = wanted.value
        return self.importer.said(
            kind, institution, wanted.at, outcome=value.outcome, undated=value.at is None
        )

    def _adds(self, institution: str, wanted: Wanted) -> Command:
        kind = _KINDS[type(wanted.value)].recorded
        return self.importer.said(kind, institution, wanted.at, **fields_of(wanted.value))

    def _mends(self, institution: str, one: Looked) -> Command:
        kinds, replaces = _KINDS[type(one.now)], one.history.last.version
        kind = "voided" if one.wanted.value is None else "mended"
        self._tell(kind, _FIELDS[type(one.now)], one.now, one.wanted.value)
        if one.wanted.value is None:
            self.changes["voided"] += 1
            return self.importer.said(
                kinds.voided, institution, self.importer.now, replaces=replaces, reason=ERROR
            )
        self.changes["mended"] += 1
        return self.importer.said(
            kinds.corrected,
            institution,
            one.wanted.at,
            replaces=replaces,
            **fields_of(one.wanted.value),
        )


def _others(work: Work, items: Sequence[Looked]) -> list[ValueHistory]:
    """Return what stands besides of a follow-up's work."""
    at_hand = [one.history for one in items]
    return [one for one in work.items.values() if one.now is not None and one not in at_hand]


def _taken(wanted: Wanted, others: list[ValueHistory]) -> bool:
    """Take one that is as wanted from the others, and tell whether there was any."""
    for one in others:
        if _is_like(one, wanted) and same(one.now, wanted.value):
            others.remove(one)
            return True
    return False


def _is_like(one: ValueHistory, wanted: Wanted) -> bool:
    """Whether both may be one and the same: outcomes of one kind, or what was done at one time."""
    if isinstance(wanted.value, Outcome):
        return isinstance(one.now, Outcome) and one.now.outcome == wanted.value.outcome
    return same(one.now, wanted.value) and same(one.last.meta.happened_at, wanted.at)


class _Kinds(NamedTuple):
    """The commands about a kind of work."""

    recorded: type[Command]
    corrected: type[Command]
    voided: type[Command]


_FIELDS: Mapping[type[Item], str] = {Contact: "channel", Delivered: "service", Outcome: "amount"}
"""The field of a command that says most of what is recorded."""
_STEPS: Mapping[type[Command], str] = {
    decisions.AcknowledgeReferral: "acknowledged",
    decisions.AcceptReferral: "accepted",
    decisions.DeclineReferral: "declined",
    decisions.WithdrawReferral: "withdrawn",
}
"""The status to which a command brings a referral."""
_KINDS: Mapping[type[Item], _Kinds] = {
    Contact: _Kinds(
        followup_decisions.RecordContact,
        followup_decisions.CorrectContact,
        followup_decisions.EnterContactInError,
    ),
    Delivered: _Kinds(
        followup_decisions.RecordServiceDelivered,
        followup_decisions.CorrectService,
        followup_decisions.EnterServiceInError,
    ),
    Outcome: _Kinds(
        followup_decisions.RecordOutcome,
        followup_decisions.CorrectOutcome,
        followup_decisions.EnterOutcomeInError,
    ),
}
