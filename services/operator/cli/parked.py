"""``canaliza parked``: messages that a service could not process, and what to do with each."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.language import example, say
from services.operator.cli.output import (
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.kernel.refusals import Refusal
    from shared.messaging.inbox import ParkedMessage
    from shared.messaging.resolving import Resolution
    from shared.service.service import Service

_SHOWN = ("specversion", "type", "id", "source", "subject", "time", "recordedat", "position")
"""Attributes that may be shown: names and moments that our own relay wrote, never ``data``."""


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Mensajes apartados: los que un servicio no pudo procesar.",
                "Parked messages: those that a service could not process.",
            ),
        ),
        epilog=example("canaliza parked list"),
    )
    app.add_typer(group, name="parked")
    _register_looking(group)
    _register_resolving(group)


def _register_looking(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(Text("Lista los que esperan.", "Lists those that wait.")),
        epilog=example("canaliza parked list --service followup"),
    )
    def list_(
        service: Annotated[str | None, _service_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _list(service, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Muestra un mensaje: su sobre y su huella, nunca su contenido.",
                "Shows a message: its envelope and its fingerprint, never its content.",
            ),
        ),
        epilog=example("canaliza parked show 6f1c… --bytes mensaje.json"),
    )
    def show(
        message: Annotated[UUID, typer.Argument(metavar="ID")],
        raw: Annotated[
            Path | None,
            typer.Option(
                "--bytes",
                help=say(
                    Text("Guarda los bytes en este archivo.", "Saves the bytes in this file.")
                ),
            ),
        ] = None,
        service: Annotated[str | None, _service_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _show(message, raw, service, data, as_json=as_json)


def _register_resolving(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Vuelve a leer un mensaje, y los del mismo asunto que esperan tras él.",
                "Reads a message again, and those on its subject that wait behind it.",
            ),
        ),
        epilog=example("canaliza parked replay 6f1c…"),
    )
    def replay(
        message: Annotated[UUID, typer.Argument(metavar="ID")],
        service: Annotated[str | None, _service_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _resolve(message, None, service, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Descarta un mensaje para siempre, por una razón de la lista discard_reasons; "
                "los del "
                "mismo asunto siguen.",
                "Gives a message up for ever, for a reason of the list discard_reasons; those "
                "on its "
                "subject go on.",
            ),
        ),
        epilog=example(
            "canaliza parked discard 6f1c… --reason damaged",
            "canaliza parked discard --not-authentic --reason not-ours",
        ),
    )
    def discard(
        reason: Annotated[
            str, typer.Option(help=say(Text("Código de la razón.", "Code of the reason.")))
        ],
        message: Annotated[UUID | None, typer.Argument(metavar="ID")] = None,
        not_authentic: Annotated[
            bool,
            typer.Option(
                "--not-authentic",
                help=say(
                    Text(
                        "En lugar de uno, todos aquellos cuyo sello no vale.",
                        "Instead of one, all those whose seal does not hold.",
                    )
                ),
            ),
        ] = False,
        service: Annotated[str | None, _service_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        if (message is None) is not not_authentic:
            raise UserError(Text("ID o --not-authentic.", "ID or --not-authentic."), 2)
        if message is None:
            _discard_not_authentic(reason, service, data, as_json=as_json)
        else:
            _resolve(message, reason, service, data, as_json=as_json)


def _service_option() -> Any:
    return typer.Option(
        "--service",
        help=say(
            Text(
                "Solo de este servicio: el mismo mensaje puede esperar en varios.",
                "Of this service only: the same message may wait in several.",
            ),
        ),
    )


@contextmanager
def _services(data: Path | None, only: str | None = None) -> Iterator[tuple["Service", ...]]:
    from services.installation import open_installation
    from services.operator.connecting import connected
    from shared.service.settings import SERVICES

    if only is not None and only not in SERVICES:
        names = " | ".join(SERVICES)
        raise UserError(Text(f"--service: {names}.", f"--service: {names}."), 2)
    with (
        open_installation(data, must_exist=True) as installation,
        connected(installation, *([only] if only else SERVICES)) as services,
    ):
        yield services


def _list(only: str | None, data: Path | None, *, as_json: bool) -> None:
    with _services(data, only) as services:
        found = [(s.name, message) for s in services for message in s.inbox.open_messages()]
    if as_json:
        print_json([_public(service, message) for service, message in found])
        return
    if not found:
        print_line(say(Text("Ningún mensaje espera.", "No message waits.")))
        return
    columns = say(
        Text(
            "id servicio origen posición razón caso desde",
            "id service source position reason case since",
        ),
    )
    print_table(
        columns.split(),
        [
            (p.id, service, p.source, p.position, p.reason, p.key or None, p.parked_at)
            for service, p in found
        ],
    )


def _find(
    services: tuple["Service", ...], message_id: UUID
) -> "tuple[Service, ParkedMessage, object]":
    """Find the service that parked a message, the message, and when it was resolved, if it was.

    Every reader of a topic parks what it cannot read, each under the same id: a service in which
    the message still waits comes first.
    """
    known = [(s, *found) for s in services if (found := s.inbox.message(message_id)) is not None]
    for one in sorted(known, key=lambda found: found[2] is not None):
        return one
    raise UserError(
        Text(
            "No hay ningún mensaje apartado con ese id. Vea «canaliza parked list».",
            "No message with that id is parked. See “canaliza parked list”.",
        ),
    )


def _show(
    message_id: UUID, raw: Path | None, only: str | None, data: Path | None, *, as_json: bool
) -> None:
    from shared.messaging.parked_message import NOT_AUTHENTIC

    with _services(data, only) as services:
        service, found, resolved = _find(services, message_id)
    shown = {
        **_public(service.name, found),
        "resolved_at": resolved,
        "bytes": len(found.value),
        "sha256": hashlib.sha256(found.value).hexdigest(),
        "envelope": {} if found.reason == NOT_AUTHENTIC else _envelope(found.value),
    }
    if raw is not None:
        raw.touch(mode=0o600)
        raw.write_bytes(found.value)
        shown["saved"] = str(raw)
    if as_json:
        print_json(shown)
        return
    envelope = shown.pop("envelope")
    rows = [*shown.items(), *(envelope.items() if isinstance(envelope, dict) else ())]
    print_table([say(Text("campo", "field")), say(Text("valor", "value"))], rows)


def _envelope(value: bytes) -> dict[str, str]:
    """Return the attributes of the envelope that may be shown, as far as it can be read."""
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):  # what is nested too deeply is parked for that
        return {}
    if not isinstance(read, dict):
        return {}
    return {name: str(read[name])[:200] for name in _SHOWN if isinstance(read.get(name), str)}


def _resolve(
    message_id: UUID, reason: str | None, only: str | None, data: Path | None, *, as_json: bool
) -> None:
    from services.operator.cli.access import OPERATOR
    from shared.kernel.clock import now
    from shared.kernel.refusals import Refusal
    from shared.telemetry import logs

    logs.set_up("WARNING")
    with _services(data, only) as services:
        service, _, _ = _find(services, message_id)
        parked = service.parked_messages()
        if parked is None:
            raise AssertionError(service.name)
        answer = (
            parked.replay(message_id, OPERATOR, now())
            if reason is None
            else parked.discard(message_id, reason, OPERATOR, now())
        )
    if isinstance(answer, Refusal):
        raise _refused(answer)
    _print_resolved(service.name, answer, as_json=as_json)


def _discard_not_authentic(
    reason: str, only: str | None, data: Path | None, *, as_json: bool
) -> None:
    """Discard every waiting message whose seal does not hold; none waits behind another."""
    from services.operator.cli.access import OPERATOR
    from shared.kernel.clock import now
    from shared.kernel.refusals import Refusal
    from shared.messaging.parked_message import NOT_AUTHENTIC
    from shared.telemetry import logs

    logs.set_up("WARNING")
    done: dict[str, int] = {}
    with _services(data, only) as services:
        for service in services:
            parked = service.parked_messages()
            waiting = [m for m in service.inbox.open_messages() if m.reason == NOT_AUTHENTIC]
            if parked is None:
                continue
            for message in waiting:
                answer = parked.discard(message.id, reason, OPERATOR, now())
                if isinstance(answer, Refusal):
                    raise _refused(answer)
            done[service.name] = len(waiting)
    if as_json:
        print_json(done)
        return
    for name, count in done.items():
        print_line(say(Text(f"{name}: {count} resueltos.", f"{name}: {count} resolved.")))


def _refused(answer: "Refusal") -> UserError:
    from shared.kernel.codes import codes
    from shared.messaging.parked_message import DiscardNeedsReason

    known = f" ({', '.join(codes('discard_reasons'))})"
    more = known if isinstance(answer, DiscardNeedsReason) else ""
    return UserError(Text(answer.sentence("es") + more, answer.sentence("en") + more))


def _print_resolved(service: str, answer: "Resolution", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "service": service,
                "resolved": list(answer.resolved),
                "next_message": answer.next_message,
                "next_reason": answer.next_reason,
            }
        )
        return
    count = len(answer.resolved)
    print_line(say(Text(f"{service}: {count} resueltos.", f"{service}: {count} resolved.")))
    if answer.next_message is not None:
        print_line(
            say(
                Text(
                    f"El siguiente del caso no pasa ({answer.next_reason}): "
                    f"canaliza parked show {answer.next_message}",
                    f"The next of the case does not pass ({answer.next_reason}): "
                    f"canaliza parked show {answer.next_message}",
                ),
            )
        )


def _public(service: str, message: "ParkedMessage") -> dict[str, object]:
    return {
        "id": message.id,
        "service": service,
        "source": message.source,
        "partition": message.partition,
        "offset": message.offset,
        "position": message.position,
        "key": message.key,
        "reason": message.reason,
        "parked_at": message.parked_at,
    }
