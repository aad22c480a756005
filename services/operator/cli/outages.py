"""What an operator hears when the database goes away under a long command."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.kernel.text import Text

_NO_SPACE = 32 << 20
"""Bytes on a disk with which PostgreSQL, which adds files of 16 MiB to its log, may stop."""
_DISK_FULL = Text(
    "El disco de la base de datos está lleno. Lo ya hecho está a salvo: libere espacio y repita la"
    " misma orden.",
    "The database's disk is full. What was done is safe: free some space and give the same command"
    " again.",
)
_NO_DATABASE = Text(
    "La base de datos no responde o no deja entrar. Lo ya hecho está a salvo. Vea «canaliza doctor»"
    " y repita la misma orden.",
    "The database does not answer, or does not let us in. What was done is safe. See “canaliza"
    " doctor” and give the same command again.",
)


@contextmanager
def outages_explained(data: Path | None) -> Iterator[None]:
    """Raise ImportCutShort for a database that went away for long, or whose disk is full."""
    from services.operator.importer.errors import ImportCutShort
    from shared.postgres.database import OUTAGES, is_disk_full
    from shared.postgres.encryption import NOT_TRUSTED, refused_by_tls

    try:
        yield
    except OUTAGES as error:
        if refused_by_tls(error):
            raise ImportCutShort(NOT_TRUSTED) from None
        full = is_disk_full(error) or _has_no_space(data)
        raise ImportCutShort(_DISK_FULL if full else _NO_DATABASE) from None


def _has_no_space(data: Path | None) -> bool:
    from services.installation import settings_name_a_server
    from shared.embedded.privileges import default_data_directory

    if data is None and settings_name_a_server():
        return False
    folder = data or default_data_directory()
    return folder.exists() and shutil.disk_usage(folder).free < _NO_SPACE
