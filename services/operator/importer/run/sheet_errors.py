"""Which cells of a spreadsheet are errors, such as #N/A and #REF!, or were never computed.

The library that reads spreadsheets takes them for empty ones, and an amount that could not be
computed is not an amount that nobody knows. A program that writes formulas without computing them
leaves that to whoever opens the file.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import chain, islice, product
from typing import Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from services.operator.importer.run.column_names import place_of

Place = tuple[int, int]
"""A cell's row and column, from 0."""
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_CONTENT = "content.xml"
_XLSX_ERROR: Final = re.compile(rb"""<(?:\w+:)?c\s[^>]*\bt\s*=\s*["']e["'][^>]*>""")
_XLSX_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_XLSX_NOT_COMPUTED: Final = re.compile(
    rb"""<(?:\w+:)?c\s(?![^>]*\bt\s*=\s*["']str["'])[^>]*(?<!/)>\s*"""  # not a text that is empty
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_XLSX_PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]+)([0-9]+)["']""")
_ODS_ERROR: Final = re.compile(
    rb'value-type="error"|<table:table-cell(?![^>]*office:value-type=)[^>]*\btable:formula='
)
_WITHOUT_TAGS: Final = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
"""Comments and plain text, in which what looks like a cell is none."""
MOST_ERRORS: Final = 1_000_000
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


class NoSheets(ValueError):
    """It is a ZIP of another kind."""


class TooManyErrors(Exception):
    """So many cells are errors that nobody would mend them one by one."""


def _few(errors: Iterator[Place]) -> frozenset[Place]:
    found = frozenset(islice(errors, MOST_ERRORS + 1))
    if len(found) > MOST_ERRORS:
        raise TooManyErrors
    return found


def errors_in(file: bytes, sheet: str, end: Place) -> frozenset[Place]:
    """Return where the errors of a sheet are, up to the last of its cells that are read.

    A few bytes can repeat an error over more cells than any sheet has. Raises NoSheets,
    TooManyErrors.
    """
    with ZipFile(BytesIO(file)) as parts:
        names = frozenset(parts.namelist())
        if _WORKBOOK in names:
            return _few(_of_xlsx(_WITHOUT_TAGS.sub(b"", parts.read(_part_of(parts, sheet)))))
        if _CONTENT in names:
            content = parts.read(_CONTENT)
            return _few(_of_ods(content, sheet, end) if _ODS_ERROR.search(content) else iter(()))
    raise NoSheets


def _part_of(parts: ZipFile, sheet: str) -> str:
    ids = {
        name: value
        for one in _parsed(parts.read(_WORKBOOK)).iter()
        if one.tag.endswith("}sheet") and (name := one.get("name"))
        for key, value in one.items()
        if key.endswith("}id")
    }
    relations = _parsed(parts.read(_RELATIONS))
    target = next(one.get("Target", "") for one in relations if one.get("Id") == ids[sheet])
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _of_xlsx(content: bytes) -> Iterator[Place]:
    patterns = [_XLSX_ERROR]
    if _XLSX_FORMULA.search(content):
        patterns.append(_XLSX_NOT_COMPUTED)
    for cell in chain.from_iterable(pattern.finditer(content) for pattern in patterns):
        if place := _XLSX_PLACE.search(cell[0]):
            yield int(place[2]) - 1, place_of(place[1].decode())


def _of_ods(content: bytes, sheet: str, end: Place) -> Iterator[Place]:
    tables = _parsed(content).iter(f"{_TABLE}table")
    table = next(one for one in tables if one.get(f"{_TABLE}name") == sheet)
    row = 0
    for one in table.iter(f"{_TABLE}table-row"):
        column, times = 0, int(one.get(f"{_TABLE}number-rows-repeated", "1"))
        for cell in one:
            width = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            never = cell.get(f"{_TABLE}formula") and not cell.get(f"{_OFFICE}value-type")
            if never or cell.get(f"{_CALC}value-type") == "error":
                rows = range(row, min(row + times, end[0] + 1))
                columns = range(column, min(column + width, end[1] + 1))
                yield from product(rows, columns)
            column += width
        row += times


def _parsed(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - in a process that may use so much and no more
