"""What takes back of a case what a file said: by facts, so that the history shows both.

A case that the file registered is entered in error, unless somebody else has changed it since. A
case of an older file is as it was before this one: each value that this file changed, and nobody
since, says again what it said. What has been taken back is not taken back twice.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.intake import case as intake
from services.intake.decisions import EnterCaseInError
from services.operator.importer.run.case_record import (
    IMPORTING,
    CaseRecord,
    ValueHistory,
    by_an_import,
)
from services.operator.importer.run.decided_commands import ByService, RuleRefuses, decided_commands
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.three_way_merge import ERROR, Importer, Looked, Merging, Wanted
from shared.kernel.record import Recorded
from shared.kernel.roles import SYSTEM
from shared.kernel.text import Text

LEFT: Mapping[str, Text] = {
    "changed": Text("otra persona los cambió después", "somebody else has changed them since"),
    "meanwhile": Text(
        "otra persona los cambió en ese momento: repita la orden",
        "somebody else changed them at that moment: give the command again",
    ),
    "newer-file": Text(
        "los cambió un archivo más nuevo: deshaga primero aquel",
        "a newer file has changed them: undo that one first",
    ),
    "referred": Text(
        "un archivo los canalizó, y eso no se deshace", "a file referred them on, which stays"
    ),
    "parked": Text(
        "un mensaje suyo está apartado: vea «canaliza parked list»",
        "a message of theirs is parked: see “canaliza parked list”",
    ),
    "refused": Text("una regla no lo permite ahora", "a rule does not allow it now"),
}
"""Why cases are left as they are."""


@dataclass(frozen=True, eq=False, slots=True)
class UndoCommands:
    """What takes a file back from one case. voids: the case was never to be."""

    case_id: UUID
    folio: str
    by_service: ByService
    changes: Counter[str]
    voids: bool


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A case that is left as it is. why: of ``LEFT``."""

    folio: str
    why: str


def undone(
    record: CaseRecord, digest: str, importer: Importer, deciding: Deciding
) -> UndoCommands | LeftAlone | None:
    """Return what takes the file of this digest back from a case; None if nothing is left of it."""
    state = intake.DECIDER.fold(fact.fact for fact in record.registered)
    if not isinstance(state, intake.Registered):
        return None
    voids = says(record.registered[0], digest)
    merging = _voided(record, importer, state) if voids else restored(record, digest, importer)
    if why := _why_voiding_waits(merging, digest) if voids else _why_it_stays(merging, digest):
        return LeftAlone(state.folio, why)
    try:
        commands = decided_commands(merging, deciding)
    except RuleRefuses:
        return LeftAlone(state.folio, "refused")
    if not any(commands.values()):
        return None
    return UndoCommands(state.case_id, state.folio, commands, merging.changes, voids)


def says(fact: Recorded, digest: str) -> bool:
    """Whether the file of this digest says so, and not what follows from it or takes it back."""
    return _names(fact, digest) and fact.meta.subject.startswith(IMPORTING)


def _names(fact: Recorded, digest: str) -> bool:
    imported = fact.meta.imported
    return imported is not None and imported.file == digest and fact.meta.role != SYSTEM


def _voided(record: CaseRecord, importer: Importer, state: intake.Registered) -> Merging:
    merging = Merging(record, importer)
    entry = importer.secret.id_of("undo", str(state.case_id), str(len(record.registered)))
    merging.intake.append(
        importer.said(
            EnterCaseInError,
            state.custody.custodian,
            importer.now,
            received_at=importer.now,
            entry_id=entry,
            reason=ERROR,
        )
    )
    return merging


def _why_voiding_waits(merging: Merging, digest: str) -> str:
    """Return why a case that the file registered is not entered in error; empty if it is."""
    if not all(by_an_import(fact) for fact in merging.record.all()):
        return "changed"
    return _why_newer_first(merging, digest)


def _why_it_stays(merging: Merging, digest: str) -> str:
    """Return why an older file's case is not as it was before; empty if it is going to be."""
    if not (merging.contested or merging.changes_anything):
        return ""
    if "to" in merging.contested:
        return "referred"
    return _why_newer_first(merging, digest) or ("changed" if merging.contested else "")


def _why_newer_first(merging: Merging, digest: str) -> str:
    """Return why not, if another file has changed something since that was not taken back.

    Files are taken back from the newest to the oldest: what one said is what the next began with.
    One that referred the case on cannot be taken back, so nor can any before it.
    """
    record = merging.record
    made_it = says(record.registered[0], digest)
    newer: set[str] = set()
    for facts in (record.registered, record.held, *record.followed.values()):
        own = [n for n, fact in enumerate(facts, 1) if says(fact, digest)]
        if own or made_it:
            since = facts[max(own, default=0) :]
            newer |= {file for fact in since if (file := _file_of(fact)) and says(fact, file)}
    others = newer - {digest, _file_of(record.registered[0])}
    undone_first = [restored(record, file, merging.importer) for file in others]
    if any("to" in one.contested for one in undone_first):
        return "referred"
    left = any(one.contested or one.changes_anything for one in undone_first)
    return "newer-file" if left else ""


def _file_of(fact: Recorded) -> str | None:
    return fact.meta.imported.file if fact.meta.imported else None


def restored(record: CaseRecord, digest: str, importer: Importer) -> Merging:
    """Return what has each value say what it said before this file."""
    merging = Merging(record, importer)
    touched = {
        name: (looked.base, looked.wanted.value)
        for name, history in record.described().items()
        if (looked := _before(history, digest, importer))
    }
    merging.describe(touched)
    if ends := _before(record.closing(), digest, importer):
        merging.close_case(ends, record.custodian().now)
    for referral in record.followed:
        work = record.work(referral)
        ends = _before(work.closing, digest, importer)
        looked_at = (_before(history, digest, importer) for history in work.items.values())
        items = [looked for looked in looked_at if looked]
        if items or ends:
            merging.follow_up(referral, items, (), ends or _as_it_is(work.closing, importer))
    if any(says(fact, digest) and hasattr(fact.fact, "referral_id") for fact in record.held):
        merging.contested.append("to")
    merging.contest_if_custody_moved()
    return merging


def _before(history: ValueHistory, digest: str, importer: Importer) -> Looked | None:
    """Look at a value: as this file left it, and as it was before; None if it did not touch it."""
    taken_back = (n for n, entry in enumerate(history.entries) if _takes_back(entry.by, digest))
    since = max(taken_back, default=-1) + 1
    own = [n for n in range(since, len(history.entries)) if says(history.entries[n].by, digest)]
    if not own:
        return None
    base = history.entries[own[-1]].value
    if own[0] == 0:
        return Looked(history, base, Wanted(None, importer.now))
    before = history.entries[own[0] - 1]
    return Looked(history, base, Wanted(before.value, before.by.meta.happened_at))


def _takes_back(fact: Recorded, digest: str) -> bool:
    return _names(fact, digest) and not says(fact, digest)


def _as_it_is(history: ValueHistory, importer: Importer) -> Looked:
    """Look at a value that is to stay."""
    at = history.last.meta.happened_at if history.entries else importer.now
    return Looked(history, history.now, Wanted(history.now, at))
