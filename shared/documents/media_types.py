"""Which kinds of files there may be, and whether bytes are of the kind that was said.

A file is judged by its bytes, never by its name: a program that calls itself a letter is none.
Nothing is unpacked or drawn, so no bomb goes off here; of an archive its table of contents is read.
"""

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, ClassVar, Final
from zlib import error as DeflateError  # noqa: N812 - the module's own name says nothing

from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.text import Text

TEXT, MARKDOWN, JSON = "text/plain", "text/markdown", "application/json"
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OPEN_XML}.wordprocessingml.document"
XLSX = f"{_OPEN_XML}.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

WRITTEN: Final = (TEXT, MARKDOWN, JSON)
"""What is text through and through, so that it can be looked at for what identifies somebody."""
MOST_MEMBERS, MOST_UNPACKED = 5_000, 256 * 1024 * 1024
"""Of an archive: its files, and the bytes that they say they have unpacked."""
TYPE_FIELD = "Content-Type"
"""What the kind of a file is called in a refusal."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Controls that no text has: all but tab, line and page breaks."""


class NotOfItsKind(Invalid):
    """The bytes are not what they were said to be, or are damaged."""

    media_type: str
    code: ClassVar[str] = "not-of-its-kind"
    text: ClassVar[Text] = Text(
        "«{field}»: los bytes no son {media_type}, o el archivo está dañado. Ábralo, guárdelo de"
        " nuevo y mándelo con su tipo.",
        "“{field}”: the bytes are no {media_type}, or the file is damaged. Open it, save it again"
        " and send it with its type.",
    )


class KindNotTaken(Invalid):
    """No such kind of file is taken."""

    taken: str
    code: ClassVar[str] = "kind-not-taken"
    text: ClassVar[Text] = Text(
        "«{field}»: se guardan archivos de estos tipos: {taken}.",
        "“{field}”: files of these kinds are kept: {taken}.",
    )


class DocumentEmpty(Invalid):
    """There are no bytes."""

    code: ClassVar[str] = "document-empty"
    text: ClassVar[Text] = Text(
        "«{field}»: el archivo está vacío. Mande uno con algo.",
        "“{field}”: the file is empty. Send one that has something.",
    )


class DocumentTooLarge(Invalid):
    """There are more bytes than this installation keeps of one document."""

    most_mib: int
    code: ClassVar[str] = "document-too-large"
    text: ClassVar[Text] = Text(
        "«{field}»: pasa de {most_mib} MiB. Mande uno menor, o por partes.",
        "“{field}”: it is larger than {most_mib} MiB. Send a smaller one, or in parts.",
    )


def not_usable(field: str, content: bytes, media_type: str, most_mib: int) -> Refusal | None:
    """Refuse bytes that are not of the kind that was said, or of none that is taken."""
    checked = _CHECKS.get(media_type)
    if checked is None:
        return KindNotTaken(field=TYPE_FIELD, taken=", ".join(MEDIA_TYPES))
    if not content:
        return DocumentEmpty(field=field)
    if len(content) > most_mib * 1024 * 1024:
        return DocumentTooLarge(field=field, most_mib=most_mib)
    return None if checked(content) else NotOfItsKind(field=field, media_type=media_type)


def written(content: bytes, media_type: str) -> str | None:
    """Return all that a text says, as people read it; None if the file is no text.

    Of JSON that is what its texts say, however they are escaped, one a line. content: as
    ``not_usable`` lets it through.
    """
    if media_type not in WRITTEN:
        return None
    text = content.decode("utf-8-sig")
    return text if media_type != JSON else "\n".join(_texts_in(_json(text)))


def _is_text(content: bytes) -> bool:
    try:
        return _UNSEEN.search(content.decode("utf-8")) is None
    except UnicodeDecodeError:
        return False


def _is_json(content: bytes) -> bool:
    try:
        value = _json(content.decode("utf-8-sig"))
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError):
        return False
    return True


def _json(text: str) -> Any:
    """Read JSON as the standard has it: without NaN and Infinity. Raises ValueError."""
    return json.loads(text, parse_constant=_refuse)


def _texts_in(value: Any) -> Iterator[str]:
    """Yield every text and every name in a value of JSON."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case list() as items:
                waiting.extend(items)
            case dict() as members:
                waiting += [*members.keys(), *members.values()]
            case _:
                pass  # a number, true, false, null


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and b"IEND" in content[-64:]


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[-4096:]


def _open_xml(part: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        names = _members(content)
        programs = any(name.lower().endswith("vbaproject.bin") for name in names)
        return {"[Content_Types].xml", part} <= names.keys() and not programs

    return check


def _is_odt(content: bytes) -> bool:
    named = content[30 : 38 + len(ODT)] == b"mimetype" + ODT.encode()
    names = _members(content)
    programs = any(name.startswith("Basic/") for name in names)
    return named and {"mimetype", "content.xml"} <= names.keys() and not programs


def _members(content: bytes) -> Mapping[str, int]:
    """Return the files of an archive with their sizes; none if it is damaged, or too much."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, DeflateError):
        return {}
    sizes = {each.filename: each.file_size for each in listed}
    encrypted = any(each.flag_bits & 1 for each in listed)
    much = len(listed) > MOST_MEMBERS or sum(sizes.values()) > MOST_UNPACKED
    return {} if much or encrypted or len(sizes) < len(listed) else sizes


_CHECKS: Mapping[str, Callable[[bytes], bool]] = {
    PDF: _is_pdf,
    PNG: _is_png,
    JPEG: _is_jpeg,
    TEXT: _is_text,
    MARKDOWN: _is_text,
    JSON: _is_json,
    DOCX: _open_xml("word/document.xml"),
    XLSX: _open_xml("xl/workbook.xml"),
    ODT: _is_odt,
}
MEDIA_TYPES: Final = tuple(_CHECKS)
"""Every kind of file that is kept."""
EXTENSIONS: Final[Mapping[str, str]] = {
    ".pdf": PDF,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".txt": TEXT,
    ".md": MARKDOWN,
    ".json": JSON,
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".odt": ODT,
}
"""How the names of such files end; the bytes are checked all the same."""
