"""The files an article is written in: text in UTF-8, of a size that a person could have typed."""

from pathlib import Path

from graph.errors import InputError, Place

LARGEST = 10_000_000
"""The most bytes a file of an article may have."""


def text(path: Path, name: str, most: int = LARGEST, remedy: str = "split it in two") -> str:
    """The text of a file of at most so many bytes; `name` is what errors call it.

    Raises InputError for a file that is missing, too large or not UTF-8.
    """
    return decoded(raw(path, name, most, remedy), name)


def raw(path: Path, name: str, most: int = LARGEST, remedy: str = "split it in two") -> bytes:
    """The bytes of a file, and what to do where there are more than `most`.

    Raises InputError for a file that is missing or larger.
    """
    if not path.is_file():
        raise InputError("the file is missing", Place(name), f"write {path.name}")
    size = path.stat().st_size
    if size > most:
        raise InputError(f"{size} bytes, and at most {most} are read", Place(name), remedy)
    return path.read_bytes()


def decoded(content: bytes, name: str) -> str:
    """Bytes as text.

    Raises InputError with the line of the first byte that is not UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"byte {error.start} is not UTF-8 ({error.reason})",
            Place(name, line),
            "save the file as UTF-8",
        ) from error
