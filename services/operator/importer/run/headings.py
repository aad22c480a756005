"""Which column of a file has which heading: case, blanks and composed accents do not matter."""

from collections.abc import Iterable, Sequence

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.mapping.cell_types import folded
from services.operator.importer.run.csv_records import UNREADABLE, CsvRecords
from services.operator.importer.run.sheet_records import SheetRecords
from shared.kernel.text import Text, joined

_DELIMITERS = ",;\t|"


def positions(
    wanted: Iterable[str], headings: Sequence[str], file: str, records: CsvRecords | SheetRecords
) -> dict[str, int]:
    """Return where each of these headings stands. Raises FileNotUsable if one does not, or twice.

    As a mapping writes it counts first: two columns may differ in case only.
    """
    exact = [heading.strip() for heading in headings]
    alike = [folded(heading) for heading in headings]
    found, lacking = {}, []
    for heading in wanted:
        name, among = (heading, exact) if heading in exact else (folded(heading), alike)
        if among.count(name) == 1:
            found[heading] = among.index(name)
        else:
            lacking.append(heading)
    if lacking:
        raise FileNotUsable(joined([_lacks(file, lacking), *_hints(headings, records)], " "))
    return found


def _hints(headings: Sequence[str], records: CsvRecords | SheetRecords) -> list[Text]:
    if isinstance(records, SheetRecords):
        return [records.which, _ANOTHER_SHEET]
    line = "".join(headings)
    if UNREADABLE in line:
        return [_not_in(records.encoding)]
    if "\0" in line:
        return [_UTF_16]
    others = [each for each in _DELIMITERS if each in line and each != records.delimiter]
    if len(headings) == 1 and others:
        return [_separated_by(max(others, key=line.count))]
    return [_ELSEWHERE]


def _lacks(file: str, lacking: list[str]) -> Text:
    names = ", ".join(lacking)
    return Text(
        f"{file} no tiene, una sola vez, estas columnas: {names}.",
        f"{file} does not have, once each, these columns: {names}.",
    )


def _not_in(encoding: str) -> Text:
    return Text(
        f"Sus encabezados no están en {encoding}: indique file.encoding en el mapeo.",
        f"Its headings are not in {encoding}: give file.encoding in the mapping.",
    )


def _separated_by(delimiter: str) -> Text:
    shown = "\\t" if delimiter == "\t" else delimiter
    return Text(
        f"Parece separado por «{shown}»: indíquelo en file.delimiter del mapeo.",
        f"It seems to be separated by “{shown}”: say so in the mapping's file.delimiter.",
    )


_UTF_16 = Text(
    "Parece estar en UTF-16: indique «encoding: utf-16» en file del mapeo.",
    "It seems to be in UTF-16: write “encoding: utf-16” under file in the mapping.",
)
_ELSEWHERE = Text(
    "¿Están más abajo (file.skip_lines del mapeo), o es otro archivo?",
    "Are they further down (the mapping's file.skip_lines), or is it another file?",
)
_ANOTHER_SHEET = Text(
    "¿Están en otra hoja (file.sheet del mapeo), o más abajo (file.skip_lines)?",
    "Are they in another sheet (the mapping's file.sheet), or further down (file.skip_lines)?",
)
