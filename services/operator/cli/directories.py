"""``canaliza directory``: the directory comes in from others' files, and goes out in HSDS."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.failures import INTERRUPTED
from services.operator.cli.import_options import for_an_import, rejected_path
from services.operator.cli.language import example, language, say
from services.operator.cli.outages import outages_explained
from services.operator.cli.output import (
    aside,
    bar,
    data_option,
    json_option,
    print_json,
    print_line,
)
from services.operator.cli.stopping import stopped_by_signals
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.operator.directory.import_run import DirectorySummary

FORMATS = ("json", "csv")
_SHOWN = 10


def register(app: typer.Typer) -> typer.Typer:
    """Add the group with its commands, in the language in use; return it."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "El directorio de instituciones y servicios: entra y sale en HSDS.",
                "The directory of institutions and services: it comes in and goes out in HSDS.",
            )
        ),
        epilog=example("canaliza directory import directorio.json --check"),
    )
    app.add_typer(group, name="directory")
    _register_import(group)
    _register_export(group)
    return group


def _register_import(group: typer.Typer) -> None:
    @group.command(
        "import",
        help=say(_IMPORT),
        epilog=example(
            "canaliza directory import directorio.json --check",
            "canaliza directory import hsds.zip --rejected fuera.csv",
            "canaliza directory import tijuana.csv --mapping tijuana",
        ),
    )
    def import_(
        file: Annotated[Path, typer.Argument(help=say(_FILE))],
        mapping: Annotated[str | None, typer.Option(help=say(_MAPPING))] = None,
        data: Annotated[Path | None, data_option()] = None,
        rejected: Annotated[
            Path | None,
            typer.Option(
                help=say(_REJECTED),
                show_default=say(Text("ARCHIVO.rejected.csv, aquí", "FILE.rejected.csv, here")),
            ),
        ] = None,
        overwrite: Annotated[bool, typer.Option("--overwrite", help=say(_OVERWRITE))] = False,
        check: Annotated[bool, typer.Option("--check", help=say(_CHECK))] = False,
        update: Annotated[bool, typer.Option("--update", help=say(_UPDATE))] = False,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        out = rejected_path(file, rejected, check=check, overwrite=overwrite)
        run = partial(_import, file, mapping, data, out)
        with outages_explained(data):
            raise typer.Exit(run(check=check, update=update, as_json=as_json))


def _register_export(group: typer.Typer) -> None:
    @group.command(
        help=say(_EXPORT),
        epilog=example(
            "canaliza directory export directorio.json",
            "canaliza directory export directorio.zip --format csv --subdivision MX-CHH",
        ),
    )
    def export(
        file: Annotated[Path, typer.Argument(help=say(_OUT))],
        form: Annotated[str | None, typer.Option("--format", help=say(_FORMAT))] = None,
        subdivision: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text("Solo instituciones de esa entidad.", "Only institutions of that place.")
                )
            ),
        ] = None,
        overwrite: Annotated[bool, typer.Option("--overwrite", help=say(_OVERWRITE))] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        of_its_name = "csv" if file.suffix.lower() == ".zip" else "json"
        _export(file, form or of_its_name, subdivision, data, overwrite=overwrite, as_json=as_json)


# --- in -------------------------------------------------------------------------------------


def _import(
    file: Path,
    mapping: str | None,
    data: Path | None,
    out: Path | None,
    *,
    check: bool,
    update: bool,
    as_json: bool,
) -> int:
    from services.operator.cli.access import OPERATOR
    from services.operator.directory.import_run import import_directory
    from services.operator.directory.mapping.mapping_builder import MAPPINGS
    from services.operator.directory.opened import open_directory
    from shared.telemetry import logs

    logs.set_up("WARNING")
    # The file is read first: nothing is started for one that is no directory.
    opened = open_directory(file, MAPPINGS.load(mapping) if mapping is not None else None)
    with (
        for_an_import(data, check=check) as installation,
        bar(file.name) as progress,
        stopped_by_signals() as stop,
    ):
        summary = import_directory(
            *(installation, opened, OPERATOR),
            rejected=out,
            progress=progress,
            check=check,
            update=update,
            stop=stop,
            lang=language(),
        )
    written = out if out is not None and out.exists() else None
    if as_json:
        print_json({**summary.as_dict(), "rejected_file": written and str(written)})
    else:
        _show(file, summary, written)
    return INTERRUPTED if summary.interrupted else 0 if summary.clean else 1


def _show(file: Path, summary: "DirectorySummary", rejected: Path | None) -> None:
    records = Text(
        f"{file.name}: {summary.records:,} registros en {summary.seconds:.1f} s",
        f"{file.name}: {summary.records:,} records in {summary.seconds:.1f} s",
    )
    print_line(say(records))
    for line in _figures(summary):
        print_line(line)
    for line in _told(summary):
        print_line(line)
    if rejected is not None and summary.problems:
        print_line(say(_WRITTEN.filled(rejected)))
    for condition, text in (
        (summary.check, _TRIAL),
        (summary.interrupted, _INTERRUPTED),
        (not summary.reported, _NOT_REPORTED),
    ):
        if condition:
            print_line(say(text))


def _figures(summary: "DirectorySummary") -> Iterator[str]:
    from services.referral.exchange.planning import Outcome

    words = {
        Outcome.NEW: Text("se agregarían", "would be added")
        if summary.check
        else Text("agregadas", "added"),
        Outcome.COMPLETED: Text("completadas", "completed"),
        Outcome.UPDATED: Text("puestas al día", "brought up to date"),
        Outcome.THERE: Text("ya estaban", "already there"),
        Outcome.DIFFERS: Text("distintas, sin tocar", "differing, left alone"),
        Outcome.REJECTED: Text("rechazadas", "rejected"),
    }
    imported = summary.imported
    headings = Text("instituciones  servicios", "institutions   services")
    print_line(f"  {say(headings)}")
    for outcome, text in words.items():
        institutions, services = imported.institutions[outcome], imported.services[outcome]
        if institutions or services or outcome is Outcome.NEW:
            yield f"  {institutions:>13,}  {services:>9,}  {say(text)}"
    for count, text in (
        (summary.skipped, Text("registros que no se pudieron leer", "records not readable")),
        (summary.left_out, Text("datos que no entraron", "values that did not come in")),
        (summary.persons, Text("datos de personas, fuera", "values about people, left out")),
    ):
        if count:
            yield f"  {count:>13,}  {'':>9}  {say(text)}"


def _told(summary: "DirectorySummary") -> Iterator[str]:
    """Yield the first problems that kept something out, but for people's."""
    from shared.hsds.problems import Outcome

    others = [one for one in summary.problems if one.outcome is not Outcome.PERSON]
    for one in others[:_SHOWN]:
        at = Text(f"fila {one.row}", f"row {one.row}")
        yield f"    {say(at)}{one.column and f', {one.column}'}: {say(one.reason)}"
    if len(others) > _SHOWN:
        more = len(others) - _SHOWN
        yield say(Text(f"    … y {more:,} más", f"    … and {more:,} more"))


# --- out ------------------------------------------------------------------------------------


def _export(
    file: Path,
    form: str,
    subdivision: str | None,
    data: Path | None,
    *,
    overwrite: bool,
    as_json: bool,
) -> None:
    from services.installation import open_installation
    from services.operator.connecting import connected
    from services.referral.exchange.exporting import exported
    from shared.hsds.writing import as_json as in_json
    from shared.hsds.writing import as_tables, as_zip
    from shared.kernel.codes import known

    if form not in FORMATS:
        raise UserError(_NO_FORMAT.filled(", ".join(FORMATS)), 2)
    if subdivision is not None and not known("subdivisions", subdivision):
        raise UserError(_NO_SUBDIVISION, 2)
    if file.exists() and not overwrite:
        raise UserError(_IS_THERE.filled(file.name), 2)
    with (
        outages_explained(data),
        open_installation(data, must_exist=True, progress=aside) as installation,
        connected(installation, "referral") as (referral,),
    ):
        found = list(exported(referral.log, referral.documents, subdivision=subdivision))
    content = in_json(found) if form == "json" else as_zip(as_tables(found))
    _write(file, content)
    services = sum(len(one.get("services", ())) for one in found)
    if as_json:
        print_json({"file": str(file), "organizations": len(found), "services": services})
    else:
        print_line(say(_EXPORTED.filled(file, len(found), services)))


def _write(file: Path, content: bytes) -> None:
    """Write the whole of it or nothing. Raises UserError (2) if it cannot be written there."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(_CANNOT_WRITE.filled(file.name, error.strerror), 2) from None


_IMPORT = Text(
    "Trae un directorio: HSDS 3.0 o 3.1 en JSON, en CSV (carpeta o zip), o cualquier tabla con un"
    " mapeo. Repetirlo no agrega nada; interrumpido, sigue donde quedó. Nombres y datos de"
    " personas se quedan fuera y se informan.\n\n"
    "Termina con 0 si entró todo, 1 si hubo registros rechazados o distintos, 2 si el archivo, el"
    " mapeo o una opción no sirven, 3 si no pudo seguir y hay que repetir la orden, 130 si se"
    " interrumpió.",
    "Brings a directory in: HSDS 3.0 or 3.1 as JSON, as CSV (a folder or a zip), or any table with"
    " a mapping. Given again it adds nothing; after an interruption it goes on where it was. Names"
    " and contact details of people are left out, and reported.\n\n"
    "Ends with 0 if all is in, 1 if records were rejected or differ, 2 if the file, the mapping or"
    " an option cannot be used, 3 if it could not go on and must be given again, 130 if it was"
    " interrupted.",
)
_EXPORT = Text(
    "Escribe el directorio en HSDS 3.1 (válido también en 3.0): JSON, o un zip de CSV. Lo que"
    " entró de otro directorio sale como entró, salvo lo que cambió desde entonces.",
    "Writes the directory in HSDS 3.1 (valid in 3.0 as well): JSON, or a zip of CSV. What came from"
    " another directory goes out as it came, but for what has changed since.",
)
_FILE = Text(
    "JSON, zip o carpeta de HSDS; con --mapping, un CSV, .xlsx u .ods.",
    "JSON, zip or folder of HSDS; with --mapping, a CSV, .xlsx or .ods.",
)
_MAPPING = Text(
    "Nombre de un mapeo de directorio incluido (tijuana), o ruta de un archivo YAML. Sin él: HSDS.",
    "Name of a directory mapping that comes with canaliza (tijuana), or path of a YAML file."
    " Without it: HSDS.",
)
_REJECTED = Text(
    "Dónde escribir lo que no entró: fila, columna, valor, motivo.",
    "Where to write what did not come in: row, column, value, reason.",
)
_OVERWRITE = Text("Reemplaza el archivo si ya lo hay.", "Replaces the file if there is one.")
_CHECK = Text("Solo prueba: no escribe nada.", "Only tries: writes nothing.")
_UPDATE = Text(
    "Pone al día lo que ya está y dice otra cosa.",
    "Brings what is there and says otherwise up to date.",
)
_OUT = Text("Dónde escribirlo.", "Where to write it.")
_FORMAT = Text(
    "json, o csv (un zip); sin él, csv si el archivo se llama .zip.",
    "json, or csv (a zip); left out, csv if the file's name ends in .zip.",
)
_WRITTEN = Text(
    "Lo que no entró, con fila, columna y motivo: {}",
    "What did not come in, with row, column and reason: {}",
)
_TRIAL = Text("Fue una prueba: no se escribió nada.", "It was a trial: nothing was written.")
_INTERRUPTED = Text(
    "Interrumpida. Repita la misma orden: sigue donde quedó.",
    "Interrupted. Give the same command again: it goes on where it was.",
)
_NOT_REPORTED = Text(
    "Los informes aún no leen todo esto. Vea «canaliza doctor».",
    "The reports have not read all of it yet. See “canaliza doctor”.",
)
_NO_FORMAT = Text("--format: uno de {}.", "--format: one of {}.")
_NO_SUBDIVISION = Text(
    "--subdivision: un código ISO 3166-2 de la lista subdivisions, como MX-CHH.",
    "--subdivision: an ISO 3166-2 code of the list subdivisions, such as MX-CHH.",
)
_IS_THERE = Text(
    "Ya hay un {}. Indique otra ruta, o --overwrite para reemplazarlo.",
    "There is a {} already. Give another path, or --overwrite to replace it.",
)
_CANNOT_WRITE = Text(
    "No se puede escribir {} ahí ({}). Indique otra ruta.",
    "{} cannot be written there ({}). Give another path.",
)
_EXPORTED = Text(
    "{}: {} organizaciones con {} servicios.", "{}: {} organizations with {} services."
)
