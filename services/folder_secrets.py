"""The secrets that an embedded installation keeps in its data folder: made once, never changed.

A file that is there and is not what it must be is named, and nothing is made in its place.
"""

import fcntl
import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Collection
from pathlib import Path

from shared.embedded.folder import DataFolder
from shared.eventstore.begun_with import is_begun
from shared.kernel.ids import InstallationSecret
from shared.kernel.text import Text, UserError
from shared.messaging.seals import secrets_in
from shared.service.settings import Settings

SECRET_FILE = "installation.secret"  # noqa: S105 - a name
"""Where an embedded installation keeps its secret, in the data folder."""
_MESSAGE_KEYS = "secret/messages"
_VAULT_KEYS = "secret/vault"


class SecretLost(UserError):
    """The secret of an embedded installation is gone, and its logs were begun with it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                f"Falta {path}, el secreto con el que se empezó esta instalación. Restáurelo del"
                " respaldo de la carpeta: con otro no se reconocería lo que se repite.",
                f"{path} is missing, the secret that this installation was begun with. Restore it"
                " from the folder's backup: with another, what is repeated would not be"
                " recognised.",
            ),
            2,
        )


class SecretNotUsable(UserError):
    """A file with a secret of an embedded installation is there, and is not what it must be."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                f"{path} no se puede usar: está vacío o incompleto, o no es texto. Restáurelo del"
                " respaldo de la carpeta.",
                f"{path} cannot be used: it is empty or not whole, or no text. Restore it from the"
                " folder's backup.",
            ),
            2,
        )


class RolesNotUsable(UserError):
    """The file with the database roles' passwords is there, and is not what it must be."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                f"{path} no se puede usar: debe tener, en JSON, la contraseña de cada rol. "
                "Restáurelo del respaldo de la carpeta, o bórrelo: se hace otro al arrancar.",
                f"{path} cannot be used: it must have, in JSON, the password of each role. "
                "Restore it from the folder's backup, or delete it: another is made at the start.",
            ),
            2,
        )


class VaultKeysLost(UserError):
    """The vault's master keys are gone from the folder, and the vault has something sealed."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                f"Falta {path}, las claves maestras de la bóveda. Restáurelo de su respaldo: con"
                " otras no se abre lo guardado.",
                f"{path} is missing, the vault's master keys. Restore it from its backup: with"
                " others nothing that is kept can be opened.",
            ),
            2,
        )


def kept_secret(data: Path) -> str | None:
    """Return the secret that an embedded installation keeps in its folder; None: it has none.

    Raises SecretNotUsable.
    """
    return _read_secret(data / SECRET_FILE, lambda kept: InstallationSecret(kept.encode()))


def message_keys(data: Path) -> dict[str, str]:
    """Return what messages are sealed with, made once, unless the settings say so already."""
    kept = kept_message_keys(data)
    if kept or Settings().message_keys:
        return kept
    made = secrets.token_urlsafe(32)
    DataFolder(data).write(_MESSAGE_KEYS, made)
    return {"message_keys": made}


def kept_message_keys(data: Path) -> dict[str, str]:
    """Return what a folder's messages are sealed with; empty if the settings say so, or none do.

    Raises SecretNotUsable.
    """
    if Settings().message_keys:
        return {}
    kept = _read_secret(data / _MESSAGE_KEYS, secrets_in)
    return {} if kept is None else {"message_keys": kept}


def passwords_of_roles(
    data: Path, names: Collection[str], added: Collection[str] = ()
) -> dict[str, str]:
    """Return the roles' passwords, made once, readable by the folder's owner only.

    They are what the roles have from here on: each start gives the roles these. added: roles that
    an older version had not; a file without them is completed. Raises RolesNotUsable.
    """
    path = data / "roles.json"
    if not path.exists():
        _write_once(path, json.dumps(_new_passwords([*names, *added])))
    known = _read_passwords(path, names)
    return known if all(known.get(name) for name in added) else _completed(path, names, added)


def _completed(path: Path, names: Collection[str], added: Collection[str]) -> dict[str, str]:
    """Write the passwords that are missing, one process after another."""
    with path.open(encoding="utf-8") as before:
        fcntl.flock(before, fcntl.LOCK_EX)
        known = _read_passwords(path, names)  # another process may have completed it
        missing = [name for name in added if not known.get(name)]
        if missing:
            known |= _new_passwords(missing)
            _partial(path, json.dumps(known)).replace(path)
    return known


def _read_passwords(path: Path, names: Collection[str]) -> dict[str, str]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise RolesNotUsable(path) from None  # the error would quote what it read
    if not isinstance(known, dict) or not all(
        isinstance(known.get(name), str) and known[name] for name in names
    ):
        raise RolesNotUsable(path)
    return known


def _new_passwords(names: Collection[str]) -> dict[str, str]:
    return {name: secrets.token_urlsafe(24) for name in names}


def vault_keys(data: Path, is_sealed: Callable[[], bool]) -> dict[str, object]:
    """Return the settings of the vault's master keys: a file of the folder, made once.

    Empty if the settings say so already. Where the services run as another user than the folder's,
    they are told the keys instead, since they cannot read the file. is_sealed: whether the vault
    has anything sealed. Raises VaultKeysLost if it has and the file is gone: no other key opens it.
    """
    settings, path = Settings(), data / _VAULT_KEYS
    if settings.vault_keys or settings.vault_keys_file:
        return {}
    if not path.exists():
        if is_sealed():
            raise VaultKeysLost(path)
        _write_once(path, b64encode(secrets.token_bytes(32)).decode())
    if DataFolder(data).user.dropped:
        return {"vault_keys": _read_secret(path, str.encode), "vault_keys_file": None}
    return {"vault_keys": None, "vault_keys_file": path}


def secret_of(data: Path, services: Collection[str], admin: str) -> str:
    """Return the secret of an embedded installation, made once, readable by its owner only.

    Raises SecretLost if its logs are begun and the secret they were begun with is gone: no other
    serves them.
    """
    if (kept := kept_secret(data)) is not None:
        return kept
    path = data / SECRET_FILE
    if is_begun(admin, services):
        raise SecretLost(path)
    _write_once(path, secrets.token_urlsafe(32))
    return secret_of(data, services, admin)


def _write_once(path: Path, content: str) -> None:
    """Write a whole file that the folder's owner alone may read, unless somebody else has."""
    partial = _partial(path, content)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _partial(path: Path, content: str) -> Path:
    """Write a whole file beside this one, which nobody else may read; return its path."""
    partial = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return partial


def _read_secret(path: Path, checked: Callable[[str], object]) -> str | None:
    """Return what a file of the folder keeps; None: no such file.

    checked: raises ValueError if it is not what it must be; then SecretNotUsable is raised.
    """
    try:
        kept = path.read_text(encoding="utf-8").strip()
        checked(kept)
    except FileNotFoundError:
        return None
    except ValueError:
        raise SecretNotUsable(path) from None  # the error would quote what it read
    return kept
