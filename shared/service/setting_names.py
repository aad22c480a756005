"""Which names settings may have, and secrets from files.

A name that nobody knows is refused: a misspelt CANALIZA_KAFKA_SECURITY_PROTOCOL would otherwise run
in plain text without a word.
"""

import os
import tomllib
import typing
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from typing_extensions import override

from shared.kernel.text import Text, UserError
from shared.service.setting_forms import EXPECTED

PREFIX: Final = "CANALIZA_"
FILE: Final = "_FILE"
"""How the name of a setting ends that names a file with the secret."""

OUTSIDE: Final = frozenset(
    PREFIX + name for name in ("SETTINGS", "LANG", "DATA", "RUN_AS", "TRACEBACK", "PYTHON")
)
"""Names that are read elsewhere than in Settings: by the command line, the embedded servers, make.

``settings_file`` reads CANALIZA_SETTINGS, ``cli`` CANALIZA_LANG and _TRACEBACK, ``privileges``
CANALIZA_DATA and _RUN_AS, deploy/install.sh CANALIZA_PYTHON.
"""


class SettingsProblem(UserError):
    """The settings must be corrected. The text names them, but no value."""

    def __init__(self, es: str, en: str) -> None:
        super().__init__(Text(es, en), 2)


class SettingsNotUsable(SettingsProblem):
    """Settings are not of the form they must have."""

    def __init__(self, names: Iterable[str]) -> None:
        """Name the settings after these fields, with what each must look like."""
        fields = sorted(set(names))
        listed = ", ".join(PREFIX + name.upper() for name in fields)
        forms = {PREFIX + n.upper(): EXPECTED[n] for n in fields if n in EXPECTED}
        es = "".join(f" {name}: se espera {form.es}." for name, form in forms.items())
        en = "".join(f" {name}: expected {form.en}." for name, form in forms.items())
        of_the_file = fields == ["settings"]
        super().__init__(
            f"Ajustes que no sirven: {listed}.{es} Corríjalos en el entorno"
            f"{'' if of_the_file else ' o en CANALIZA_SETTINGS'}.",
            f"Settings that cannot be used: {listed}.{en} Correct them in the environment"
            f"{'' if of_the_file else ' or in CANALIZA_SETTINGS'}.",
        )


class SettingsNotKnown(SettingsProblem):
    """Names begin like settings of ours and are none."""

    def __init__(self, names: Iterable[str], known: Collection[str]) -> None:
        """List the names, each with the known one that is nearest to it."""
        listed = [(name, _nearest(name, known)) for name in sorted(set(names))]
        es = ", ".join(f"{name} (¿{near}?)" if near else name for name, near in listed)
        en = ", ".join(f"{name} ({near}?)" if near else name for name, near in listed)
        super().__init__(
            f"Ajustes que no existen: {es}. Corrija el nombre o quítelos; docs/settings.md los"
            " enumera.",
            f"Settings that do not exist: {en}. Correct the name or remove them;"
            " docs/settings.md lists them.",
        )


class SecretGivenTwice(SettingsProblem):
    """A secret is given as itself and as a file."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Defina {name} o {name}{FILE}, no los dos.", f"Set {name} or {name}{FILE}, not both."
        )


class SecretFileNotUsable(SettingsProblem):
    """A file that should have a secret cannot be read as UTF-8 text, or has none."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"El archivo de {name} no se puede leer como texto, o está vacío.",
            f"The file of {name} cannot be read as text, or it is blank.",
        )


def secret_fields(kind: type[BaseSettings]) -> frozenset[str]:
    """Return the fields that hold secrets: each may also be given as a file."""
    return frozenset(n for n, field in kind.model_fields.items() if _is_secret(field.annotation))


def _read_once(kind: type[BaseSettings]) -> frozenset[str]:
    """Return those whose file is read here; of the others the file is a setting, and followed."""
    return frozenset(n for n in secret_fields(kind) if n + FILE.lower() not in kind.model_fields)


def known_names(kind: type[BaseSettings]) -> frozenset[str]:
    """Return every name of ours that the environment may have."""
    fields = {PREFIX + name.upper() for name in kind.model_fields}
    return frozenset(fields | {PREFIX + n.upper() + FILE for n in secret_fields(kind)} | OUTSIDE)


def in_environment(kind: type[BaseSettings]) -> dict[str, str]:
    """Return what the environment says, by field or ``field_file``, in small letters.

    Raises SettingsNotKnown.
    """
    ours = {n.upper(): v for n, v in os.environ.items() if n.upper().startswith(PREFIX)}
    known = known_names(kind)
    if unknown := ours.keys() - known:
        raise SettingsNotKnown(unknown, known)
    return {n.removeprefix(PREFIX).lower(): v for n, v in ours.items() if n not in OUTSIDE}


def settings_file() -> Path | None:
    """Return the file that CANALIZA_SETTINGS names, None if it names none."""
    named = os.environ.get(f"{PREFIX}SETTINGS")
    return Path(named) if named else None


def in_file(kind: type[BaseSettings]) -> dict[str, Any]:
    """Return what the file of settings says, by field or ``field_file``.

    Raises SettingsNotKnown, OSError, ValueError.
    """
    path = settings_file()
    if path is None:
        return {}
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {*kind.model_fields, *(name + FILE.lower() for name in secret_fields(kind))}
    if unknown := said.keys() - known:
        raise SettingsNotKnown(unknown, known)
    return said


class SecretFiles(PydanticBaseSettingsSource):
    """The secrets that one source of settings gives as files, each read once."""

    def __init__(
        self,
        kind: type[BaseSettings],
        said: Callable[[type[BaseSettings]], Mapping[str, Any]],
        name_of: Callable[[str], str],
    ) -> None:
        """said: what the source says, by field. name_of: how a field is called in it."""
        super().__init__(kind)
        self._said, self._name_of = said, name_of

    @override
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return nothing: ``__call__`` reads all fields at once."""
        return None, field_name, False

    @override
    def __call__(self) -> dict[str, Any]:
        """Return the secrets by field. Raises SecretGivenTwice, SecretFileNotUsable."""
        said = self._said(self.settings_cls)
        read = {}
        for name in _read_once(self.settings_cls):
            if (path := said.get(name + FILE.lower())) is None:
                continue
            if name in said:
                raise SecretGivenTwice(self._name_of(name))
            text = _read(path, self._name_of(name + FILE.lower()))
            field = self.settings_cls.model_fields[name]
            read[name] = self.decode_complex_value(name, field, text) if _many(field) else text
        return read


def _read(path: object, name: str) -> str:
    """Return a file's text without the line break at its end. Raises SecretFileNotUsable."""
    try:
        text = Path(str(path)).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        raise SecretFileNotUsable(name) from None
    if not text.strip():
        raise SecretFileNotUsable(name)
    return text


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_is_secret(a) for a in typing.get_args(annotation))


def _many(field: FieldInfo) -> bool:
    """Whether a setting has several secrets, as JSON."""
    return typing.get_origin(field.annotation) is dict


def _nearest(name: str, known: Collection[str]) -> str | None:
    """Return the known name that is nearest, None if none is near; what all share tells nothing."""
    by_rest = {one.removeprefix(PREFIX): one for one in known}
    near = get_close_matches(name.removeprefix(PREFIX), by_rest, 1, 0.7)
    return by_rest[near[0]] if near else None
