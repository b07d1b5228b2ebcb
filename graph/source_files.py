"""The files an article is written in: text in UTF-8, of a size that a person could have typed."""

from collections.abc import Iterator
from pathlib import Path

from graph.errors import InputError, Place

LARGEST = 10_000_000
"""The most bytes a file of an article may have."""


def text(path: Path, name: str, most: int = LARGEST, remedy: str = "split it in two") -> str:
    """The text of a file of at most so many bytes; `name` is what errors call it.

    Raises InputError for a file that is missing, too large or not UTF-8.
    """
    return decoded(raw(path, name, most, remedy), name)


def lines(path: Path, name: str, most: int, remedy: str) -> Iterator[str]:
    """The lines of such a file with their ends, of which one is held at a time.

    Raises InputError as `text` does, once it comes to what is wrong.
    """
    _measured(path, name, most, remedy)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            yield decoded(line, name, number)


def raw(path: Path, name: str, most: int = LARGEST, remedy: str = "split it in two") -> bytes:
    """The bytes of a file, and what to do where there are more than `most`.

    Raises InputError for a file that is missing or larger.
    """
    _measured(path, name, most, remedy)
    return path.read_bytes()


def _measured(path: Path, name: str, most: int, remedy: str) -> None:
    if not path.is_file():
        raise InputError("the file is missing", Place(name), f"write {path.name}")
    size = path.stat().st_size
    if size > most:
        raise InputError(f"{size} bytes, and at most {most} are read", Place(name), remedy)


def decoded(content: bytes, name: str, first: int = 1) -> str:
    """Bytes as text; their first line is the `first` of the file.

    Raises InputError with the line of the first byte that is not UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + first
        raise InputError(
            f"byte {error.start} is not UTF-8 ({error.reason})",
            Place(name, line),
            "save the file as UTF-8",
        ) from error
