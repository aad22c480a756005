"""``canaliza document``: what people write, and files, apart from the log and erasable."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.coded_options import coded
from services.operator.cli.language import example, language, say
from services.operator.cli.output import (
    confirmed,
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
    require_somebody_to_ask,
    yes_option,
)
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.service.service import Service

_ID = "9f2b7c1e-5a40-8d1f-8a3e-0c4b6e1f7a3d"


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Documentos: textos y archivos, aparte de la bitácora, que se pueden borrar.",
                "Documents: texts and files, apart from the log, which can be erased.",
            )
        ),
        epilog=example(f"canaliza document show {_ID}"),
    )
    app.add_typer(group, name="document")
    _register_add(group)
    _register_show(group)
    _register_erase(group)
    _register_erased(group)


def _id() -> Any:
    return typer.Argument(
        metavar="ID", help=say(Text("El id del documento.", "The document's id."))
    )


def _register_add(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Agrega un archivo: PDF, PNG, JPEG, texto, Markdown, JSON, DOCX, XLSX u ODT, lo que"
                " se comprueba por sus bytes. Repetirlo no agrega otro.",
                "Adds a file: PDF, PNG, JPEG, text, Markdown, JSON, DOCX, XLSX or ODT, which is"
                " checked by its bytes. Given again it adds no other.",
            )
        ),
        epilog=example(
            "canaliza document add mandato.md --purpose directory-text"
            " --about institution:cedh-chihuahua"
        ),
    )
    def add(
        file: Annotated[
            Path,
            typer.Argument(
                metavar=say(Text("ARCHIVO", "FILE")), help=say(Text("Sus bytes.", "Its bytes."))
            ),
        ],
        purpose: Annotated[
            str,
            coded("document_purposes", Text("Para qué es.", "What it is for.")),
        ],
        about: Annotated[
            str,
            typer.Option(
                metavar=say(Text("QUÉ:CUÁL", "WHAT:WHICH")),
                help=say(
                    Text(
                        "De qué trata: un código de document_subjects y su clave o id.",
                        "What it is about: a code of document_subjects, and its code or id.",
                    )
                ),
            ),
        ],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _add(file, purpose, about, data, as_json=as_json)


def _register_show(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Dice qué es un documento; con --output guarda sus bytes, y la lectura queda en el"
                " registro de accesos.",
                "Says what a document is; with --output it saves its bytes, and the reading is"
                " written into the access log.",
            )
        ),
        epilog=example(f"canaliza document show {_ID} --output mandato.md"),
    )
    def show(
        document_id: Annotated[UUID, _id()],
        output: Annotated[
            Path | None,
            typer.Option(
                help=say(
                    Text(
                        "Archivo nuevo en que se guardan sus bytes.",
                        "A new file in which its bytes are saved.",
                    )
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _show(document_id, output, data, as_json=as_json)


def _register_erase(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Borra los bytes de un documento, para siempre. Los hechos que lo nombran se"
                " quedan.",
                "Erases the bytes of a document, for ever. The facts that name it stay.",
            )
        ),
        epilog=example(f"canaliza document erase {_ID} --reason personal-data"),
    )
    def erase(
        document_id: Annotated[UUID, _id()],
        reason: Annotated[
            str,
            coded("erasure_reasons", Text("Por qué.", "Why.")),
        ],
        yes: Annotated[bool, yes_option()] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _erase(document_id, reason, data, yes=yes, as_json=as_json)


def _register_erased(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Lista los documentos borrados. Guarde la lista (--json) fuera de la base de"
                " datos: tras restaurar un respaldo, «erase-again» la repite.",
                "Lists the erased documents. Keep the list (--json) outside of the database: after"
                " a backup is restored, “erase-again” goes through it.",
            )
        ),
        epilog=example("canaliza document erased --json > borrados.json"),
    )
    def erased(
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _erased(data, as_json=as_json)

    @group.command(
        "erase-again",
        help=say(
            Text(
                "Borra de nuevo lo que un respaldo trajo: lo que la bitácora dice que se borró, y"
                " lo que está en una lista. Repetirlo no cambia nada.",
                "Erases again what a backup brought back: what the log says was erased, and what"
                " is in a list. Given again it changes nothing.",
            )
        ),
        epilog=example("canaliza document erase-again --list borrados.json"),
    )
    def erase_again(
        listed: Annotated[
            Path | None,
            typer.Option(
                "--list",
                help=say(
                    Text(
                        "Lista que «canaliza document erased --json» escribió.",
                        "A list that “canaliza document erased --json” wrote.",
                    )
                ),
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _erase_again(listed, data, as_json=as_json)


@contextmanager
def _referral(data: Path | None, *, must_exist: bool = True) -> "Iterator[Service]":
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected

    with (
        operators_installation(data, must_exist=must_exist) as installation,
        connected(installation, "referral") as (referral,),
    ):
        yield referral


def _require_code(list_name: str, code: str, option: str) -> None:
    """Raise UserError (2), with the closest codes, unless the list has the code."""
    from shared.kernel.coded_fields import not_known

    if refusal := not_known(option, list_name, code):
        raise UserError(refusal.full_text, 2)


def _add(file: Path, purpose: str, about: str, data: Path | None, *, as_json: bool) -> None:
    from services.operator import documents
    from services.referral.document_keeping import Kept

    kind, colon, which = about.partition(":")
    _require_code("document_purposes", purpose, "--purpose")
    _require_code("document_subjects", kind, "--about")
    if not (colon and which):
        raise UserError(
            Text(
                "--about: QUÉ:CUÁL, como institution:cedh-chihuahua.",
                "--about: WHAT:WHICH, as institution:cedh-chihuahua.",
            ),
            2,
        )
    with _referral(data, must_exist=False) as referral:
        content, media_type = _read(file, referral.settings.document_mib)
        ref = documents.add(referral, content, media_type, Kept(purpose, kind, which))
    if as_json:
        print_json({"document_id": ref.document_id, "digest": ref.digest})
    else:
        print_line(f"{ref.document_id}\nSHA-256 {ref.digest}")


def _read(file: Path, most_mib: int) -> tuple[bytes, str]:
    """Read a file, no more of it than may be kept, and take its kind from its name."""
    from shared.documents.media_types import EXTENSIONS

    media_type = EXTENSIONS.get(file.suffix.lower())
    if media_type is None:
        taken = ", ".join(EXTENSIONS)
        raise UserError(
            Text(
                f"{file.name}: se guardan archivos que terminan en {taken}.",
                f"{file.name}: files are kept that end in {taken}.",
            ),
            2,
        )
    with file.open("rb") as opened:
        return opened.read(most_mib * 1024 * 1024 + 1), media_type


def _show(document_id: UUID, output: Path | None, data: Path | None, *, as_json: bool) -> None:
    from services.operator import documents
    from services.referral.document_views import out_of
    from services.reporting.labels import field_name

    if output is not None:
        _require_new(output)
    with _referral(data) as referral:
        out = out_of(referral.log, document_id)
        if out is None:
            raise UserError(_NO_SUCH.filled(id=document_id))
        if output is not None:
            output.write_bytes(documents.given(referral, document_id))
    said = out.model_dump(exclude={"version"})
    if as_json:
        print_json(said)
        return
    columns = say(Text("campo valor", "field value")).split()
    print_table(columns, [(field_name(name, language()), value) for name, value in said.items()])


_NO_SUCH = Text("La bitácora no nombra ningún documento {id}.", "The log names no document {id}.")


def _require_new(output: Path) -> None:
    """Raise UserError (2) if there is a file of this name, before anything is read."""
    if output.exists():
        raise UserError(
            Text(f"{output} ya existe; dé otro nombre.", f"{output} is there; give another name."),
            2,
        )


def _erase(document_id: UUID, reason: str, data: Path | None, *, yes: bool, as_json: bool) -> None:
    from services.operator import documents

    _require_code("erasure_reasons", reason, "--reason")
    if not yes:
        require_somebody_to_ask(as_json=as_json, otherwise=Text("--yes", "--yes"))
        question = Text("¿Borrarlo para siempre?", "Erase it for ever?")
        if not confirmed(question):
            raise typer.Exit(1)
    with _referral(data) as referral:
        there = documents.erase(referral, document_id, reason)
    if as_json:
        print_json({"document_id": document_id, "erased": True, "was_there": there})
        return
    done = Text("borrado", "erased") if there else Text("ya no estaba", "it was gone already")
    print_line(f"{document_id}: {say(done)}.")


def _erased(data: Path | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from services.operator import documents

    with _referral(data) as referral:
        found = list(documents.erased(referral))
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        print_line(say(Text("Ninguno se ha borrado.", "None was ever erased.")))
    else:
        columns = say(Text("documento motivo borrado", "document reason erased")).split()
        print_table(columns, [(e.document_id, e.reason, e.erased_at) for e in found])


def _erase_again(listed: Path | None, data: Path | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from services.operator import documents

    erasures = [] if listed is None else documents.read_list(listed)
    with _referral(data) as referral:
        done = documents.erase_again(referral, erasures)
    if as_json:
        print_json(asdict(done))
        return
    print_line(
        say(
            Text(
                f"Bytes borrados de nuevo: {done.bytes_gone}. Borrados que la bitácora había"
                f" perdido: {done.facts}. Que no conoce: {done.unknown}.",
                f"Bytes erased again: {done.bytes_gone}. Erasures that the log had lost:"
                f" {done.facts}. Unknown to it: {done.unknown}.",
            )
        )
    )
