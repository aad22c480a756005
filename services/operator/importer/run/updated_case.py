"""``--update``: the cases of earlier rows come to say what their rows say now.

What a row wants is read from its own commands, whatever the mapping makes of it. The case keeps its
id, its folio, its custody and its referrals; ``three_way_merge`` says what is changed, and what is
not.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.followup import decisions as followup_decisions
from services.intake.case import RegisterCase
from services.intake.details import described_by
from services.operator.importer.mapping.import_mapping import ACCEPTED, DECLINED, WITHDRAWN
from services.operator.importer.run.case_record import (
    CaseRecord,
    Contact,
    Delivered,
    Item,
    Outcome,
    ValueHistory,
    by_an_import,
    closing_of,
    same,
    values_of,
)
from services.operator.importer.run.changes import Change
from services.operator.importer.run.decided_commands import ByService, decided_commands
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.imported_history import ImportedHandover
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.three_way_merge import Importer, Looked, Merging, Wanted
from services.referral import custody, custody_states
from services.referral.closing import CloseCase
from services.referral.decisions import (
    AcceptReferral,
    AcknowledgeReferral,
    DeclineReferral,
    ReferCase,
    WithdrawReferral,
)
from services.referral.referral import Referral, Requested, Undecided
from services.referral.referral_facts import (
    AboutReferral,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralRequested,
    ReferralWithdrawn,
)
from shared.kernel.decider import Command
from shared.kernel.record import Recorded
from shared.service.command_client import KeyedCommand

_DECIDED: Mapping[type[Command], frozenset[str]] = {
    AcceptReferral: frozenset({"accepted", "closed", "revoked"}),
    DeclineReferral: frozenset({"declined"}),
    WithdrawReferral: frozenset({"withdrawn"}),
}
"""The statuses in which a referral is when such a command was carried out."""


@dataclass(frozen=True, eq=False, slots=True)
class UpdateCommands:
    """The commands by which the case of a row comes to say what the row says.

    folio: the case's. changes: how many of each kind (``three_way_merge.CHANGES``). told: each.
    """

    of: RowCommands
    folio: str
    by_service: ByService
    changes: Counter[str]
    told: Sequence[Change] = ()

    @property
    def case_id(self) -> UUID:
        """The case."""
        return self.of.case_id


AnyCommands = RowCommands | UpdateCommands
"""What a row leads to: a case, or that its case is brought up to date."""


def row_of(commands: AnyCommands) -> RowCommands:
    """Return the row itself, of what brings its case up to date."""
    return commands.of if isinstance(commands, UpdateCommands) else commands


@dataclass(frozen=True, slots=True)
class Contested:
    """The values that the row and somebody else have both changed, as commands' fields name them.

    Nothing is changed.
    """

    fields: Sequence[str]


def updated(
    row: RowCommands, record: CaseRecord, deciding: Deciding, now: datetime
) -> UpdateCommands | Contested | None:
    """Return what brings a row's case up to date; None if nothing does. Raises RuleRefuses."""
    command = row.first.command
    if command.imported is None:
        raise TypeError("a row's commands name their source")
    secret, subject = row.first.secret, command.by.subject
    merging = Merging(record, Importer(command.imported, subject, now, secret))
    _merge(row, merging)
    if merging.contested:
        return Contested(merging.contested)
    commands = decided_commands(merging, deciding)
    if not any(commands.values()):
        return None
    folio = record.registered[0].fact.folio
    return UpdateCommands(row, folio, commands, merging.changes, merging.told)


def _merge(row: RowCommands, merging: Merging) -> None:
    record = merging.record
    _describe(row, merging)
    merging.contested += _told_otherwise(row, record)
    state = custody.DECIDER.fold(fact.fact for fact in record.held)
    known = state.referrals if isinstance(state, custody_states.InCustody) else {}
    _refer(row, merging, known)
    ends = _ending(record.closing(), _of_the_case(row), merging)
    merging.close_case(ends, row.custodian)
    for referral, commands in _by_stream(row.by_service["followup"], known).items():
        if referral in record.followed:
            asked = [keyed.command for keyed in commands]
            _follow_up(merging, referral, asked, row.own_dates)
        else:
            items = [item for each in commands if (item := item_asked(each.command)) is not None]
            merging.opens_follow_up(commands, items)
    merging.contest_if_custody_moved()


def _describe(row: RowCommands, merging: Merging) -> None:
    histories = merging.record.described()
    (register,) = (
        keyed.command
        for keyed in row.by_service["intake"]
        if isinstance(keyed.command, RegisterCase)
    )
    wanted = values_of(described_by(register))
    merging.describe(
        {name: (histories[name].said(by_an_import), value) for name, value in wanted.items()}
    )


def _told_otherwise(row: RowCommands, record: CaseRecord) -> Iterator[str]:
    """Yield what the row says otherwise than a file before it, and no update changes."""
    registered = record.registered[0]
    if registered.meta.institution != row.case.registered_by:
        yield "registered_by"
    if registered.fact.programme != row.case.programme:
        yield "programme"
    handovers = {one.referral_id: one.handover for one in row.referrals}
    for one in record.held:
        if by_an_import(one) and isinstance(one.fact, AboutReferral):
            handover = handovers.get(one.fact.referral_id)
            yield from _of_handover(handover, one) if handover else ()


def _of_handover(handover: ImportedHandover, one: Recorded) -> Iterator[str]:
    """Yield what is told otherwise of a hand-over. What the row does not date, any date agrees to.

    one: a fact about it that a file told before.
    """
    match one.fact:
        case ReferralRequested():
            field = "referred"
        case ReferralAcknowledged():
            field = "acknowledged"
        case ReferralAccepted() | ReferralDeclined() | ReferralWithdrawn():
            field = "answered"
            if type(one.fact) is not _ANSWERED.get(handover.answer):
                yield "to"
        case _:
            return
    at = getattr(handover, field)
    if at is not None and not same(at, one.meta.happened_at):
        yield field
    if handover.reason not in {None, getattr(one.fact, "reason", handover.reason)}:
        yield "reason"


_ANSWERED: Mapping[str, type[AboutReferral]] = {
    ACCEPTED: ReferralAccepted,
    DECLINED: ReferralDeclined,
    WITHDRAWN: ReferralWithdrawn,
}
"""What an answer of a hand-over is recorded as."""


def _refer(row: RowCommands, merging: Merging, known: Mapping[UUID, Referral]) -> None:
    """Have the row's referrals be as it says."""
    wanted: dict[UUID, list[Command]] = {}
    for keyed in row.by_service["referral"]:
        referral = getattr(keyed.command, "referral_id", None)
        if referral is not None:
            wanted.setdefault(referral, []).append(keyed.command)
    for referral, commands in wanted.items():
        for command in _steps(commands, known.get(referral), merging):
            merging.refer(command)
    gone = known.keys() - wanted.keys()
    if any(
        by_an_import(fact) and getattr(fact.fact, "referral_id", None) in gone
        for fact in merging.record.held
    ):
        merging.contested.append("to")


def _steps(
    commands: Sequence[Command], current: Referral | None, merging: Merging
) -> Iterator[Command]:
    """Yield what is left to do of a referral's commands."""
    asked, last = commands[0], commands[-1]
    if current is None:
        yield from commands
    elif not isinstance(asked, ReferCase) or (asked.to, asked.kind) != (
        current.request.addressee,
        current.request.kind,
    ):
        merging.contested.append("to")
    elif isinstance(current, Undecided):
        received = not isinstance(current, Requested)
        yield from (
            one for one in commands[1:] if not (received and isinstance(one, AcknowledgeReferral))
        )
    elif type(last) in _DECIDED and current.status not in _DECIDED[type(last)]:
        merging.contested.append("to")


def _of_the_case(row: RowCommands) -> Command | None:
    """Return the command that closes the case, if one does."""
    closings = [k.command for k in row.by_service["referral"] if isinstance(k.command, CloseCase)]
    return closings[-1] if closings else None


def _by_stream(
    commands: Sequence[KeyedCommand], known: Mapping[UUID, Referral]
) -> Mapping[UUID, list[KeyedCommand]]:
    """Return the commands of each follow-up, and none for those that the row says nothing of."""
    streams: dict[UUID, list[KeyedCommand]] = {referral: [] for referral in known}
    for keyed in commands:
        streams.setdefault(keyed.stream, []).append(keyed)
    return streams


def _follow_up(
    merging: Merging, referral: UUID, commands: Sequence[Command], own_dates: Collection[datetime]
) -> None:
    work = merging.record.work(referral)
    wants = [Wanted(item, one.at) for one in commands if (item := item_asked(one)) is not None]
    closes = [one for one in commands if isinstance(one, followup_decisions.CloseFollowUp)]
    said = {
        n: history for n, history in work.items.items() if history.said(by_an_import) is not None
    }
    matched, new = _matched(said, wants, own_dates)
    items = [
        Looked(
            history,
            history.said(by_an_import),
            wants[matched[n]] if n in matched else Wanted(None, merging.importer.now),
        )
        for n, history in said.items()
    ]
    ends = _ending(work.closing, closes[-1] if closes else None, merging)
    merging.follow_up(referral, items, [wants[n] for n in new], ends)


def _ending(history: ValueHistory, command: Command | None, merging: Merging) -> Looked:
    """Look at a closing. command: the one that closes; None: it is to be open."""
    if command is None:
        wanted = Wanted(None, merging.importer.now)
    else:
        wanted = Wanted(closing_of(command, command.at), command.at)
    return Looked(history, history.said(by_an_import), wanted)


def item_asked(command: Command) -> Item | None:
    """Return what a command records as done, or as what came of it; None if it does neither."""
    match command:
        case followup_decisions.RecordContact(channel=channel):
            return Contact(channel)
        case followup_decisions.RecordServiceDelivered(service=service):
            return Delivered(service)
        case followup_decisions.RecordOutcome():
            return Outcome(command.outcome, command.amount, command.currency, command.on)
        case _:
            return None


def _matched(
    said: Mapping[int, ValueHistory], wants: Sequence[Wanted], own_dates: Collection[datetime]
) -> tuple[Mapping[int, int], Sequence[int]]:
    """Tell which item is to be what, by numbers: equal ones first, then those of one kind.

    Returns also what is wanted besides. What only happened on another day, of the row's
    ``own_dates``, is another item: a correction says nothing of when.
    """

    def is_it(history: ValueHistory, wanted: Wanted) -> bool:
        value, at = history.said(by_an_import), history.happened(by_an_import)
        dated = wanted.at in own_dates
        return same(value, wanted.value) and (not dated or same(at, wanted.at))

    def is_of_its_kind(history: ValueHistory, wanted: Wanted) -> bool:
        value = history.said(by_an_import)
        return _of_one_kind(value, wanted.value) and not same(value, wanted.value)

    matched: dict[int, int] = {}
    left = list(range(len(wants)))
    for alike in (is_it, is_of_its_kind):
        for n_wanted in tuple(left):
            free = (
                n
                for n, history in said.items()
                if n not in matched and alike(history, wants[n_wanted])
            )
            if (item := next(free, None)) is not None:
                matched[item] = n_wanted
                left.remove(n_wanted)
    return matched, left


def _of_one_kind(one: Item, other: Item) -> bool:
    same_outcome = getattr(one, "outcome", None) == getattr(other, "outcome", None)
    return type(one) is type(other) and same_outcome
