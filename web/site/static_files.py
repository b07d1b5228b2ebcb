"""The files of static/, each under an address that changes with it, and packed ahead of time.

`python -m web.site.static_files` (`make web`) writes the packed forms under static/dist/packed/; a
file without one, or changed since, is sent as it is.
"""

import gzip
import hashlib
import io
import mimetypes
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it ships no types
from flask import Response, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from graph.paths import STATIC
from web.middleware.compression import chosen, worthwhile

PACKED = STATIC / "dist" / "packed"
_YEAR = 365 * 24 * 3600
_PACKERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=11),
    "gzip": lambda content: gzip.compress(content, 9, mtime=0),
}
"""Coding → its encoder at its best: this is done once a build, not once a request."""


def static(file: str) -> str:
    """The address of a file in static/, which changes when the file does."""
    digest = _digest(file, (STATIC / file).stat().st_mtime_ns)
    return f"{request.script_root}/static/{file}?v={digest}"


def static_file(file: str) -> Response:
    """Answer with a file of static/; under an address that names its digest, for good."""
    joined = safe_join(str(STATIC), file)
    if (
        joined is None
        or "\0" in file
        or file.endswith("/")
        or not Path(joined).is_file()
        or PACKED in Path(joined).parents
    ):
        raise NotFound
    path = Path(joined)
    kind = _type(path)
    coding = chosen(request.headers.get("Accept-Encoding", ""), tuple(_PACKERS))
    packed = _packed(path, coding) if coding else None
    named = "v" in request.args
    sent = packed or path
    written = sent.stat()
    # Read whole: a file handed on open would stay so wherever a server forgets to close it.
    response = send_file(
        io.BytesIO(sent.read_bytes()),
        mimetype=kind,
        etag=_digest(str(sent.relative_to(STATIC)), written.st_mtime_ns),
        last_modified=written.st_mtime,
        max_age=_YEAR if named else 0,
    )
    response.cache_control.immutable = named
    if packed:
        response.headers["Content-Encoding"] = coding
    if worthwhile(kind, path.stat().st_size):
        response.vary.add("Accept-Encoding")
    return response


def _packed(path: Path, coding: str) -> Path | None:
    """The packed form of a file, unless there is none or the file is newer."""
    found = _form(path, coding)
    fresh = found.is_file() and found.stat().st_mtime_ns >= path.stat().st_mtime_ns
    return found if fresh else None


def _form(path: Path, coding: str) -> Path:
    return PACKED / f"{path.relative_to(STATIC)}.{coding}"


def _type(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


@cache
def _digest(file: str, _written: int) -> str:
    return hashlib.sha256((STATIC / file).read_bytes()).hexdigest()[:10]


def _sources() -> Iterator[Path]:
    for path in sorted(STATIC.rglob("*")):
        packable = path.is_file() and PACKED not in path.parents
        if packable and worthwhile(_type(path), path.stat().st_size):
            yield path


def pack() -> int:
    """How many forms were written: those that save a tenth, and were missing or out of date."""
    written = 0
    for path in _sources():
        content = path.read_bytes()
        for coding, packer in _PACKERS.items():
            if _packed(path, coding):
                continue
            form, made = _form(path, coding), packer(content)
            if len(made) < 0.9 * len(content):
                form.parent.mkdir(parents=True, exist_ok=True)
                form.write_bytes(made)
                written += 1
    return written


if __name__ == "__main__":
    sys.stdout.write(f"packed {pack()} static files\n")
