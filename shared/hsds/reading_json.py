"""HSDS as JSON: one organisation or service, a list of either, or an object with such lists."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from shared.hsds.directory_file import DirectoryFile
from shared.hsds.nesting import Nesting
from shared.hsds.problems import HAS_A_ZERO, NOT_A_RECORD, NotADirectory, Problem
from shared.hsds.reading import Reading
from shared.hsds.vocabulary import ORGANIZATION, SERVICE, Record
from shared.kernel.text import Text

_LISTS: Final = ("organizations", "services", "contents", "items", "results")
"""Under which names an object holds the records: of a whole directory, or of a page of an API."""


def read_json(text: bytes) -> DirectoryFile:
    """Read a directory. Raises NotADirectory."""
    reading = _Reading(may_have_zeros=_ZERO in text)
    for row, (given, is_service) in enumerate(_records(_decoded(text)), 1):
        reading.take(row, given, is_service=is_service)
    return reading.finished()


def _decoded(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise NotADirectory(_TOO_DEEP) from None
    except (msgspec.DecodeError, ValueError) as error:
        raise NotADirectory(_NOT_JSON.filled(str(error).split("\n")[0][:120])) from None


def _records(content: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the records and whether each is a service."""
    if isinstance(content, list):
        for one in content:
            yield one, _is_service(one)
        return
    if not isinstance(content, dict):
        raise NotADirectory(_NO_RECORDS)
    lists = [name for name in _LISTS if isinstance(content.get(name), list)]
    if not lists and content.keys().isdisjoint({"id", "name"}):
        raise NotADirectory(_NO_RECORDS)
    if "id" in content or not lists:
        yield content, _is_service(content)
        return
    for name in lists:
        for one in content[name]:
            yield one, name == "services" or (name != "organizations" and _is_service(one))


def _is_service(given: Any) -> bool:
    """Tell a service by what only services have; an organisation has services of its own."""
    if not isinstance(given, dict) or "services" in given:
        return False
    return bool(given.keys() & {"status", "organization", "organization_id", "program_id"})


class _Reading(Reading):
    """The organisations of a file, whichever way their services come."""

    def __init__(self, *, may_have_zeros: bool) -> None:
        super().__init__()
        self._may_have_zeros = may_have_zeros

    def take(self, row: int, given: Any, *, is_service: bool) -> None:
        """Take one of the file's records."""
        if not isinstance(given, dict):
            self.records += 1
            self.note(Problem(row, "", "", NOT_A_RECORD))
        elif self._may_have_zeros and has_a_zero(given):
            self.records += 1
            self.note(Problem(row, "", "", HAS_A_ZERO))
        elif is_service:
            self._take_service(row, given, "", "")
        else:
            self._take_organization(row, given)

    def _take_organization(self, row: int, given: Record) -> None:
        services = given.get("services")
        nesting = Nesting(row, self.note)
        self.organization(row, "", nesting.read(ORGANIZATION, _without("services", given)))
        for n, service in enumerate(services if isinstance(services, list) else ()):
            self._take_service(row, service, f"services[{n}].", str(given.get("id") or ""))

    def _take_service(self, row: int, given: Any, path: str, organization: str) -> None:
        """Take a service. organization: the id of that in which it stands."""
        alone, theirs = given, None
        if isinstance(given, dict):
            alone, theirs = _without("organization", given), given.get("organization")
        if isinstance(theirs, dict) and not organization:
            organization = str(theirs.get("id") or "")
            if not self.has(organization):
                nesting = Nesting(row, self.note)
                at = f"{path}organization."
                of_it = _without("services", theirs)
                self.organization(row, at, nesting.read(ORGANIZATION, of_it, at))
        parent = (ORGANIZATION, organization) if organization else None
        record = Nesting(row, self.note).read(SERVICE, alone, path, parent)
        self.service(row, path, record, organization)


def has_a_zero(record: Record) -> bool:
    """Whether a text or a name in a record has the character zero, which no table takes."""
    waiting: list[Any] = [record]
    while waiting:
        match waiting.pop():
            case str() as text if "\0" in text:
                return True
            case list() as items:
                waiting.extend(items)
            case dict() as members:
                waiting += [*members.keys(), *members.values()]
            case _:
                pass
    return False


def _without(name: str, given: Record) -> Record:
    return {each: value for each, value in given.items() if each != name}


_ZERO: Final = b"\\u0000"
"""How JSON has to write the character zero."""
_NOT_JSON = Text(
    "No es JSON de HSDS ({}). Guárdelo otra vez en UTF-8; si es una tabla, diga cómo leerla con"
    " --mapping; si es CSV de HSDS, dé su carpeta o su zip.",
    "It is no JSON of HSDS ({}). Save it again in UTF-8; if it is a table, say how to read it with"
    " --mapping; if it is CSV of HSDS, give its folder or zip.",
)
_TOO_DEEP = Text(
    "El JSON tiene demasiados niveles para ser HSDS.", "The JSON has too many levels to be HSDS."
)
_NO_RECORDS = Text(
    "El JSON no tiene organizaciones ni servicios.", "The JSON has no organizations nor services."
)
