"""Spreadsheets as small as they can be: what a program of offices writes, without the program."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Cell = str | float | date | datetime | type[ValueError] | None
"""ValueError stands for a cell that is an error."""
Sheets = Mapping[str, Iterable[Sequence[Cell]]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_DAY = ("year", "-", "month", "-", "day")
_TIME = (" ", "hours", ":", "minutes", ":", "seconds")
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)


def xlsx(file: Path, sheets: Sheets) -> Path:
    """Write a workbook of Office Open XML with these sheets."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/{n}.xml"/>'
        for n in numbers
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            "</Types>",
        )
        out.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r"'
            f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        out.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">{relations}<Relationship Id="s"'
            f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        )
        out.writestr("xl/styles.xml", _STYLES)
        for n, rows in zip(numbers, sheets.values(), strict=True):
            with out.open(f"xl/worksheets/{n}.xml", "w") as sheet:
                sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                for number, row in enumerate(rows, 1):
                    sheet.write(f'<row r="{number}">{_xlsx_cells(number, row)}</row>'.encode())
                sheet.write(b"</sheetData></worksheet>")
    return file


def ods(file: Path, sheets: Sheets) -> Path:
    """Write an OpenDocument spreadsheet with these sheets."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        out.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{_ODF}:manifest:1.0"><m:file-entry m:full-path="/"'
            f' m:media-type="{_ODS}"/></m:manifest>',
        )
        out.writestr("content.xml", flat(sheets, "office:document-content"))
    return file


def flat(sheets: Sheets, root: str = "office:document") -> str:
    """The same as one XML text (``.fods``), which a program of offices opens as well."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{''.join(map(_ods_row, rows))}</table:table>"
        for name, rows in sheets.items()
    )
    names = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in names)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} {spaces} xmlns:calcext="{_CALC}"'
        f' xmlns:number="{_ODF}:datastyle:1.0" office:version="1.3" office:mimetype="{_ODS}">'
        f"<office:automatic-styles>{_style('day', _DAY)}{_style('moment', _DAY + _TIME)}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        f"</office:spreadsheet></office:body></{root}>"
    )


def _style(name: str, parts: Sequence[str]) -> str:
    """A style of cells: dates of these parts."""
    shown = "".join(
        f'<number:{part} number:style="long"/>'
        if len(part) > 1
        else f"<number:text>{part}</number:text>"
        for part in parts
    )
    return (
        f'<number:date-style style:name="{name}-format">{shown}</number:date-style><style:style'
        f' style:name="{name}" style:family="table-cell" style:data-style-name="{name}-format"/>'
    )


def _xlsx_cells(number: int, row: Sequence[Cell]) -> str:
    return "".join(
        _xlsx_cell(f"{_column(at)}{number}", cell)
        for at, cell in enumerate(row)
        if cell is not None
    )


def _xlsx_cell(name: str, cell: Cell) -> str:
    match cell:
        case type():
            return f'<c r="{name}" t="e"><v>#N/A</v></c>'
        case str():
            shown = escape(cell)
            return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
        case datetime():
            return f'<c r="{name}" s="2"><v>{(cell - _DAY_ZERO) / timedelta(days=1)!r}</v></c>'
        case date():
            return f'<c r="{name}" s="1"><v>{(cell - _DAY_ZERO.date()).days}</v></c>'
        case _:
            return f'<c r="{name}"><v>{cell!r}</v></c>'


def _ods_row(row: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(cell: Cell) -> str:
    kind = "office:value-type"
    match cell:
        case None:
            return "<table:table-cell/>"
        case type():
            return (
                f'<table:table-cell {kind}="string" office:string-value=""'
                ' calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
            )
        case str():
            lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in cell.split("\n"))
            return f'<table:table-cell {kind}="string">{lines}</table:table-cell>'
        case date():
            style = "moment" if isinstance(cell, datetime) else "day"
            shown = f'table:style-name="{style}" {kind}="date"'
            return f'<table:table-cell {shown} office:date-value="{cell.isoformat()}"/>'
        case _:
            return f'<table:table-cell {kind}="float" office:value="{cell!r}"/>'


def _spaced(line: str) -> str:
    """As XML; two blanks in a row, and those at the ends, have an element of their own."""
    return escape(line).replace(" ", "<text:s/>").replace("\t", "<text:tab/>")


def _column(at: int) -> str:
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
