"""A directory's file comes in: its records are compared with what is there; what is new is sent.

The bytes of a document first, then the fact that names it, then the entry that leans on it. Cut
short anywhere, the same import given again goes on where it was.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.referral import directory, names, service_decisions
from services.referral import document as documents
from services.referral.document import AddDocument
from services.referral.document_keeping import Kept, naming
from services.referral.exchange.institutions import InstitutionSaid, institution_in
from services.referral.exchange.known import KnownEntries
from services.referral.exchange.planning import (
    Importer,
    Incoming,
    Outcome,
    Plan,
    institution_plan,
    service_plan,
)
from services.referral.exchange.services import service_id_of
from services.referral.exchange.texts import (
    INSTITUTION,
    PURPOSE,
    SERVICE,
    document_of,
    not_keepable,
    record_in,
)
from services.referral.institution import Listed
from shared.documents.document import Document
from shared.documents.store import Documents
from shared.eventstore.batcher import Overloaded
from shared.eventstore.log import Log
from shared.eventstore.writer import Answer
from shared.hsds.directory_file import Entry, Organization
from shared.hsds.problems import Problem
from shared.kernel.decider import Command, Decider
from shared.kernel.documents import DocumentIsErased, DocumentRef
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.text import Text
from shared.service.command_client import KeyedCommand, submission_of

BATCH = 100
"""Organisations that are looked up, put and sent together."""


@dataclass(frozen=True)
class Home:
    """Where it comes in: referral's log and documents; without either, for a trial alone.

    most_mib: the largest document that is kept, in MiB.
    """

    secret: InstallationSecret
    log: Log | None = None
    documents: Documents | None = None
    most_mib: int = 10


@dataclass
class Imported:
    """What became of a file's records: by outcome, institutions and services apart."""

    institutions: Counter[Outcome] = field(default_factory=Counter)
    services: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many records have ended, one way or another."""
        return self.institutions.total() + self.services.total()


@dataclass(eq=False)
class _Step:
    """A plan on its way, with the document that goes before it."""

    kind: str
    plan: Plan
    document: Document
    version: int
    naming: AddDocument | None = None
    refusal: Refusal | None = None
    answers: list[Future[Answer]] = field(default_factory=list)


class DirectoryImport:
    """Brings the organisations of a file in, batch by batch."""

    def __init__(self, home: Home, importer: Importer, *, check: bool = False) -> None:
        """check: a trial, which decides everything and records nothing."""
        self.imported = Imported()
        self._home = home
        self._importer = importer
        self._check = check
        self._known = KnownEntries(home.log)
        self._rows: dict[str, int] = {}
        self._told: dict[int, InstitutionSaid] = {}
        self._documents: dict[int, Document] = {}

    def carry(
        self, organizations: Sequence[Organization], stopped: Callable[[], bool] = bool
    ) -> Iterator[int]:
        """Bring them in; yield after each batch how many records have ended.

        stopped: once it says so, no further batch is begun. Raises what
        ``shared.postgres.database.OUTAGES`` names if the database cannot be reached.
        """
        for first in range(0, len(organizations), BATCH):
            if stopped():
                return
            self._batch(organizations[first : first + BATCH])
            yield self.imported.done

    def _batch(self, batch: Sequence[Organization]) -> None:
        self._look_at(batch)
        steps = [step for one in batch for step in self._steps(one)]
        if not self._check and self._home.log is not None:
            self._send(self._home.log, [step for step in steps if step.plan.orders])
        for step in steps:
            self._ended(step)

    def _look_at(self, batch: Sequence[Organization]) -> None:
        """Read the entries of a batch in a few queries."""
        self._told = {id(one.entry): institution_in(one.entry.record) for one in batch}
        told = self._told.values()
        self._known.look_at(names.NAMES, [names.stream_of(one.name) for one in told])
        codes = {self._known.holder(one.name) or one.institution for one in told}
        codes |= {one.institution for one in told}
        self._known.look_at(directory.DECIDER, [directory.stream_of(code) for code in codes])
        services, self._documents = [], {}
        for one in batch:
            code = self._code_of(one.entry)
            self._documents[id(one.entry)] = self._document(INSTITUTION, code, one.entry)
            for service in one.services:
                service_id = service_id_of(code, service.record)
                services.append(service_decisions.stream_of(service_id))
                self._documents[id(service)] = self._document(SERVICE, str(service_id), service)
        self._known.look_at(service_decisions.DECIDER, services)
        ids = (each.document_id for each in self._documents.values())
        self._known.look_at(documents.DECIDER, [documents.stream_of(one) for one in ids])

    def _document(self, kind: str, about: str, entry: Entry) -> Document:
        return document_of(self._home.secret, kind, about, entry.record)

    def _code_of(self, entry: Entry) -> str:
        """Return the code of an organisation's institution: that of its name's holder if any."""
        told = self._told[id(entry)]
        if self._known.institution(told.institution) is not None:
            return told.institution
        return self._known.holder(told.name) or told.institution

    # --- planning ---------------------------------------------------------------------------

    def _steps(self, organization: Organization) -> Iterator[_Step]:
        """Plan an organisation and its services; each is decided before the next is planned."""
        entry = organization.entry
        code = self._code_of(entry)
        first = self._rows.setdefault(code, entry.row)
        if first != entry.row:
            self._reject(INSTITUTION, entry, "name", _SAME_NAME.filled(first))
        else:
            yield self._institution(entry, code)
        owner = self._known.institution(code)
        for service in organization.services:
            if owner is None:
                self._reject(SERVICE, service, "organization_id", _NOT_IN)
            elif self._is_anothers(service, owner):
                self._reject(SERVICE, service, "id", _ANOTHERS)
            else:
                yield self._service(service, owner)

    def _is_anothers(self, entry: Entry, owner: Listed) -> bool:
        there = self._known.service(service_id_of(owner.institution, entry.record))
        return there is not None and there.institution != owner.institution

    def _institution(self, entry: Entry, code: str) -> _Step:
        there = self._known.institution(code)
        document = self._documents[id(entry)]
        described = there.profile.described if there else None
        incoming = self._incoming(
            INSTITUTION, entry, document, described.texts if described else None
        )
        plan = institution_plan(self._importer, incoming, code, there)
        return self._decided(INSTITUTION, plan, document)

    def _service(self, entry: Entry, owner: Listed) -> _Step:
        service_id = service_id_of(owner.institution, entry.record)
        there = self._known.service(service_id)
        document = self._documents[id(entry)]
        texts = there.described.texts if there else None
        incoming = self._incoming(SERVICE, entry, document, texts)
        plan = service_plan(self._importer, incoming, owner, there)
        return self._decided(SERVICE, plan, document)

    def _incoming(
        self, kind: str, entry: Entry, document: Document, texts: DocumentRef | None
    ) -> Incoming:
        same = texts is None or texts == document.ref
        kept = None if same else record_in(self._home.documents, texts, kind)
        return Incoming(entry, document.ref, kept)

    def _decided(self, kind: str, plan: Plan, document: Document) -> _Step:
        version = self._known.of(plan.decider, plan.stream).version
        naming, refusal = None, None
        if any(getattr(order, "texts", None) for order in plan.orders):
            naming, refusal = self._naming(kind, plan, document)
        refusal = refusal or self._known.decide(plan.decider, plan.stream, plan.orders)
        return _Step(kind, plan, document, version, naming, refusal)

    def _naming(
        self, kind: str, plan: Plan, document: Document
    ) -> tuple[AddDocument | None, Refusal | None]:
        """Return the command that names a document, None if one has; or why it cannot be kept."""
        stream = documents.stream_of(document.document_id)
        there = self._known.of(documents.DECIDER, stream).state
        if isinstance(there, documents.Erased):
            return None, DocumentIsErased()
        if isinstance(there, documents.Held):
            return None, None
        kept = Kept(PURPOSE, kind, plan.about)
        order = naming(document, kept, self._importer.by, self._importer.at)
        refusal = not_keepable(plan.entry.record, document, self._home.most_mib)
        return order, refusal or self._known.decide(documents.DECIDER, stream, [order])

    # --- sending ----------------------------------------------------------------------------

    def _send(self, log: Log, steps: Sequence[_Step]) -> None:
        """Send what was decided: bytes, facts that name them, institutions, then services."""
        accepted = [step for step in steps if step.refusal is None]
        new = [step for step in accepted if step.naming is not None]
        if self._home.documents is not None and new:
            self._home.documents.put_many([step.document for step in new])
        sending = _Sending(log)
        for step in new:
            if step.naming is not None:
                step.answers = [sending.submit(self._named(step.document, step.naming))]
        self._await(new)
        accepted = [step for step in accepted if step.refusal is None]
        for kind in (INSTITUTION, SERVICE):
            sending = _Sending(log)
            for step in accepted:
                if step.kind == kind:
                    keyed = self._keyed(step)
                    step.answers = [sending.submit(each) for each in keyed]
            self._await([step for step in accepted if step.kind == kind])

    @staticmethod
    def _await(steps: Sequence[_Step]) -> None:
        """Wait for the answers to these, and note the refusals."""
        for step in steps:
            answers = (answer.result() for answer in step.answers)
            refusals = (each for each in answers if isinstance(each, Refusal))
            step.refusal = step.refusal or next(refusals, None)

    def _named(self, document: Document, order: AddDocument) -> KeyedCommand:
        stream, about = documents.stream_of(document.document_id), str(document.document_id)
        return self._order(documents.DECIDER, stream, order, about, f"directory:{about}")

    def _keyed(self, step: _Step) -> Iterator[KeyedCommand]:
        plan = step.plan
        for n, command in enumerate(plan.orders):
            key = f"directory:{plan.stream}:{step.version}:{n}:{type(command).__name__}"
            yield self._order(plan.decider, plan.stream, command, plan.about, key)

    def _order(
        self, decider: Decider[Any], stream: UUID, command: Command, about: str, key: str
    ) -> KeyedCommand:
        return KeyedCommand("referral", decider, stream, command, about, key, self._home.secret)

    # --- telling ----------------------------------------------------------------------------

    def _ended(self, step: _Step) -> None:
        entry, refusal = step.plan.entry, step.refusal
        if refusal is not None:
            field = refusal.field if isinstance(refusal, Invalid) else ""
            self._reject(step.kind, entry, field, refusal.full_text)
            return
        self._count(step.kind, step.plan.outcome)
        if step.plan.outcome is Outcome.DIFFERS:
            self._tell(entry, "", _DIFFERS)

    def _reject(self, kind: str, entry: Entry, field: str, reason: Text) -> None:
        self._count(kind, Outcome.REJECTED)
        self._tell(entry, field, reason)

    def _count(self, kind: str, outcome: Outcome) -> None:
        ended = self.imported.institutions if kind == INSTITUTION else self.imported.services
        ended[outcome] += 1

    def _tell(self, entry: Entry, field: str, reason: Text) -> None:
        value = entry.record.get(field, "") if field else entry.name
        shown = value if isinstance(value, str) else ""
        self.imported.problems.append(Problem(entry.row, entry.column_of(field), shown, reason))


class _Sending:
    """Submits commands, as many as the log takes at a time."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._going: deque[Future[Answer]] = deque()

    def submit(self, keyed: KeyedCommand) -> Future[Answer]:
        """Submit one; wait for the oldest on their way while too many wait."""
        while True:
            try:
                future = self._log.submit(submission_of(keyed))
            except Overloaded:
                if not self._going:
                    raise
                self._going.popleft().exception()
            else:
                self._going.append(future)
                return future


_DIFFERS = Text(
    "ya está y dice otra cosa; se dejó como está. Para ponerlo al día: --update",
    "it is there and says otherwise; it was left as it is. To bring it up to date: --update",
)
_SAME_NAME = Text(
    "la fila {0} tiene ya una organización de este nombre; sus servicios entran con aquella",
    "row {0} has an organization of this name already; its services come in with that one",
)
_ANOTHERS = Text(
    "este id es de un servicio de otra institución", "this id is of another institution's service"
)
_NOT_IN = Text("su organización no entró", "its organization did not come in")
