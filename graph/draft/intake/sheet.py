"""Sheets, CSV or Excel: one row an offer, with columns kind, quote, left, right and its fields."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from graph.draft.intake.offer import Offer, kind
from graph.errors import InputError, Place

_ROWS = 20_000
_UNPACKED = 100_000_000
"""Bytes that a workbook may unpack to."""
_OWN = ("kind", "quote", "left", "right", "claim")
_REMEDY = "name the columns kind, quote, left, right, claim, and one for each field"


def _cell(value: Any) -> str:
    """A cell as text; a whole number as one, whatever Excel makes of it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _offers(rows: Iterable[Sequence[Any]], file: str) -> Iterator[Offer | InputError]:
    lines = iter(rows)
    head = [_cell(name).strip().lower() for name in next(lines, ())]
    if not {"kind", "quote"} <= set(head) or len(set(filter(None, head))) < len(
        [*filter(None, head)]
    ):
        raise InputError(f"the columns are {', '.join(head) or 'none'}", Place(file, 1), _REMEDY)
    for number, row in enumerate(lines, 2):
        place = Place(file, number)
        if number > _ROWS:
            raise InputError(f"more than {_ROWS} rows", place, "propose one article at a time")
        told = {k: _cell(v) for k, v in zip(head, row, strict=False) if k and _cell(v).strip()}
        if not told:
            continue
        if not {"kind", "quote"} <= told.keys():
            yield InputError("a row without kind or quote", place, "fill both, or take it out")
            continue
        fields = {k: v.strip() for k, v in told.items() if k not in _OWN}
        yield Offer(
            kind(told["kind"]), told["quote"], place, told.get("left", ""), told.get("right", ""),
            None, fields, told.get("claim", ""),
        )  # fmt: skip


def comma_separated(written: str, file: str) -> Iterator[Offer | InputError]:
    """The offers of a CSV file (RFC 4180), and what is wrong with its other rows."""
    try:
        yield from _offers(csv.reader(io.StringIO(written, newline=""), strict=True), file)
    except csv.Error as error:
        raise InputError(f"not CSV: {error}", Place(file), "save it as CSV with quotes") from error


def _rows(path: Path) -> list[Sequence[Any]]:
    import openpyxl  # noqa: PLC0415 - a second to load, which only Excel has to wait for

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        return [*book.worksheets[0].iter_rows(values_only=True, max_row=_ROWS + 2)]
    finally:
        book.close()


def workbook(path: Path) -> Iterator[Offer | InputError]:
    """The offers of the first sheet of an Excel file, and what is wrong with its other rows."""
    file, place = path.name, Place(path.name)
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
        rows = _rows(path) if size <= _UNPACKED else None
    except Exception as error:  # openpyxl lets out whatever its parsers raise
        raise InputError(
            f"not an Excel file: {type(error).__name__}", place, "save it as .xlsx or CSV"
        ) from error
    if rows is None:
        raise InputError(f"{size} bytes unpacked", place, "propose one article at a time")
    yield from _offers(rows, file)
