"""The routes of commands: body, checks and description follow from the command's own fields.

A service declares an address and a command type for each, as in
``routes.add("/cases/{case_id}/referrals/{referral_id}/decline", DeclineReferral)``. A field that
the address names comes from the address; a field that the service makes (an id, a folio) comes
from ``made``; the body holds the rest, as ``shared.kernel.fields`` describes it.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from inspect import Parameter, Signature
from typing import Any, Optional
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from shared.eventstore.log import Log
from shared.kernel.clock import now
from shared.kernel.decider import Command, Decider
from shared.kernel.fields import CommandField, description_of, fields_of_command, title_of
from shared.kernel.text import Text
from shared.web.command_request import (
    Body,
    Code,
    CodeOrName,
    CommandRequest,
    ReceiptOut,
    RequestedCommand,
    Subject,
    at,
)
from shared.web.field_types import Addressed, Amount, Day, Moment
from shared.web.json_body import JsonRoute
from shared.web.openapi import described

MOST_ENTRIES = 20
"""The most codes that a list in a body may have, unless its field sets another limit."""
ReadBody = Callable[[BaseModel], dict[str, Any]]
Made = Callable[[CommandRequest, Mapping[str, Any]], Mapping[str, Any]]
"""Makes the fields that neither address nor body gives, from the request and the given fields."""
_TYPES: Mapping[Any, Any] = {Decimal: Amount, date: Day, datetime: Moment}


FindSubject = Callable[[Log, Mapping[str, Any]], Awaitable[Subject]]
"""Finds the subject of a command, from the log and all that address, body and ``made`` give."""


def subject_named(name: str, stream_of: Callable[[Any], UUID]) -> FindSubject:
    """Return how a subject that anybody may know of is found by what its address names."""

    async def find(_: Log, given: Mapping[str, Any]) -> Subject:
        return Subject(stream_of(given[name]), str(given[name]))

    return find


def makes_id(field: str, of: str) -> Made:
    """Return what makes an id of something new: the same one if the command is repeated."""

    def made(request: CommandRequest, _: Mapping[str, Any]) -> Mapping[str, Any]:
        return {field: request.made_id(of)}

    return made


@dataclass(frozen=True)
class CommandRoutes:
    """The routes of one decider's commands, all of which need one role.

    role: if several will do, all of them, the one to act in first. path: the types of the address's
    parameters that are not UUIDs.
    """

    router: APIRouter
    decider: Decider[Any]
    role: str | tuple[str, ...]
    tag: Text
    subject: FindSubject
    path: Mapping[str, Any] = field(default_factory=dict)

    def under(self, prefix: str, commands: Mapping[str, type[Command]]) -> None:
        """Add commands, each at the prefix followed by its noun."""
        for noun, command in commands.items():
            self.add(f"{prefix}/{noun}", command)

    def add(
        self,
        address: str,
        command: type[Command],
        *,
        made: Made | None = None,
        makes: Collection[str] = (),
        location: str | None = None,
    ) -> None:
        """Add one command. makes: the fields that ``made`` gives.

        location: a template for the address of what the command creates; the answer is then 201.
        Raises TypeError if the command has no title, since its documentation needs one.
        """
        title = _title(command)
        named = tuple(re.findall(r"{(\w+)}", address))
        self.router.add_api_route(
            address,
            self._endpoint(command, named, made, frozenset({*named, *makes}), location),
            methods=["POST"],
            status_code=201 if location else 200,
            response_model=ReceiptOut,
            route_class_override=JsonRoute,
            tags=[self.tag.both],
            **described(title, description_of(command) or title),
        )

    def _endpoint(
        self,
        command: type[Command],
        named: tuple[str, ...],
        made: Made | None,
        given_elsewhere: Collection[str],
        location: str | None,
    ) -> Callable[..., Awaitable[Response]]:
        own = [f for f in fields_of_command(command) if f.name not in given_elsewhere]
        model = body_of(command, own)
        read = _body_reader(own)
        of_command = frozenset(command.__struct_fields__)
        status = 201 if location else 200
        decider, find = self.decider, self.subject
        roles = (self.role,) if isinstance(self.role, str) else self.role

        async def endpoint(*, request: CommandRequest, body: Body, **addressed: Any) -> Response:
            given = {**addressed, **read(body)}
            if made is not None:
                given |= made(request, given)
            by = request.actor(*roles)
            requested = command(
                by=by,
                at=at(body),
                received_at=now(),
                **{k: v for k, v in given.items() if k in of_command},
            )
            subject = await find(request.log, given)
            response = await request.execute(decider, subject, requested, status=status)
            if location is not None:
                # Without scheme and host: those would be what the caller wrote into its headers.
                response.headers["Location"] = request.root_path + location.format(**given)
            return response

        hints = {"request": RequestedCommand, **{n: self.path.get(n, Addressed) for n in named}}
        hints["body"] = model
        _describe(endpoint, command.__name__, hints)
        return endpoint


def body_of(command: type[Command], fields: Collection[CommandField]) -> type[Body]:
    """Make the model of a command's body: ``happened_at`` and the given fields."""
    declared: dict[str, Any] = {each.name: _declared(each, command.__name__) for each in fields}
    model: type[Body] = create_model(
        command.__name__,
        __base__=Body,
        __doc__=(description_of(command) or _title(command)).both,
        **declared,
    )
    return model


def _declared(one: CommandField, owner: str) -> tuple[Any, Any]:
    """Return a field's type and its pydantic field: default, description and limits."""
    kind = _type_of(one, owner)
    if one.optional:
        kind = Optional[kind]  # noqa: UP045 - made of a type that is known when it runs
    extra: dict[str, Any] = {"x-code-list": one.code_list} if one.code_list else {}
    return kind, Field(
        ... if one.required else _default(one, kind),
        description=_description(one),
        json_schema_extra=extra or None,
        **_limits(one),
    )


def _title(command: type[Command]) -> Text:
    title = title_of(command)
    if title is None:
        raise TypeError(f"{command.__name__} has no title")
    return title


def _type_of(one: CommandField, owner: str) -> Any:
    entry = _TYPES.get(one.entry, one.entry)
    coded = CodeOrName if one.or_name else Code
    single = _nested(one, owner) if one.fields else coded if one.code_list else entry
    listed: Any = list
    return listed[single] if one.many else single


def _nested(one: CommandField, owner: str) -> Any:
    name = f"{owner}{one.name.title().replace('_', '')}"
    declared: dict[str, Any] = {each.name: _declared(each, name) for each in one.fields}
    return create_model(
        name,
        __config__=ConfigDict(extra="forbid", frozen=True),
        __doc__=_description(one) or "",
        **declared,
    )


def _default(one: CommandField, kind: Any) -> Any:
    if one.fields and isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind()
    return list(one.default) if isinstance(one.default, tuple) else one.default


def _description(one: CommandField) -> str | None:
    coded = (
        Text(f"Un código de {one.code_list}.", f"A code of {one.code_list}.")
        if one.code_list and not (one.text and one.code_list in one.text.es)
        else None
    )
    texts = [text for text in (one.text, coded) if text is not None]
    return " / ".join(" ".join(text.in_(lang) for text in texts) for lang in ("es", "en")) or None


def _limits(one: CommandField) -> dict[str, Any]:
    described = one.described
    least, most = (described.least, described.most) if described else (None, None)
    if one.many and most is None:
        most = MOST_ENTRIES
    whole = f"^{described.pattern}$" if described and described.pattern else None
    limits = {"min_length": least, "max_length": most, "pattern": whole}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _body_reader(fields: Collection[CommandField]) -> ReadBody:
    """Return a function that reads a body into the command's own types."""
    steps = [(one.name, _converter(one)) for one in fields]

    def read(body: BaseModel) -> dict[str, Any]:
        given = {}
        for name, convert in steps:
            held = getattr(body, name)
            given[name] = held if convert is None or held is None else convert(held)
        return given

    return read


def _converter(one: CommandField) -> Callable[[Any], Any] | None:
    if not one.fields:
        return tuple if one.many else None
    kind, read = one.entry, _body_reader(one.fields)

    def convert(held: BaseModel) -> Any:
        return kind(**read(held))

    return (lambda held: tuple(map(convert, held))) if one.many else convert


def _describe(endpoint: Any, name: str, hints: Mapping[str, Any]) -> None:
    """Give an endpoint the signature from which FastAPI reads a request."""
    endpoint.__name__ = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    endpoint.__annotations__ = {**hints, "return": Response}
    endpoint.__signature__ = Signature(
        [Parameter(each, Parameter.KEYWORD_ONLY, annotation=hint) for each, hint in hints.items()],
        return_annotation=Response,
    )
