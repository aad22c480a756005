"""A body becomes the very command that its fields describe, whatever they hold."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, get_type_hints

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import ValidationError
from starlette.responses import Response

from services.installation import ALL
from shared.identity.caller import Caller
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.fields import Coded, fields_of_command
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.kernel.value import Value, replace
from shared.web.command_request import Subject
from shared.web.command_routes import CommandRoutes, body_of
from tests.personas import AT, OFFICE


class Visit(Value):
    channel: Annotated[str, Coded("contact_channels")]
    on: date | None = None


class Report(Command, kw_only=True):
    title: ClassVar[Text] = Text("Informar", "Report")
    services: Annotated[tuple[str, ...] | None, Coded("service_kinds")] = None
    folios: tuple[str, ...] = ()
    days: tuple[date, ...] | None = None
    last: Visit | None = None
    visits: tuple[Visit, ...] = ()


class Requested:
    """Stands in for a request: notes the command that it is to execute."""

    log = None
    command: Command

    def actor(self, *roles: str) -> Actor:
        del roles
        return OFFICE

    async def execute(self, _: Any, __: Subject, command: Command, *, status: int) -> Response:
        self.command = command
        return Response(status_code=status)


async def _subject(_: Any, __: Mapping[str, Any]) -> Subject:
    return Subject(new_id(), "x")


def command_of(**body: Any) -> Command:
    """The command that a body with these fields leads to."""
    decider: Decider[Any] = Decider(nothing=None, decide=lambda *_: (), evolve=lambda *_: None)
    router = APIRouter()
    CommandRoutes(router, decider, "caseworker", Text("x", "x"), _subject).add("/report", Report)
    (route,) = router.routes
    assert isinstance(route, APIRoute)
    model = body_of(Report, fields_of_command(Report))
    request = Requested()
    parsed = model.model_validate({"happened_at": AT.isoformat(), **body})
    asyncio.run(route.endpoint(request=request, body=parsed))
    return request.command


def told(**body: Any) -> Command:
    """The same without the moment at which it was received."""
    return replace(command_of(**body), received_at=None)


def test_the_service_says_when_it_received_a_command() -> None:
    before = now()
    received_at = command_of().received_at
    assert received_at is not None
    assert before <= received_at <= now()


def test_a_caller_does_not_say_when_it_was_received() -> None:
    with pytest.raises(ValidationError):
        command_of(received_at=AT.isoformat())


def test_what_is_left_out_holds_its_default() -> None:
    assert told() == Report(by=OFFICE, at=AT)


def test_many_of_anything_become_a_tuple() -> None:
    body = {"services": ["shelter"], "folios": ["A-1", "A-2"], "days": ["2026-05-04"]}
    assert told(**body) == Report(
        by=OFFICE, at=AT, services=("shelter",), folios=("A-1", "A-2"), days=(date(2026, 5, 4),)
    )


def test_a_value_with_fields_becomes_that_value_and_many_of_them_a_tuple() -> None:
    visit = {"channel": "phone", "on": "2026-05-04"}
    assert told(last=visit, visits=[visit, {"channel": "phone"}]) == Report(
        by=OFFICE,
        at=AT,
        last=Visit("phone", date(2026, 5, 4)),
        visits=(Visit("phone", date(2026, 5, 4)), Visit("phone")),
    )


def test_nobody_can_say_over_http_that_something_is_imported_history() -> None:
    for definition in ALL:
        for each in iter_route_contexts(definition.router.routes):
            route = each.original_route
            body = get_type_hints(getattr(route, "endpoint", None) or (lambda: None)).get("body")
            assert body is None or not {"imported", "undated"} & {*body.model_fields}
    assert "imported" not in body_of(Report, fields_of_command(Report)).model_fields


def test_whoever_has_the_role_above_acts_in_it() -> None:
    both = Caller("token-1", OFFICE.institution, ("caseworker", "supervisor"))
    assert both.acting_as("supervisor", "caseworker").role == "supervisor"
    one = Caller("token-1", OFFICE.institution, ("caseworker",))
    assert one.acting_as("supervisor", "caseworker").role == "caseworker"
    with pytest.raises(Refused):
        one.acting_as("supervisor", "auditor")
