"""``canaliza openapi``: each service's OpenAPI as a committed file, so that changes are seen."""

import json
from pathlib import Path
from typing import Annotated

import typer

from services.operator.cli.language import example, say
from services.operator.cli.output import json_option, print_json, print_line
from shared.kernel.text import Text, UserError

FOLDER = Path("docs/openapi")


def register(app: typer.Typer) -> None:
    """Add the command, in the language in use."""

    @app.command(
        help=say(
            Text(
                "Escribe el OpenAPI de cada servicio; con --check solo compara con lo escrito.",
                "Writes each service's OpenAPI; with --check it only compares with what is "
                "written.",
            ),
        ),
        epilog=example("canaliza openapi --check"),
    )
    def openapi(
        out: Annotated[Path, typer.Option(help=say(Text("Carpeta.", "Folder.")))] = FOLDER,
        check: Annotated[
            bool, typer.Option("--check", help=say(Text("No escribe nada.", "Writes nothing.")))
        ] = False,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _openapi(out, check=check, as_json=as_json)


def documents() -> dict[str, str]:
    """Return the current OpenAPI of each service by file name, sorted for small diffs."""
    from services.installation import ALL
    from shared.service.service import application

    return {
        f"{parts.name}.json": json.dumps(
            application(parts).openapi(), ensure_ascii=False, indent=2, sort_keys=True
        )
        + "\n"
        for parts in ALL
    }


def stale(folder: Path) -> list[str]:
    """Return the files that are missing in the folder or out of date."""
    return [
        name
        for name, text in documents().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def _openapi(out: Path, *, check: bool, as_json: bool) -> None:
    differing = stale(out)
    if not check:
        out.mkdir(parents=True, exist_ok=True)
        todays = documents()
        for name in differing:
            (out / name).write_text(todays[name], encoding="utf-8")
    if as_json:
        print_json({"folder": str(out), "differing" if check else "written": differing})
    elif not check:
        print_line(
            say(Text(f"{out}: {len(differing)} escritos.", f"{out}: {len(differing)} written."))
        )
    if check and differing:
        names = ", ".join(differing)
        raise UserError(
            Text(
                f"No coincide con el código: {names}. Corra «canaliza openapi» y revise el cambio.",
                f"Differs from the code: {names}. Run “canaliza openapi” and review the change.",
            ),
        )
