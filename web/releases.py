"""The releases kept on this server: their files, and what changed between two of them."""

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file

from graph.changes import QUADS, Changes, Claim, Edit, compare
from graph.errors import UnknownError
from graph.negotiation import Page, chosen
from graph.plan import PAGE
from web.context import address
from web.frame import frame
from web.snapshot import File, Snapshot, kept, masthead, snapshot

releases = Blueprint("releases", __name__)

_JSON = Page("json", ("application/json",))
_GROUPS = {
    "data": ("policyprov.",),
    "statements": ("statements.",),
    "ontology": ("ontology/",),
    "other": ("",),
}
"""Heading of the dumps page → how the names of its files begin."""


def _group(file: File) -> str:
    return next(key for key, starts in _GROUPS.items() if file.name.startswith(starts))


def grouped(release: Snapshot) -> dict[str, list[tuple[File, File | None]]]:
    """The files of a release under their headings, each with its packed form."""
    found: dict[str, list[tuple[File, File | None]]] = {key: [] for key in _GROUPS}
    for file in release.files:
        if not file.name.endswith(".gz"):
            found[_group(file)].append((file, release.file(f"{file.name}.gz")))
    return found


@releases.app_template_filter("size")
def size(count: int) -> str:
    """A number of bytes as one reads it."""
    number = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"


@releases.app_context_processor
def words() -> dict[str, object]:
    """What the page of the dumps asks about releases."""
    return {"served": _served, "kept": _kept, "grouped": grouped, "masthead": masthead}


def _served() -> Snapshot:
    return snapshot(frame().view.folder)


def _kept() -> tuple[Snapshot, ...]:
    return kept(frame().view.folder)


def _named(version: str) -> Snapshot:
    for each in _kept():
        if each.version == version:
            return each
    offered = ", ".join(each.version for each in _kept())
    raise UnknownError(f"no release {version!r} is kept here", f"there are: {offered}")


@releases.get("/dumps/releases/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """Send one file of any release that is kept; its bytes never change."""
    release = _named(version)
    found = release.file(name)
    if found is None:
        raise UnknownError("that release has no such file", "see /dumps/ for the list")
    response = send_file(
        release.folder / name,
        mimetype=found.media_type,
        as_attachment=True,
        download_name=name.rpartition("/")[2],
        etag=found.sha256[:32],
        conditional=True,
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@releases.get("/dumps/changes", strict_slashes=False)
def changes() -> Response:
    """Tell what changed from one release to another, as a page or in JSON."""
    found = _kept()
    new = _named(request.args["to"]) if request.args.get("to") else _served()
    old = _named(request.args["from"]) if request.args.get("from") else _before(new, found)
    for each in (old, new):
        if each.file(QUADS) is None:
            raise UnknownError(f"release {each.version} has no {QUADS}", "build it again")
    told = compare(old.folder, new.folder)
    mine = chosen(request.args.get("format"), request.headers.get("Accept"), (_JSON, PAGE))
    if mine is PAGE:
        html = render_template(
            "changes.html", section="data", old=old, new=new, changes=told, releases=found
        )
        response = Response(html, content_type="text/html; charset=utf-8")
    else:
        text = json.dumps(_told(old, new, told), ensure_ascii=False, indent=1) + "\n"
        response = Response(text, content_type="application/json")
    response.vary.add("Accept")
    return response


def _before(new: Snapshot, found: tuple[Snapshot, ...]) -> Snapshot:
    """The release kept before this one; this one itself if it is the oldest."""
    after = found.index(new) + 1 if new in found else 0
    return found[after] if after < len(found) else new


def _told(old: Snapshot, new: Snapshot, told: Changes) -> dict[str, Any]:
    lost, gained = told.background
    return {
        "from": old.version,
        "to": new.version,
        "url": address(f"/dumps/changes?from={old.version}&to={new.version}"),
        "same": told.same,
        "added": [_claim(each) for each in told.added],
        "removed": [_claim(each) for each in told.removed],
        "changed": [_edit(each) for each in told.edited],
        "background": {"lost": lost, "gained": gained},
    }


def _claim(each: Claim) -> dict[str, Any]:
    return asdict(each) | {"facts": sorted(each.facts), "record": sorted(each.record)}


def _edit(each: Edit) -> dict[str, Any]:
    return {"iri": each.claim.iri, "label": dict(each.claim.label)} | {
        "lost": each.lost,
        "gained": each.gained,
    }
