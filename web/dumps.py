"""The files of the release, to download whole: /dumps/, and /.well-known/void to find them.

Only names in the release's own manifest are served, so no path leads out of it.
"""

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, render_template, request, send_file
from pyoxigraph import RdfFormat, parse

from graph.errors import UnknownError
from graph.formats import RDF_FORMATS, Format
from graph.namespaces import PREFIXES
from graph.negotiation import Page, accepted, chosen
from graph.plan import PAGE
from web.context import RELEASE, address, front
from web.snapshot import File

dumps = Blueprint("dumps", __name__)

_JSON = Page("json", ("application/json",))
_DESCRIBED: tuple[Format | Page, ...] = (*RDF_FORMATS, PAGE)
_RELATED = ("release.json", "SHA256SUMS")
"""Files beside those that the manifest lists: itself, and the checksums of all."""
_TEXT = ("text/", "application/n-triples", "application/n-quads", "application/trig")


@lru_cache(maxsize=8)
def _files(folder: Path) -> dict[str, File]:
    rows = json.loads((folder / "release.json").read_bytes())["files"]
    found = {row["name"]: File(**row) for row in rows}
    for name in _RELATED:
        path = folder / name
        if path.is_file() and name not in found:
            kind = "application/json" if name.endswith(".json") else "text/plain"
            found[name] = File(name, kind, path.stat().st_size, "", None)
    return found


@dumps.get("/dumps", strict_slashes=False)
def index() -> Response:
    """List the files, as a page or in JSON."""
    pool = front().pool
    files = _files(pool.folder).values()
    mine = chosen(request.args.get("format"), request.headers.get("Accept"), (_JSON, PAGE))
    if mine is PAGE:
        html = render_template("dumps.html", files=files, version=pool.release)
        response = Response(html, content_type="text/html; charset=utf-8")
    else:
        rows = [{"url": address(f"/dumps/{f.name}"), **asdict(f)} for f in files]
        text = json.dumps({"version": pool.release, "files": rows}, ensure_ascii=False)
        response = Response(text, content_type="application/json")
    response.vary.add("Accept")
    return response


@dumps.get("/dumps/<path:name>")
def download(name: str) -> Response:
    """Send one file, or the range of it that is asked for (RFC 9110 §14)."""
    pool = front().pool
    folder = pool.folder
    file = _files(folder).get(name)
    if file is None:
        raise UnknownError("there is no such file in this release", "see /dumps/ for the list")
    response = send_file(
        folder / name,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=name.rpartition("/")[2],
        etag=file.sha256[:32] or True,
        conditional=True,
    )
    if file.media_type.startswith(_TEXT):
        response.headers["Content-Type"] = f"{file.media_type}; charset=utf-8"
    # The next release has other bytes under this name.
    response.headers["Cache-Control"] = "no-cache"
    response.headers[RELEASE] = pool.release
    return response


@dumps.get("/.well-known/void", strict_slashes=False)
def void() -> Response:
    """Describe the dataset (VoID, DCAT) in the format asked for; a browser gets Turtle."""
    pool = front().pool
    accept = request.headers.get("Accept")
    mine = accepted(accept, _DESCRIBED)
    format_ = mine if isinstance(mine, Format) else RDF_FORMATS[0]
    body = _void(pool.folder, format_)
    response = Response(body, content_type=format_.content_type)
    response.headers[RELEASE] = pool.release
    response.vary.add("Accept")
    return response


@lru_cache(maxsize=32)
def _void(folder: Path, format_: Format) -> bytes:
    path = folder / "void.ttl"
    if not path.is_file():
        raise UnknownError("this release has no description", "build a release")
    text = path.read_bytes()
    if format_.engine == RdfFormat.TURTLE:
        return text
    return format_.write([quad.triple for quad in parse(text, RdfFormat.TURTLE)], PREFIXES)
