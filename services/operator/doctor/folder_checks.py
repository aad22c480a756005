"""Checks of a data folder, or of the file of settings, from outside. Nothing is changed."""

import stat
from pathlib import Path
from shlex import quote

from services.installation import endings_of
from services.operator.doctor.findings import Finding, one_or_each, warning, wrong
from shared.embedded.permissions import Opened, opened
from shared.kernel.text import Text
from shared.service.setting_names import settings_file

_PRIVATE = Text("nadie más lee ni escribe aquí", "nobody else reads or writes here")


def permissions(data: Path) -> list[Finding]:
    """Check who else may read or write what is in the folder."""
    return one_or_each("permissions", _PRIVATE, map(_open, opened(data)))


def permissions_of_settings() -> list[Finding]:
    """Check who else may read or write the file of settings, which may have secrets."""
    path = settings_file()
    if path is None:
        return []
    mode = stat.S_IMODE(path.stat().st_mode)
    writable = bool(mode & (stat.S_IWGRP | stat.S_IWOTH))
    is_open = writable or bool(mode & stat.S_IROTH)
    return one_or_each(
        "permissions", _PRIVATE, [_open(Opened(path, mode, writable)) if is_open else None]
    )


def servers(data: Path) -> list[Finding]:
    """Say which of the folder's servers ended under its owner, who started it again."""
    return one_or_each(
        "servers",
        Text("ninguno ha terminado", "none has ended"),
        (
            warning(
                "servers",
                Text(
                    f"{name} terminó {noted['count']} veces desde el arranque, la última "
                    f"{noted['at']}, y se arrancó de nuevo",
                    f"{name} has ended {noted['count']} times since the start, last "
                    f"{noted['at']}, and was started again",
                ),
                mend=Text(
                    f"averigüe por qué: {quote(str(data / f'log/{name}.log'))}, memoria, disco",
                    f"find out why: {quote(str(data / f'log/{name}.log'))}, memory, disk",
                ),
            )
            for name, noted in endings_of(data).items()
        ),
    )


def _open(one: Opened) -> Finding:
    mend = Text(one.mend, one.mend)
    if one.writable:
        return wrong(
            "permissions",
            Text(
                f"otros pueden escribir en {one.path} ({one.mode:04o})",
                f"others may write {one.path} ({one.mode:04o})",
            ),
            mend=Text(f"revise qué dice, y luego {one.mend}", f"look at it, then {one.mend}"),
        )
    return wrong(
        "permissions",
        Text(
            f"otros pueden leer {one.path} ({one.mode:04o})",
            f"others may read {one.path} ({one.mode:04o})",
        ),
        mend=mend,
    )
