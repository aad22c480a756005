"""A command over HTTP: its key, the version its sender saw, when it happened, its receipt.

A command sent twice with the same Idempotency-Key is executed once and answered the same: the key
is stored with the facts that came of it. ETag and If-Match carry the version of the stream.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from fastapi import Depends, Header
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from shared.documents.upkeep import DocumentRules, names_documents
from shared.eventstore.log import Log
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Answer, Precondition, PreconditionFailed, Receipt, Submission
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import InstallationSecret, command_cause
from shared.kernel.refusals import Refusal, Refused
from shared.kernel.text import Text
from shared.kernel.value import Value, replace
from shared.telemetry import metrics
from shared.web.field_types import Moment
from shared.web.identity import Identified, identified_again

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description=(
            Text(
                "Un valor nuevo y al azar para cada orden, como un UUID; repítalo para "
                "pedir lo mismo.",
                "A fresh random value for each command, such as a UUID; repeat it to "
                "ask the same again.",
            ).both
        ),
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"\d{1,18}"$',
        description=Text(
            'La versión que vio, como en el ETag: "3".',
            'The version you saw, as in the ETag: "3".',
        ).both,
    ),
]


Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9+-]+$")]
"""A coded value; the rules know its code list."""


CodeOrName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A coded value, or a name from which the service makes the code."""


class Body(BaseModel):
    """What every command may say: when it happened. Unknown fields are refused, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    happened_at: Moment | None = Field(
        None,
        description=Text(
            "Cuándo ocurrió, con la zona del reloj de ahí. Si se omite: ahora.",
            "When it happened, with the offset of the wall clock there. Left out: now.",
        ).both,
    )


class ReceiptOut(BaseModel):
    """What a command led to."""

    stream: UUID = Field(
        description=Text(
            "La corriente que tomó los hechos: el caso; en un seguimiento, la canalización.",
            "The stream that took the facts: the case, or the referral for follow-ups.",
        ).both
    )
    version: int = Field(
        description=Text(
            "Su versión después; también en el ETag.",
            "The stream's version afterwards; also in the ETag.",
        ).both
    )
    facts: list[str] = Field(
        description=Text(
            "Los ids de los hechos nuevos, en orden; vacía si no había nada que cambiar.",
            "The new facts' ids, in order; empty when there was nothing to change.",
        ).both
    )
    names: list[str] = Field(description=Text("Sus nombres.", "The new facts' names.").both)


class Subject(Value):
    """The stream that a command is for.

    stream: the one that receives its facts. correlation: what the facts are about, such as the
    case; None if that is not known, since the stream has no facts yet: then the command is refused,
    as one about what does not exist. parties: reads who may learn of a refusal; None if anybody
    may.
    """

    stream: UUID
    correlation: str | None
    parties: Callable[[], Collection[str]] | None = None


class CommandRequest(Value):
    """A command as received over HTTP, with its caller.

    command_id: derived from the service, who asks (institution and token's subject) and the key, so
    a repeated command has the same id, and so has everything that is made for it. expected: the
    version in If-Match. identified: checks that the caller's token is still in force; None if the
    token was read for this request, or is a provider's.
    """

    http: Request
    caller: Caller
    expected: int | None
    command_id: UUID
    identified: Precondition | None

    @property
    def _path(self) -> str:
        """The path inside the service, whether it runs alone or mounted under its name."""
        return str(self.http.scope["path"]).removeprefix(self.root_path)

    @property
    def root_path(self) -> str:
        """The path under which the service is mounted; empty if it runs alone."""
        return str(self.http.scope.get("root_path", ""))

    @property
    def log(self) -> Log:
        log: Log = self.http.app.state.log
        return log

    @property
    def _secret(self) -> InstallationSecret:
        secret: InstallationSecret = self.http.app.state.secret
        return secret

    def made_id(self, name: str) -> UUID:
        """Return an id for something new: the same one if the command is repeated."""
        return self._secret.id_of(name, str(self.command_id))

    def actor(self, *roles: str) -> Actor:
        """Return the caller as an actor in the first of these roles that its token has.

        Refuse it if the token has none of them.
        """
        return self.caller.acting_as(*roles)

    async def execute(
        self, decider: Decider[Any], subject: Subject, command: Command, *, status: int = 200
    ) -> Response:
        """Decide the command, record its facts and return the receipt.

        Raises Refused. Whatever the refusal, the subject's parties are read, and a caller that is
        not one of them is refused as if there were no such case, and counted so: neither answer nor
        metrics may tell a stranger whether there is one.
        """
        log = self.log
        envelope = CommandEnvelope(
            decider,
            subject.stream,
            command,
            subject.correlation or "",
            command_cause(self.command_id),
        )
        submission = Submission(
            envelope,
            self.command_id,
            await self._fingerprint(),
            self.expected if subject.correlation is not None else 0,
            self.identified,
        )
        with _seconds(log.service).time():
            answer = await self._not_kept(submission) or await self._answer(log, submission)
            if isinstance(answer, Refusal):
                answer = await self._as_heard(answer, subject)
        if isinstance(answer, Refusal):
            _answered(log.service, answer.family).inc()
            raise Refused(answer)
        _answered(log.service, "accepted").inc()
        return receipt(answer, status)

    async def _not_kept(self, submission: Submission) -> Refusal | None:
        """Refuse a command that names a document which is not kept.

        One that was carried out before is answered as it was, whatever became of the document.
        """
        command = submission.envelope.command
        rules: DocumentRules | None = self.http.app.state.document_rules
        if rules is None or not names_documents(type(command)):
            return None
        refusal = await asyncio.to_thread(rules.not_kept, self.log, command)
        if refusal is None:
            return None
        ids = [self.command_id]
        done = await asyncio.to_thread(self.log.recorder.select_commands, ids)
        return None if done else refusal

    async def _fingerprint(self) -> bytes:
        said = [self.http.method.encode(), self._path.encode(), await self.http.body()]
        if query := self.http.scope["query_string"]:  # of a file: what it is for
            said.append(query)
        return self._secret.fingerprint(self.command_id, *said)

    async def _as_heard(self, refusal: Refusal, subject: Subject) -> Refusal:
        """Return a refusal as this caller may hear it."""
        if subject.parties is None:
            return refusal
        known = await asyncio.to_thread(subject.parties)
        there = subject.correlation is not None and scope.seen_for(self.caller, known) is not None
        return refusal if there else scope.NoSuchCase()

    async def _answer(self, log: Log, submission: Submission) -> Answer:
        try:
            return await log.submit_from_loop(submission)
        except PreconditionFailed:
            await identified_again(self.http)  # read after the command came: recent enough
            return await log.submit_from_loop(replace(submission, precondition=None))


def at(body: Body) -> datetime:
    """Return when the command's subject matter happened: as given in the body, else now."""
    return body.happened_at or now()


def receipt(answer: Receipt, status: int = 200) -> Response:
    """Write a receipt as an HTTP response; ``ReceiptOut`` describes it."""
    return Response(
        _ENCODER.encode(answer),
        status,
        headers={"ETag": etag(answer.version)},
        media_type="application/json",
    )


def etag(version: int) -> str:
    return f'"{version}"'


class OfVersion(Protocol):
    """What is shown of a stream, with the version that If-Match takes."""

    @property
    def version(self) -> int: ...


Out = TypeVar("Out", bound=OfVersion)


async def with_etag(
    request: Request, response: Response, show: Callable[..., Out], *about: object
) -> Out:
    """Read what ``show`` gives of these from the log, and tell its version in ETag."""
    out = await asyncio.to_thread(show, request.app.state.log, *about)
    response.headers["ETag"] = etag(out.version)
    return out


def command_request_of(
    request: Request,
    caller: Caller,
    key: str,
    if_match: str | None,
    identified: Precondition | None = None,
) -> CommandRequest:
    """Make the command request of an HTTP request. identified: see ``CommandRequest``."""
    log: Log = request.app.state.log
    secret: InstallationSecret = request.app.state.secret
    return CommandRequest(
        request,
        caller,
        int(if_match.strip('"')) if if_match else None,
        secret.command_id(log.service, caller.institution, caller.subject, key),
        identified,
    )


async def command_request(
    request: Request, caller: Identified, key: Key, if_match: IfMatch = None
) -> CommandRequest:
    """Make a command request as a dependency of FastAPI, which validates the headers."""
    return command_request_of(request, caller, key, if_match)


_seconds = cache(metrics.COMMAND_SECONDS.labels)
_answered = cache(metrics.COMMANDS.labels)
RequestedCommand = Annotated[CommandRequest, Depends(command_request)]
_ENCODER = msgspec.json.Encoder()
