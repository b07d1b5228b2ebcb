"""Rows to take along: as CSV for programs, and as a real Excel file for people."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from flask import Response

from graph.rdf import formats
from graph.sparql.negotiation import Page

XLSX_TYPE = formats.XLSX.media_types[0]
XLSX = Page("xlsx", (XLSX_TYPE,))
CSV = Page("csv", ("text/csv",))
_LINKS = 60_000
"""Links of a sheet that Excel opens; past it (65,530) it refuses the file."""
_WIDEST = 60
_LONGEST = 32_767
"""Characters of a cell that Excel takes."""


@dataclass(frozen=True)
class Linked:
    """The name of a thing, and the address it leads to."""

    name: str
    address: str


Cell = str | int | float | Decimal | Linked | None
Rows = Iterable[Sequence[Cell]]


def csv_(name: str, columns: Sequence[str], rows: Rows) -> Response:
    """The rows as CSV; a link is its address."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell.address if isinstance(cell, Linked) else cell for cell in row])
    return _taken(out.getvalue().encode(), f"{name}.csv", "text/csv; charset=utf-8")


def xlsx(name: str, columns: Sequence[str], rows: Rows) -> Response:
    """The rows as an Excel file: numbers are numbers, things are names that lead to their page.

    Text is never a formula, whatever it begins with.
    """
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet(name))
        heading, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        wrapped.set_align("top")
        linked = book.add_format({"font_color": "#8a2a23", "underline": 1, "valign": "top"})
        sheet.freeze_panes(1, 0)
        kept = list(rows)
        for at, column in enumerate(columns):
            widest = max((_width(row[at]) for row in kept[:200]), default=0)
            sheet.set_column(at, at, min(_WIDEST, max(len(column) + 2, widest)))
            sheet.write_string(0, at, column, heading)
        links = 0
        for line, row in enumerate(kept, 1):
            for at, cell in enumerate(row):
                if isinstance(cell, Linked) and links < _LINKS:
                    links += 1
                    sheet.write_url(line, at, cell.address, linked, cell.name[:_LONGEST])
                elif isinstance(cell, int | float | Decimal):
                    sheet.write_number(line, at, float(cell))
                elif cell is not None:
                    text = cell.name if isinstance(cell, Linked) else cell
                    sheet.write_string(line, at, text[:_LONGEST], wrapped)
        sheet.autofilter(0, 0, max(1, len(kept)), max(0, len(columns) - 1))
    return _taken(out.getvalue(), f"{name}.xlsx", XLSX_TYPE)


def _width(cell: Cell) -> int:
    text = cell.name if isinstance(cell, Linked) else str(cell or "")
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text) + 2


def _sheet(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_ " else " " for c in name)[:31].strip() or "Sheet1"


def _taken(body: bytes, name: str, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
