"""/about with the documents under it, CITATION.cff, and security.txt (RFC 9116)."""

import re
from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response
from markupsafe import Markup, escape

from graph.errors import UnknownError
from graph.paths import ROOT
from web.about import documents
from web.about.documents import ABOUT, DOCUMENTS
from web.middleware.context import address, front
from web.middleware.negotiated import html
from web.site.language import link
from web.site.page_context import frame

about = Blueprint("about", __name__)

_VALID = timedelta(days=180)
"""How long a security.txt holds from the day it is fetched: RFC 9116 advises less than a year."""


@about.get("/about", strict_slashes=False)
def what() -> Response:
    """Say what this is, who makes and runs it, how far to trust it, and where to write to."""
    return _page(ABOUT)


@about.get("/about/<name>", strict_slashes=False)
def document(name: str) -> Response:
    """Show a document of the project."""
    if name not in DOCUMENTS or name == ABOUT:
        offered = ", ".join(key for key in DOCUMENTS if key != ABOUT)
        raise UnknownError(f"no document is called {name[:60]!r}", f"there are: {offered}")
    return _page(name)


_OURS = re.compile(r'(?<=href=")/about[^"]*')
_EXAMPLE = "http://127.0.0.1:8000"
"""Where the examples of the documents find a server."""


def _page(name: str) -> Response:
    here = frame()
    shown = documents.document(name, here.lang)
    body = _OURS.sub(lambda found: str(escape(link(found[0]))), shown.body)
    others = [documents.document(each, here.lang) for each in DOCUMENTS if each != ABOUT]
    return html(
        "about.html",
        section="about",
        document=shown,
        body=Markup(body.replace(_EXAMPLE, here.public_url)),  # noqa: S704 (as it was rendered)
        others=others,
        path_of=documents.path_of,
        contact=front().settings.contact,
        masthead=here.view.release.masthead,
    )


@about.get("/CITATION.cff")
def citation() -> Response:
    """Say how to cite the dataset (Citation File Format 1.2)."""
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    return Response(text, content_type="application/yaml; charset=utf-8")


@about.get("/.well-known/security.txt")
def security() -> Response:
    """Say where to report a vulnerability."""
    contact = front().settings.contact
    if not contact:
        raise UnknownError(
            "whoever runs this server has given no contact", "operators set POLICYPROV_CONTACT"
        )
    day = datetime.combine(datetime.now(UTC).date(), time(tzinfo=UTC)) + _VALID
    lines = {
        "Contact": contact,
        "Expires": f"{day:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": "en, zh",
        "Canonical": address("/.well-known/security.txt"),
        "Policy": address("/about"),
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return Response(text, content_type="text/plain; charset=utf-8")
