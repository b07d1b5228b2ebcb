"""Releases to take away: their files at /dumps/, what changed between two, /.well-known/void.

Only names in a release's own manifest are served, so no path leads out of it.
"""

from dataclasses import asdict
from pathlib import Path

from flask import Blueprint, Response, request, send_file
from pyoxigraph import RdfFormat, parse

from graph.errors import UnknownError
from graph.rdf.formats import RDF_FORMATS, Format
from graph.rdf.namespaces import PREFIXES
from graph.snapshot import File, Release, kept
from graph.sparql.negotiation import Page
from graph.sparql.plan import PAGE
from web.follow import mementos, report
from web.middleware.context import RELEASE, address, front
from web.middleware.negotiated import AS_JSON, html, json_, negotiated, rdf

downloads = Blueprint("downloads", __name__)

_DESCRIBED: tuple[Format | Page, ...] = (*RDF_FORMATS, PAGE)
_GROUPS = {
    "data": ("policyprov.",),
    "statements": ("statements.",),
    "offsets": ("policyprov-offsets.",),
    "ontology": ("ontology/",),
    "other": ("",),
}
"""Heading of the dumps page → how the names of its files begin."""
_TEXT = ("text/", "application/n-triples", "application/n-quads", "application/trig")


def served() -> Release:
    """The release being served."""
    return front().pool.release


def _sent(release: Release, file: File) -> Response:
    """One file, or the range of it that is asked for (RFC 9110 §14)."""
    return send_file(
        release.folder / file.name,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name.rpartition("/")[2],
        etag=file.sha256[:32] or True,
        conditional=True,
    )


@downloads.get("/dumps", strict_slashes=False)
def index() -> Response:
    """List the files, as a page or in JSON."""
    release = served()
    files = release.offered.values()
    if negotiated((AS_JSON, PAGE), request.args.get("format")) is PAGE:
        return html("dumps.html", files=files, version=release.version)
    rows = [{"url": address(f"/dumps/{f.name}"), **asdict(f)} for f in files]
    return json_({"version": release.version, "files": rows})


@downloads.get("/dumps/<path:name>")
def download(name: str) -> Response:
    """Send one file, or the range of it that is asked for (RFC 9110 §14)."""
    release = served()
    file = release.offered.get(name)
    if file is None:
        raise UnknownError("there is no such file in this release", "see /dumps/ for the list")
    response = _sent(release, file)
    if file.media_type.startswith(_TEXT):
        response.headers["Content-Type"] = f"{file.media_type}; charset=utf-8"
    # The next release has other bytes under this name.
    response.headers["Cache-Control"] = "no-cache"
    response.headers[RELEASE] = release.version
    mementos.mark_original(response, address(""), name)
    return response


@downloads.get("/.well-known/void", strict_slashes=False)
def void() -> Response:
    """Describe the dataset (VoID, DCAT) in the format asked for; a browser gets Turtle."""
    release = served()
    mine = negotiated(_DESCRIBED)
    format_ = mine if isinstance(mine, Format) else RDF_FORMATS[0]
    body = release.remember("void", format_.name, lambda: _void(release.folder, format_))
    response = rdf(body, format_)
    response.headers[RELEASE] = release.version
    return response


def _void(folder: Path, format_: Format) -> bytes:
    path = folder / "void.ttl"
    if not path.is_file():
        raise UnknownError("this release has no description", "build a release")
    text = path.read_bytes()
    if format_.engine == RdfFormat.TURTLE:
        return text
    return format_.write([quad.triple for quad in parse(text, RdfFormat.TURTLE)], PREFIXES)


def _group(file: File) -> str:
    return next(key for key, starts in _GROUPS.items() if file.name.startswith(starts))


def grouped(release: Release) -> dict[str, list[tuple[File, File | None]]]:
    """The files of a release under their headings, each with its packed form."""
    found: dict[str, list[tuple[File, File | None]]] = {key: [] for key in _GROUPS}
    for file in release.files:
        if not file.name.endswith(".gz"):
            found[_group(file)].append((file, release.file(f"{file.name}.gz")))
    return found


@downloads.app_template_filter("size")
def size(count: int) -> str:
    """A number of bytes as one reads it."""
    number = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"


@downloads.app_context_processor
def words() -> dict[str, object]:
    """What the page of the dumps asks about releases."""
    return {"served": served, "kept": _kept, "grouped": grouped}


def _kept() -> tuple[Release, ...]:
    return kept(served())


def _named(version: str) -> Release:
    for each in _kept():
        if each.version == version:
            return each
    offered = ", ".join(each.version for each in _kept())
    raise UnknownError(f"no release {version!r} is kept here", f"there are: {offered}")


@downloads.get("/dumps/releases/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """Send one file of any release that is kept; its bytes never change."""
    release = _named(version)
    found = release.file(name)
    if found is None:
        raise UnknownError("that release has no such file", "see /dumps/ for the list")
    response = _sent(release, found)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    mementos.mark_memento(response, address(""), release, name)
    return response


@downloads.get("/dumps/changes", strict_slashes=False)
def changes() -> Response:
    """Tell what changed from one release to another, as a page or in JSON."""
    found = _kept()
    new = _named(request.args["to"]) if request.args.get("to") else served()
    old = _named(request.args["from"]) if request.args.get("from") else _before(new, found)
    mine = report.report(old, new)
    if negotiated((AS_JSON, PAGE), request.args.get("format")) is PAGE:
        return html("changes.html", section="data", report=mine, releases=found)
    return json_(report.listed(mine))


def _before(new: Release, found: tuple[Release, ...]) -> Release:
    """The release kept before this one; this one itself if it is the oldest."""
    after = found.index(new) + 1 if new in found else 0
    return found[after] if after < len(found) else new
