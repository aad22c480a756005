"""``canaliza parked``: letters that a service could not take in, and what to do with each."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.language import Said, example, say
from services.operator.cli.output import data_option, json_option, tell, tell_json, tell_table

if TYPE_CHECKING:
    from shared.kernel.refusals import Refusal
    from shared.messaging.inbox import ParkedLetter
    from shared.messaging.resolving import Settlement
    from shared.service.service import Service

_SHOWN = ("specversion", "type", "id", "source", "subject", "time", "recordedat", "position")
"""What of an envelope may be shown: names and moments that our own relay wrote, never ``data``."""


def register(app: typer.Typer) -> None:
    """Add the commands, in the language spoken now."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            "Cartas apartadas: las que un servicio no pudo procesar.",
            "Parked letters: those that a service could not take in.",
        ),
        epilog=example("canaliza parked list"),
    )
    app.add_typer(group, name="parked")
    _register_looking(group)
    _register_settling(group)


def _register_looking(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say("Lista las que esperan.", "Lists those that wait."),
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
            "Muestra una carta: su sobre y su huella, nunca su contenido.",
            "Shows a letter: its envelope and its fingerprint, never its content.",
        ),
        epilog=example("canaliza parked show 6f1c… --bytes carta.json"),
    )
    def show(
        letter: Annotated[UUID, typer.Argument(metavar="ID")],
        raw: Annotated[
            Path | None,
            typer.Option(
                "--bytes",
                help=say("Guarda los bytes en este archivo.", "Saves the bytes in this file."),
            ),
        ] = None,
        service: Annotated[str | None, _service_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _show(letter, raw, service, data, as_json=as_json)


def _register_settling(group: typer.Typer) -> None:
    @group.command(
        help=say(
            "Vuelve a leer una carta, y las del mismo caso que esperan tras ella.",
            "Reads a letter again, and those of its case that wait behind it.",
        ),
        epilog=example("canaliza parked replay 6f1c…"),
    )
    def replay(
        letter: Annotated[UUID, typer.Argument(metavar="ID")],
        service: Annotated[str | None, _service_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _settle(letter, None, service, data, as_json=as_json)

    @group.command(
        help=say(
            "Descarta una carta para siempre, por una razón de la lista discard_reasons; las del "
            "mismo caso siguen.",
            "Gives a letter up for ever, for a reason of the list discard_reasons; those of its "
            "case go on.",
        ),
        epilog=example("canaliza parked discard 6f1c… --reason damaged"),
    )
    def discard(
        letter: Annotated[UUID, typer.Argument(metavar="ID")],
        reason: Annotated[
            str, typer.Option(help=say("Código de la razón.", "Code of the reason."))
        ],
        service: Annotated[str | None, _service_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _settle(letter, reason, service, data, as_json=as_json)


def _service_option() -> Any:
    return typer.Option(
        "--service",
        help=say(
            "Solo de este servicio: la misma carta puede esperar en varios.",
            "Of this service only: the same letter may wait in several.",
        ),
    )


@contextmanager
def _services(data: Path | None, only: str | None = None) -> Iterator[tuple["Service", ...]]:
    from services.installation import open_installation
    from services.operator.cli.access import connected
    from shared.service.settings import SERVICES

    if only is not None and only not in SERVICES:
        names = " | ".join(SERVICES)
        raise Said(f"--service: {names}.", f"--service: {names}.", 2)
    with (
        open_installation(data) as installation,
        connected(installation, *([only] if only else SERVICES)) as services,
    ):
        yield services


def _list(only: str | None, data: Path | None, *, as_json: bool) -> None:
    with _services(data, only) as services:
        found = [(s.name, letter) for s in services for letter in s.inbox.open_letters()]
    if as_json:
        tell_json([_public(service, letter) for service, letter in found])
        return
    if not found:
        tell(say("Ninguna carta espera.", "No letter waits."))
        return
    columns = say(
        "id servicio origen posición razón caso desde",
        "id service source position reason case since",
    )
    tell_table(
        columns.split(),
        [
            (p.id, service, p.source, p.position, p.reason, p.key or None, p.parked_at)
            for service, p in found
        ],
    )


def _find(services: tuple["Service", ...], letter: UUID) -> "tuple[Service, ParkedLetter, object]":
    """The service that parked a letter, the letter, and when it was settled if it was.

    Every reader of a topic parks what it cannot read, each under the same id: one in which the
    letter still waits comes first.
    """
    known = [(s, *found) for s in services if (found := s.inbox.letter(letter)) is not None]
    for one in sorted(known, key=lambda found: found[2] is not None):
        return one
    raise Said(
        "No hay ninguna carta apartada con ese id. Vea «canaliza parked list».",
        "No letter with that id is parked. See “canaliza parked list”.",
    )


def _show(
    letter: UUID, raw: Path | None, only: str | None, data: Path | None, *, as_json: bool
) -> None:
    with _services(data, only) as services:
        service, found, settled = _find(services, letter)
    shown = {
        **_public(service.name, found),
        "settled_at": settled,
        "bytes": len(found.value),
        "sha256": hashlib.sha256(found.value).hexdigest(),
        "envelope": _envelope(found.value),
    }
    if raw is not None:
        raw.touch(mode=0o600)
        raw.write_bytes(found.value)
        shown["saved"] = str(raw)
    if as_json:
        tell_json(shown)
        return
    envelope = shown.pop("envelope")
    rows = [*shown.items(), *(envelope.items() if isinstance(envelope, dict) else ())]
    tell_table([say("campo", "field"), say("valor", "value")], rows)


def _envelope(value: bytes) -> dict[str, str]:
    """The envelope's own words, as far as they can be read at all."""
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):  # what is nested too deeply is parked for that
        return {}
    if not isinstance(read, dict):
        return {}
    return {name: str(read[name])[:200] for name in _SHOWN if isinstance(read.get(name), str)}


def _settle(
    letter: UUID, reason: str | None, only: str | None, data: Path | None, *, as_json: bool
) -> None:
    from services.operator.cli.access import OPERATOR
    from shared.kernel.clock import now
    from shared.kernel.refusals import Refusal

    with _services(data, only) as services:
        service, _, _ = _find(services, letter)
        desk = service.settling()
        if desk is None:
            raise AssertionError(service.name)
        answer = (
            desk.replay(letter, OPERATOR, now())
            if reason is None
            else desk.discard(letter, reason, OPERATOR, now())
        )
    if isinstance(answer, Refusal):
        raise _refused(answer)
    _tell_settled(service.name, answer, as_json=as_json)


def _refused(answer: "Refusal") -> Said:
    from shared.kernel.codes import codes
    from shared.messaging.parked_message import DiscardNeedsReason

    known = f" ({', '.join(codes('discard_reasons'))})"
    more = known if isinstance(answer, DiscardNeedsReason) else ""
    return Said(answer.sentence("es") + more, answer.sentence("en") + more)


def _tell_settled(service: str, answer: "Settlement", *, as_json: bool) -> None:
    if as_json:
        tell_json(
            {
                "service": service,
                "settled": list(answer.settled),
                "next_letter": answer.next_letter,
                "next_reason": answer.next_reason,
            }
        )
        return
    count = len(answer.settled)
    tell(say(f"{service}: {count} resueltas.", f"{service}: {count} settled."))
    if answer.next_letter is not None:
        tell(
            say(
                f"La siguiente del caso no pasa ({answer.next_reason}): "
                f"canaliza parked show {answer.next_letter}",
                f"The next of the case does not pass ({answer.next_reason}): "
                f"canaliza parked show {answer.next_letter}",
            )
        )


def _public(service: str, letter: "ParkedLetter") -> dict[str, object]:
    return {
        "id": letter.id,
        "service": service,
        "source": letter.source,
        "partition": letter.partition,
        "offset": letter.offset,
        "position": letter.position,
        "key": letter.key,
        "reason": letter.reason,
        "parked_at": letter.parked_at,
    }
