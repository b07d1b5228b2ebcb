"""Which format a file of offers has, and its offers."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from graph.draft.intake import annotation, label_studio, lines, sheet
from graph.draft.intake.offer import Offer
from graph.errors import InputError, Place

_LARGEST = 20_000_000
_Found = Iterator[Offer | InputError]
_DOCUMENTS: tuple[tuple[str, Callable[[Any], bool], Callable[[Any, str], _Found]], ...] = (
    ("label-studio", label_studio.is_one, label_studio.read),
    ("web-annotation", annotation.is_one, annotation.read),
)
"""Formats that are one document of JSON: name, whether a document is one, its offers."""


def _document(written: str) -> Any:
    """The document of JSON that a file is, or None."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def read(path: Path) -> tuple[str, _Found]:
    """The name of the format of a file, and its offers with what is wrong with the others.

    By its ending `.csv` and `.xlsx` are sheets; anything else is a document of Label Studio or Web
    Annotation, if it is one, or else JSON lines. Raises InputError for a file that is missing, too
    large, not UTF-8, or no workbook; reading on may raise it for columns that are missing.
    """
    place = Place(path.name)
    if not path.is_file():
        raise InputError("there is no such file", place, "name a file of proposals")
    if path.stat().st_size > _LARGEST:
        raise InputError(f"more than {_LARGEST} bytes", place, "propose one article at a time")
    if path.suffix.lower() == ".xlsx":
        return "sheet", sheet.workbook(path)
    try:
        written = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8", place, "save it as UTF-8") from error
    if path.suffix.lower() == ".csv":
        return "sheet", sheet.comma_separated(written, path.name)
    document = _document(written)
    for name, is_one, found in _DOCUMENTS:
        if is_one(document):
            return name, found(document, path.name)
    return "json-lines", lines.read(written, path.name)
