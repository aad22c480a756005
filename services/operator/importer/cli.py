"""``canaliza import``: the rows of a CSV or a spreadsheet become cases."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.confirming import shown_and_confirmed
from services.operator.cli.failures import INTERRUPTED
from services.operator.cli.import_options import (
    for_an_import,
    rejected_path,
    require_writable,
    same_file,
)
from services.operator.cli.language import example, language, say
from services.operator.cli.outages import outages_explained
from services.operator.cli.output import (
    aside,
    bar,
    data_option,
    json_option,
    print_json,
    print_line,
    yes_option,
)
from services.operator.cli.remarks import changes_of, remarks_on, shown_of
from services.operator.cli.stopping import stopped_by_signals
from services.operator.cli.undo import WithUndo
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.operator.importer.run.row_source import RowSource
    from services.operator.importer.run.summary import ImportSummary


def register(app: typer.Typer) -> None:
    """Add the command, with its help in the chosen language."""

    @app.command(
        "import",
        cls=WithUndo,
        help=say(
            Text(
                "Convierte las filas de un CSV, .xlsx u .ods en casos, con las órdenes de siempre. "
                "Repetirlo no duplica nada; interrumpido, sigue donde quedó. «canaliza import undo»"
                " lo deshace.\n\n"
                "Termina con 0 si entró todo, 1 si hubo filas rechazadas o distintas, 2 si el "
                "archivo, el mapeo o una opción no sirven, 3 si no pudo seguir (base de datos, "
                "disco, archivo que cambia) y hay que repetir la orden, 130 si se interrumpió.",
                "Turns the rows of a CSV, .xlsx or .ods into cases, through the same commands as "
                "everybody else. Given again it adds nothing; after an interruption it goes on "
                "where it was. “canaliza import undo” takes it back.\n\n"
                "Ends with 0 if all is in, 1 if rows were rejected or differ, 2 if the file, the "
                "mapping or an option cannot be used, 3 if it could not go on (database, disk, a "
                "file that changes) and must be given again, 130 if it was interrupted.",
            ),
        ),
        epilog=example(
            "canaliza import kansas.csv --mapping us-wage-claims --check",
            "canaliza import kansas.xlsx --mapping us-wage-claims --rejected fuera.csv",
            "canaliza import julio.csv --mapping us-wage-claims --update --details cambios.csv",
            "canaliza import undo kansas.csv",
        ),
    )
    def import_(
        file: Annotated[Path, typer.Argument(help=say(_FILE))],
        mapping: Annotated[
            str,
            typer.Option(
                help=say(
                    Text(
                        "Nombre de un mapeo incluido, o ruta de un archivo YAML.",
                        "Name of a mapping that comes with canaliza, or path of a YAML file.",
                    ),
                )
            ),
        ],
        data: Annotated[Path | None, data_option()] = None,
        rejected: Annotated[
            Path | None,
            typer.Option(
                help=say(
                    Text(
                        "Dónde escribir las filas que no entraron: fila, columna, valor, motivo.",
                        "Where to write the rejected rows: row, column, value, reason.",
                    ),
                ),
                show_default=say(Text("ARCHIVO.rejected.csv, aquí", "FILE.rejected.csv, here")),
            ),
        ] = None,
        details: Annotated[
            Path | None,
            typer.Option(
                help=say(
                    Text(
                        "Dónde escribir, por fila y celda, lo que cambia en casos ya importados"
                        " (antes → después), y lo raro o no leído en filas que sí entran.",
                        "Where to write, by row and cell, what changes in cases that are there"
                        " (before → after), and what is odd or not read in rows that do come in.",
                    ),
                ),
            ),
        ] = None,
        overwrite: Annotated[
            bool,
            typer.Option(
                "--overwrite",
                help=say(
                    Text(
                        "Reemplaza lo que haya en los archivos de --rejected y --details.",
                        "Replaces whatever is in the files of --rejected and --details.",
                    )
                ),
            ),
        ] = False,
        check: Annotated[
            bool,
            typer.Option(
                "--check",
                help=say(Text("Solo prueba: no escribe nada.", "Only tries: writes nothing.")),
            ),
        ] = False,
        update: Annotated[
            bool,
            typer.Option(
                "--update",
                help=say(
                    Text(
                        "Pone al día los casos de un archivo anterior de la misma fuente: primero"
                        " muestra lo que cambiaría. No toca lo que otra persona cambió.",
                        "Brings the cases of an older file of the same source up to date: it shows"
                        " first what would change. It leaves what somebody else has changed.",
                    )
                ),
            ),
        ] = False,
        yes: Annotated[bool, yes_option()] = False,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        if update and not (check or yes) and file.is_fifo():
            raise UserError(_ONCE_ONLY, 2)

        out = rejected_path(file, rejected, check=check, overwrite=overwrite)
        if details is not None:
            if out is not None and out.absolute() == details.absolute():
                raise UserError(same_file("--details"), 2)
            require_writable(file, details, "--details", check=check, overwrite=overwrite)

        def run(*, check: bool, out: Path | None = out) -> int:
            with outages_explained(data):
                return _import(
                    *(file, mapping, data, out, details),
                    update=update,
                    check=check,
                    as_json=as_json,
                )

        # What is shown before is no file that the operator has asked for, unless by name.
        shown = partial(run, out=out if rejected else None)
        if update and not (check or yes or shown_and_confirmed(shown, as_json=as_json)):
            raise typer.Exit(1)
        raise typer.Exit(run(check=check))


def _import(
    file: Path,
    name: str,
    data: Path | None,
    out: Path | None,
    details: Path | None,
    *,
    update: bool,
    check: bool,
    as_json: bool,
) -> int:
    from services.operator.importer.mapping.mapping_builder import MAPPINGS
    from services.operator.importer.run.import_run import run_import
    from services.operator.importer.run.row_source import RowSource
    from shared.service import gc_tuning
    from shared.telemetry import logs

    logs.set_up("WARNING")
    if file.is_fifo():
        aside(_FROM_A_PIPE)
    # The file is opened first: nothing is started for one that is not there.
    with RowSource(file, MAPPINGS.load(name)) as source:
        with (
            for_an_import(data, check=check) as installation,
            bar(file.name) as progress,
            stopped_by_signals() as stop,
        ):
            gc_tuning.freeze_heap()
            summary = run_import(
                installation,
                source,
                rejected=out,
                details=details,
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
            _show(file, source, summary, written, details)
    return INTERRUPTED if summary.interrupted else 0 if summary.clean else 1


def _show(
    file: Path,
    source: "RowSource",
    summary: "ImportSummary",
    rejected: Path | None,
    details: Path | None,
) -> None:
    from services.operator.importer.run.oddities import ODDITIES

    speed = summary.done / summary.seconds if summary.seconds else 0
    rows = f"{summary.done:,}"
    about = source.estimated_rows if summary.interrupted else None
    of = Text(f" de unas {about:,}", f" of about {about:,}") if about else Text("", "")
    print_line(
        say(
            Text(
                "{file}: {rows}{of} filas en {seconds:.1f} s ({speed:,.0f}/s)",
                "{file}: {rows}{of} rows in {seconds:.1f} s ({speed:,.0f}/s)",
            ).filled(file=file.name, rows=rows, of=of, seconds=summary.seconds, speed=speed),
        )
    )
    print_line(say(source.mapping.about))
    for text, count in _figures(summary):
        if count:
            print_line(f"  {count:>9,}  {say(text)}")
    for line in changes_of(summary):
        print_line(line)
    for kind, text in ODDITIES.items():
        if summary.odd[kind]:
            print_line(f"    {summary.odd[kind]:>9,}  {say(text)}")
    for line in shown_of(summary, details):
        print_line(line)
    for line in _remarks(summary, rejected):
        print_line(line)


def _figures(summary: "ImportSummary") -> Iterator[tuple[Text, int]]:
    imported = Text("importadas", "imported")
    would_be = Text("se importarían", "would be imported")
    yield would_be if summary.check else imported, summary.imported
    if summary.cases != summary.imported + summary.updated:
        cases = Text("casos, también los puestos al día", "cases, also those brought up to date")
        yield cases, summary.cases
    updated = Text("puestas al día", "brought up to date")
    would_update = Text("se pondrían al día", "would be brought up to date")
    yield would_update if summary.check else updated, summary.updated
    yield Text("ya estaban", "already there"), summary.already_there
    yield Text("repetidas en el archivo", "repeated in the file"), summary.duplicates
    yield Text("distintas de lo importado", "differing from what is there"), summary.differing
    yield Text("de casos anulados", "of cases entered in error"), summary.voided
    yield Text("rechazadas", "rejected"), summary.rejected
    yield Text("saltadas, según el mapeo", "skipped, as the mapping has it"), summary.skipped


def _remarks(summary: "ImportSummary", rejected: Path | None) -> Iterator[str]:
    if not (summary.imported or summary.updated or summary.interrupted or summary.check):
        yield say(Text("Nada nuevo que importar.", "Nothing new to import."))
    if rejected is not None and summary.left:
        yield say(
            Text(
                f"Las filas que no entraron, con su motivo: {rejected}",
                f"The rows that were not imported, with the reason: {rejected}",
            ),
        )
    if summary.kept and not summary.check:
        yield say(
            Text(
                f"Huella del archivo, que también sirve para deshacerlo: {summary.file}",
                f"The file's digest, by which it can be taken back as well: {summary.file}",
            )
        )
    if not summary.last_line_ended:
        yield say(_NO_END)
    yield from remarks_on(summary)


_FILE = Text("El archivo: CSV, .xlsx u .ods.", "The file: CSV, .xlsx or .ods.")
_FROM_A_PIPE = Text(
    "Se lee la tubería hasta que quien escribe la cierre…",
    "Reading the pipe until whoever writes to it closes it…",
)
_ONCE_ONLY = Text(
    "Un flujo se lee una sola vez: con --update, agregue --yes, o guarde antes el archivo.",
    "A pipe is read only once: with --update, add --yes, or save the file first.",
)
_NO_END = Text(
    "La última línea no tiene fin de línea: si el archivo aún se escribía, impórtelo otra vez"
    " cuando esté completo.",
    "The last line has no end: if the file was still being written, import it again once it is"
    " complete.",
)
