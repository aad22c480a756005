"""``canaliza referral bulk``: the cases of a file are referred to one institution."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.coded_options import coded
from services.operator.cli.import_options import rejected_path
from services.operator.cli.language import example, language, say
from services.operator.cli.output import bar, data_option, json_option, print_json, print_line
from services.operator.cli.stopping import stopped_by_signals
from services.operator.cli.whose import require_addressee
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.operator.bulk_referrals import Asked, Summary

_INTERRUPTED = 130
_HELP = Text(
    "Canaliza los casos de un archivo CSV (una columna «caso» o «folio») a una institución, cada"
    " uno en nombre de quien responde por él. Repetida, sigue donde quedó y no canaliza dos veces."
    " Termina con 0 si todo quedó, 1 si hubo filas rechazadas, 2 si hay que corregir el archivo o"
    " la orden, 130 si se detuvo.",
    "Refers the cases of a CSV file (a column “case” or “folio”) to one institution, each on behalf"
    " of whoever answers for it. Given again, it goes on where it stopped and refers nothing twice."
    " Ends with 0 if all is done, 1 if rows were rejected, 2 if the file or the command must be"
    " corrected, 130 if it was stopped.",
)


def register_bulk(group: typer.Typer) -> None:
    """Add the command to the group of referrals, in the language in use."""

    @group.command(
        help=say(_HELP),
        epilog=example(
            "canaliza referral bulk casos.csv --to sne-chihuahua --service job-placement --check",
            "canaliza referral bulk casos.csv --to sne-chihuahua --service job-placement",
        ),
    )
    def bulk(
        file: Annotated[Path, typer.Argument(help=say(Text("El archivo.", "The file.")))],
        to: Annotated[str, typer.Option(help=say(Text("A quién.", "To whom.")))],
        service: Annotated[
            list[str], coded("service_kinds", Text("Para qué; repetible.", "What for; repeatable."))
        ],
        kind: Annotated[
            str, coded("referral_kinds", Text("Clase de canalización.", "Kind of referral."))
        ] = "share",
        priority: Annotated[
            str, coded("priorities", Text("Con qué urgencia.", "How soon."))
        ] = "normal",
        check: Annotated[
            bool,
            typer.Option(
                "--check",
                help=say(Text("Solo decir qué pasaría.", "Only say what would happen.")),
            ),
        ] = False,
        rejected: Annotated[
            Path | None,
            typer.Option(
                help=say(
                    Text("Dónde anotar las filas rechazadas.", "Where to note rejected rows.")
                ),
                show_default=say(Text("ARCHIVO.rejected.csv, aquí", "FILE.rejected.csv, here")),
            ),
        ] = None,
        overwrite: Annotated[
            bool,
            typer.Option(
                "--overwrite",
                help=say(Text("Reemplazar ese archivo.", "Replace that file.")),
            ),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.bulk_referrals import Asked

        out = rejected_path(file, rejected, check=check, overwrite=overwrite)
        asked = Asked(to, kind, tuple(service), priority)
        summary = _run(file, asked, out, data, check=check)
        _tell(file, summary, out, check=check, as_json=as_json)
        if summary.interrupted:
            raise typer.Exit(_INTERRUPTED)
        raise typer.Exit(1 if summary.rejected else 0)


def _run(
    file: Path, asked: "Asked", out: Path | None, data: Path | None, *, check: bool
) -> "Summary":
    from services.installation import open_installation
    from services.operator.bulk_referrals import Parts, refer_cases
    from services.operator.connecting import connected
    from services.operator.importer.run.rejected_file import RejectedFile
    from services.reporting.views import Reports

    with (
        open_installation(data, must_exist=True) as installation,
        connected(installation, "referral", "reporting") as (referral, reporting),
        bar(file.name) as progress,
        stopped_by_signals() as stop,
    ):
        require_addressee(referral, "--to", asked.to)
        parts = Parts(referral, Reports(reporting.log, reporting.secret))
        rejected = RejectedFile(out, language())
        return refer_cases(
            *(parts, file, asked, rejected), check=check, stop=stop, progress=progress
        )


def _tell(file: Path, summary: "Summary", out: Path | None, *, check: bool, as_json: bool) -> None:
    written = out if out is not None and summary.rejected else None
    if as_json:
        print_json(
            {
                "rows": summary.rows,
                "referred": summary.referred,
                "already": summary.already,
                "repeated": summary.repeated,
                "rejected": summary.rejected,
                "interrupted": summary.interrupted,
                "check": check,
                "rejected_file": written and str(written),
            }
        )
        return
    trial, done = Text("se canalizarían", "would be referred"), Text("canalizados", "referred")
    repeats = Text("filas repetidas", "rows repeated")
    repeated = f" {summary.repeated:,} {say(repeats)}," if summary.repeated else ""
    print_line(
        f"{file.name}: {summary.referred:,} {say(trial if check else done)},"
        f" {summary.already:,} {say(Text('ya lo estaban', 'already were'))},{repeated}"
        f" {summary.rejected:,} {say(Text('filas rechazadas', 'rows rejected'))}."
    )
    if written is not None:
        see = Text(f"Vea por qué en {written}.", f"See why in {written}.")
        print_line(say(see))
