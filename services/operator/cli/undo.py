"""``canaliza import undo``: takes back what a file brought."""

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command
from typing_extensions import override

from services.operator.cli.confirming import shown_and_confirmed
from services.operator.cli.failures import INTERRUPTED
from services.operator.cli.language import example, say
from services.operator.cli.outages import outages_explained
from services.operator.cli.output import (
    bar,
    data_option,
    json_option,
    print_json,
    print_line,
    yes_option,
)
from services.operator.cli.remarks import changes_of, remarks_on
from services.operator.cli.stopping import stopped_by_signals
from services.operator.cli.usage import One, in_this_language
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.operator.importer.run.undo_run import UndoSummary

_DIGEST = re.compile("[0-9a-f]{64}")
_TOLD = 20
"""So many cases that are left are told one by one; ``--json`` has all."""


class WithUndo(One):
    """A command whose first argument may be ``undo``, which is a command of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands = {"undo": _undo_command()}
        """As a group has them, so that they get the options of all commands."""

    @override
    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        if args[:1] == ["undo"]:
            name = f"{info_name} undo"
            return self.commands["undo"].make_context(name, args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _undo_command() -> Any:
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")

    @app.command(
        help=say(
            Text(
                "Deshace lo que un archivo trajo, con hechos nuevos: anula los casos que registró y"
                " deja como estaban los que puso al día. No toca lo que otra persona cambió"
                " después. Repetirlo no cambia nada; interrumpido, sigue donde quedó.\n\n"
                "Termina con 0 si no queda nada del archivo, 1 si algún caso se dejó como está o"
                " los informes aún no lo leen, 2 si nada nombra ese archivo, 3 si no pudo seguir"
                " (base de datos, disco) y hay que repetir la orden, 130 si se interrumpió.",
                "Takes back what a file brought, by new facts: the cases that it registered are"
                " entered in error, and those that it brought up to date are as they were. What"
                " somebody else has changed since is left. Given again it changes nothing; after an"
                " interruption it goes on where it was.\n\n"
                "Ends with 0 if nothing of the file is left, 1 if a case was left as it is or the"
                " reports have not read of it yet, 2 if nothing names that file, 3 if it could not"
                " go on (database, disk) and must be given again, 130 if it was interrupted.",
            )
        ),
        epilog=example(
            "canaliza import undo kansas.csv --check",
            "canaliza import undo 9f86d081884c7d65… --mapping us-wage-claims --yes",
        ),
    )
    def undo(
        file: Annotated[
            str,
            typer.Argument(
                help=say(
                    Text(
                        "El archivo, como se importó, o la huella (SHA-256) de sus bytes.",
                        "The file, as it was imported, or the digest (SHA-256) of its bytes.",
                    )
                )
            ),
        ],
        mapping: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text(
                        "Nombre del mapeo, si el archivo se importó con varios.",
                        "Name of the mapping, if the file was imported with several.",
                    )
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        check: Annotated[
            bool,
            typer.Option(
                "--check", help=say(Text("Solo lo muestra.", "Only shows what would be."))
            ),
        ] = False,
        yes: Annotated[bool, yes_option()] = False,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        run = partial(_undo, _digest_of(file), mapping, data, as_json=as_json)
        if not (check or yes or shown_and_confirmed(run, as_json=as_json)):
            raise typer.Exit(1)
        raise typer.Exit(run(check=check))

    in_this_language(app)
    return get_command(app)


def _digest_of(given: str) -> str:
    """Return the digest that is given, or that of the file's bytes. Raises UserError (2)."""
    from hashlib import file_digest

    if _DIGEST.fullmatch(given):
        return given
    try:
        with Path(given).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        raise UserError(
            Text(
                f"No se puede leer {given}, y tampoco es una huella SHA-256 (64 cifras, 0-9 a-f).",
                f"{given} cannot be read, and it is no SHA-256 digest either (64 digits, 0-9 a-f).",
            ),
            2,
        ) from None


def _undo(
    digest: str, mapping: str | None, data: Path | None, *, as_json: bool, check: bool
) -> int:
    from services.installation import open_installation
    from services.operator.cli.output import aside
    from services.operator.importer.run.undo_run import run_undo
    from shared.service import gc_tuning
    from shared.telemetry import logs

    logs.set_up("WARNING")
    with (
        outages_explained(data),
        open_installation(data, must_exist=True, progress=aside) as installation,
        bar("undo") as progress,
        stopped_by_signals() as stop,
    ):
        gc_tuning.freeze_heap()
        summary = run_undo(installation, digest, mapping, progress=progress, check=check, stop=stop)
    if as_json:
        print_json(summary.as_dict())
    else:
        _show(summary)
    return INTERRUPTED if summary.interrupted else 0 if summary.clean else 1


def _show(summary: "UndoSummary") -> None:
    from services.operator.importer.run.undone_case import LEFT

    print_line(f"{summary.file}  ({summary.mapping})")
    would, done = ("se anularían", "would be entered in error"), ("anulados", "entered in error")
    again = ("quedarían como antes", "would be as before"), ("como antes", "as before")
    for text, count in (
        (Text(*(would if summary.check else done)), summary.voided),
        (Text(*again[0 if summary.check else 1]), summary.restored),
        (
            Text("ya no tenían nada del archivo", "had nothing of the file any more"),
            summary.already,
        ),
        (Text("se dejan como están", "are left as they are"), len(summary.left)),
    ):
        if count:
            print_line(f"  {count:>9,}  {say(text)}")
    for line in changes_of(summary):
        print_line(line)
    for folio, why in list(summary.left.items())[:_TOLD]:
        print_line(f"    {folio}  {say(LEFT[why])}")
    if len(summary.left) > _TOLD:
        print_line("    …  (--json)")
    for line in remarks_on(summary):
        print_line(line)
