"""What imports share: where rejected rows are written, and what they open."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from services.operator.cli.output import aside
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.installation import Installation


def rejected_path(file: Path, given: Path | None, *, check: bool, overwrite: bool) -> Path | None:
    """Return where rejected rows go; with ``--check`` None unless given. Raises UserError (2)."""
    if given is None and check:
        return None
    path = given or Path(f"{file.stem}.rejected.csv")
    require_writable(file, path, "--rejected", check=check, overwrite=overwrite)
    return path


def require_writable(file: Path, path: Path, option: str, *, check: bool, overwrite: bool) -> None:
    """Raise UserError (2) if what an option asks for cannot be written there, or loses a file."""
    from services.operator.importer.run.rejected_file import may_be_replaced

    if path.exists() and file.exists() and path.samefile(file):
        raise UserError(same_file(option), 2)
    target = path if path.exists() else path.absolute().parent
    theirs = path.is_file() and os.geteuid() not in {0, path.stat().st_uid}
    if path.is_dir() or theirs or not os.access(target, os.W_OK):
        raise UserError(_cannot_write(path.name, option), 2)
    there = path.is_file() and path.stat().st_size > 0
    if there and not overwrite and (check or not may_be_replaced(path)):
        raise UserError(_is_there(path.name, option), 2)


@contextmanager
def for_an_import(data: Path | None, *, check: bool) -> Iterator["Installation | None"]:
    """Open the installation; yield None if a trial finds that there is none yet."""
    from services.installation import open_installation, settings_name_a_server
    from shared.embedded.privileges import default_data_directory

    embedded = data is not None or not settings_name_a_server()
    if check and embedded and not ((data or default_data_directory()) / "roles.json").exists():
        yield None
        return
    with open_installation(data, progress=aside) as installation:
        yield installation


def same_file(option: str) -> Text:
    """Return why two options cannot name one file."""
    return Text(
        f"{option}: ese archivo ya se usa para otra cosa; elija otro.",
        f"{option}: that file is used for something else already; choose another.",
    )


def _cannot_write(name: str, option: str) -> Text:
    return Text(
        f"No se puede escribir {name} ahí; indique {option} con otra ruta.",
        f"{name} cannot be written there; give {option} another path.",
    )


def _is_there(name: str, option: str) -> Text:
    return Text(
        f"Ya hay un {name}. Indique {option} con otra ruta, o --overwrite para reemplazarlo.",
        f"There is a {name} already. Give {option} another path, or --overwrite to replace it.",
    )
