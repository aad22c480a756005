"""A file is judged by its bytes, never by what it calls itself."""

import json
import time
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest

from shared.documents import media_types
from shared.documents.media_types import (
    DOCX,
    JPEG,
    JSON,
    MARKDOWN,
    MEDIA_TYPES,
    ODT,
    PDF,
    PNG,
    TEXT,
    XLSX,
    DocumentEmpty,
    DocumentTooLarge,
    KindNotTaken,
    NotOfItsKind,
    not_usable,
    written,
)


def archive(members: Mapping[str, str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as written_to:
        for name, content in members.items():
            written_to.writestr(name, content)
    return made.getvalue()


GOOD: dict[str, bytes] = {
    PDF: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    PNG: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82",
    JPEG: b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9",
    TEXT: "Ñandú.\r\n\tDos líneas.".encode(),
    MARKDOWN: b"# Convenio\n\nEntre **dos**.",
    JSON: b'{"a": [1, 2.5, null, "x"]}',
    DOCX: archive({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}),
    XLSX: archive({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"}),
    ODT: archive({"mimetype": ODT, "content.xml": "<a/>"}),
}


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_each_kind_is_taken_for_itself_and_for_no_other(media_type: str) -> None:
    content = GOOD[media_type]
    taken = {each for each in MEDIA_TYPES if not_usable("content", content, each, 1) is None}
    alike = {TEXT, MARKDOWN, JSON} if media_type in {TEXT, MARKDOWN, JSON} else {media_type}
    assert media_type in taken
    assert taken <= alike


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (PDF, GOOD[PDF][:-7]),
        (PNG, GOOD[PNG][:30]),
        (JPEG, b"\xff\xd8\xff"),
        (TEXT, b"\xff\xfe\x00A"),
        (TEXT, b"a\x00b"),
        (MARKDOWN, b"\x1b[31m"),
        (JSON, b'{"a": NaN}'),
        (JSON, b'["\\ud800"]'),
        (JSON, b"[" * 200_000),
        (JSON, b'{"a": '),
        (DOCX, GOOD[DOCX][:-30]),
        (DOCX, GOOD[DOCX][: len(GOOD[DOCX]) // 2]),
        (
            DOCX,
            archive(
                {"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": ""}
            ),
        ),
        (XLSX, b"PK\x03\x04"),
        (ODT, archive({"content.xml": "<a/>", "mimetype": ODT})),
        (ODT, archive({"mimetype": ODT, "content.xml": "", "Basic/a.xml": ""})),
    ],
)
def test_what_is_damaged_or_something_else_is_refused(media_type: str, content: bytes) -> None:
    refusal = not_usable("content", content, media_type, 1)
    assert isinstance(refusal, NotOfItsKind)
    assert media_type in refusal.sentence("es")


def test_a_bomb_is_refused_by_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    members = {"[Content_Types].xml": "", "word/document.xml": "0" * 5_000}
    monkeypatch.setattr(media_types, "MOST_UNPACKED", 4_000)
    assert isinstance(not_usable("content", archive(members), DOCX, 1), NotOfItsKind)
    monkeypatch.setattr(media_types, "MOST_UNPACKED", 6_000)
    assert not_usable("content", archive(members), DOCX, 1) is None
    monkeypatch.setattr(media_types, "MOST_MEMBERS", 1)
    assert isinstance(not_usable("content", archive(members), DOCX, 1), NotOfItsKind)


def test_other_kinds_none_at_all_and_too_much_are_refused() -> None:
    assert isinstance(not_usable("content", b"MZ", "application/x-dosexec", 1), KindNotTaken)
    assert isinstance(not_usable("content", b"", TEXT, 1), DocumentEmpty)
    assert isinstance(not_usable("content", b"a" * (1024 * 1024 + 1), TEXT, 1), DocumentTooLarge)
    assert not_usable("content", b"a" * 1024 * 1024, TEXT, 1) is None


def test_of_json_each_text_is_read_however_it_is_escaped() -> None:
    held: Any = {"correo": ["juan\\u0040x", {"b": 5}], "n": None}
    content = json.dumps(held).replace("\\\\u", "\\u").encode()
    assert set((written(content, JSON) or "").split("\n")) == {"correo", "juan@x", "b", "n"}
    assert written("\ufeffÑ".encode(), TEXT) == "Ñ"
    assert written(GOOD[PDF], PDF) is None


def test_a_large_file_is_checked_in_no_time() -> None:
    began = time.process_time()
    assert not_usable("content", b'{"a": "' + b"x" * 5_000_000 + b'"}', JSON, 10) is None
    assert time.process_time() - began < 2
